"""What the book's optimizers have in common: how they are asked, and what they are held against.

Their gradients are some 10¹⁵: there no ε up to 10⁻⁶ and no accumulator's start can be seen,
wherever one puts them. Whether there is an ε at all is asked with a gradient of 0.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.subjects.asking import updated
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import RATE
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged

Update = Callable[[np.ndarray, int, dict[str, np.ndarray]], np.ndarray]
"""Of a gradient, the number of the step from 1, and what is remembered: what W changes by."""

Rule = Callable[[np.ndarray, Sequence[np.ndarray]], np.ndarray]
"""A parameter after a step per gradient."""


def optimizer(
    name: str,
    names: Sequence[str],
    mistakes: Mapping[str, Update],
    conventions: Sequence[str] = (),
    otherwise: Update | None = None,
) -> Subject:
    """An optimizer of `scratch.optimizers` and its twin.

    Args:
        name: of the class, there and in `keras_ref.optimizers`.
        names: by which the book's readers call it.
        mistakes: by id, what stands in the place of its update.
        conventions: ids of mistakes that are none.
        otherwise: another right form of it, which rounds more.
    """
    held = f"{name.lower()}_rule"
    steps = {f"{name} first step": 1, f"{name} three steps": 3}
    still, second = f"{name} at a gradient of 0", f"{name} of a second parameter"

    def questions(given: Given) -> Questions:
        start, gradients = given["optimizer_W"], given["optimizer_gradients"]
        asked = {key: updated(start, gradients[:count]) for key, count in steps.items()}
        asked[second] = updated(start, gradients, "W2")
        return asked | {still: updated(start, 0 * gradients[:1])}

    def after(count: int, times: float = 1.0) -> Callable[[Values], Any]:
        return lambda v: getattr(v, held)(v.optimizer_W, v.optimizer_gradients[:count] * times)

    def twin(keras: Twin) -> Formulas:
        return {held: lambda v: lambda w, gradients: keras.optimizers.stepped(
            name, w, gradients, RATE
        )}  # fmt: skip

    return Subject(
        name=name,
        names=tuple(names),
        questions=questions,
        formulas={
            held: lambda v: _rule_of(getattr(v.optimizers, name)),
            **{key: after(count) for key, count in steps.items()},
            still: after(1, times=0.0),
            second: after(steps[f"{name} three steps"]),
        },
        twin=twin,
        mistakes=exchanged(
            held, {key: _repeated(update) for key, update in mistakes.items()}, conventions
        ),
        is_class=True,
        traces=dict.fromkeys((held, *steps, still, second), r"params\["),
        methods=dict.fromkeys((held, *steps, still, second), "update"),
        by_strangers={held: lambda v: _repeated(otherwise)} if otherwise else {},
    )


def _rule_of(kind: type) -> Rule:
    """What a class of scratch does, its shares held in the parameter's precision, as in Keras."""

    def rule(w: np.ndarray, gradients: Sequence[np.ndarray]) -> np.ndarray:
        made, params = kind(RATE), {"W": w}
        for name, value in vars(made).items():
            if isinstance(value, float):
                setattr(made, name, w[:1, :1] * 0.0 + value)
        for g in gradients:
            made.update(params, {"W": g})
        return params["W"]

    return rule


def _repeated(update: Update) -> Rule:
    def rule(w: np.ndarray, gradients: Sequence[np.ndarray]) -> np.ndarray:
        memory: dict[str, np.ndarray] = {}
        for step, g in enumerate(gradients, 1):
            w = w + update(g, step, memory)
        return w

    return rule
