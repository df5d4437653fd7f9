"""What the book's optimizers have in common: how they are asked, and what they are held against.

Their gradients are some 10¹⁸: there no ε up to 1 and no accumulator's start can be seen,
wherever one puts them. Whether there is an ε at all is asked with a gradient of 0.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from experiments.subjects.asking import updated
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import RATE
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged

Memory = dict[str, np.ndarray]

Update = Callable[[np.ndarray, int, Memory], np.ndarray]
"""Of a gradient, the number of the step from 1, and what is remembered: what W changes by."""

Share = Callable[[tuple[Memory, Memory], int], tuple[tuple[Memory, Memory], tuple[int, int]]]
"""Of two parameters' memories, and the number of the step: the memory and number for each."""

Rule = Callable[[np.ndarray, Sequence[np.ndarray]], tuple[np.ndarray, np.ndarray]]
"""Two parameters after a step per gradient, both in the rows of the first; see `updated`."""


def optimizer(
    name: str,
    names: Sequence[str],
    right: Update,
    mistakes: Mapping[str, Update],
    remembers: bool = True,
    counts: bool = False,
    conventions: Collection[str] = (),
) -> Subject:
    """An optimizer of `scratch.optimizers` and its twin.

    Args:
        name: of the class, there and in `keras_ref.optimizers`.
        names: by which the book's readers call it.
        right: its update.
        mistakes: by id, what stands in the place of its update.
        remembers: whether it remembers anything of the steps before.
        counts: whether it counts them.
        conventions: mistakes that are none, but another way to define it.
    """
    held = f"{name.lower()}_rule"
    steps = {f"{name} first step": 1, f"{name} three steps": 3}
    still, second = f"{name} at a gradient of 0", f"{name} of a second parameter"

    wrong = {key: _repeated(update) for key, update in mistakes.items()}
    wrong |= _of_two_parameters(name.lower(), right, remembers, counts)

    def questions(given: Given) -> Questions:
        start, gradients = given["optimizer_W"], given["optimizer_gradients"]
        ask = partial(updated, start, remembers=remembers)
        asked = {key: ask(gradients[:count]) for key, count in steps.items()}
        return asked | {second: ask(gradients, which="W2"), still: ask(0 * gradients[:1])}

    def after(count: int, times: float = 1.0, which: int = 0) -> Callable[[Values], Any]:
        return lambda v: getattr(v, held)(
            v.optimizer_W, v.optimizer_gradients[:count] * times
        )[which]  # fmt: skip

    def twin(keras: Twin) -> Formulas:
        return {held: lambda v: lambda w, gradients: (
            keras.optimizers.stepped(name, w, gradients, RATE),
        ) * 2}  # fmt: skip

    return Subject(
        name=name,
        names=tuple(names),
        questions=questions,
        formulas={
            held: lambda v: _rule_of(getattr(v.optimizers, name)),
            **{key: after(count) for key, count in steps.items()},
            still: after(1, times=0.0),
            second: after(steps[f"{name} three steps"], which=1),
        },
        twin=twin,
        mistakes=exchanged(held, wrong, conventions),
        is_class=True,
        traces=dict.fromkeys((held, *steps, still, second), r"params\["),
        methods=dict.fromkeys((held, *steps, still, second), "update"),
        by_strangers={held: lambda v: _repeated(right)},
    )


def _rule_of(kind: type) -> Rule:
    """What a class of scratch does, its shares held in the parameter's precision, as in Keras."""

    def rule(w: np.ndarray, gradients: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        made, params = kind(RATE), {"W1": w, "W2": w}
        for name, value in vars(made).items():
            if isinstance(value, float):
                setattr(made, name, w[:1, :1] * 0.0 + value)
        for g in gradients:
            made.update(params, {"W1": g, "W2": g})
        return params["W1"], params["W2"]

    return rule


def _repeated(update: Update) -> Rule:
    """An update of each parameter by itself."""
    return _by_turns(update, lambda memories, step: (memories, (step, step)))


def _by_turns(update: Update, share: Share) -> Rule:
    """An update of one parameter after the other, in every step.

    Args:
        update: it.
        share: what of two memories and of a step's number each of them uses.
    """

    def rule(w: np.ndarray, gradients: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        memories: tuple[Memory, Memory] = {}, {}
        both = [w, w[::-1]]
        for step, g in enumerate(gradients, 1):
            of, number = share(memories, step)
            for which, gradient in enumerate((g, g[::-1])):
                change = update(gradient, number[which], of[which])
                both[which] = both[which] + change
        return both[0], both[1][::-1]

    return rule


def _left_still(right: Rule, still: int) -> Rule:
    """A rule by which one of the parameters stays what it was."""

    def rule(w: np.ndarray, gradients: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        first, second = right(w, gradients)
        return (w * 1.0, second) if still == 0 else (first, w * 1.0)

    return rule


def _of_two_parameters(name: str, right: Update, remembers: bool, counts: bool) -> dict[str, Rule]:
    """What goes wrong with more parameters than one, by the mistakes' ids.

    Args:
        name: what the ids begin with.
        right: the right update.
        remembers: whether it remembers anything of the steps before.
        counts: whether it counts them.
    """
    rules = {
        f"{name}-optimizer-{which}-still": _left_still(_repeated(right), still)
        for still, which in enumerate(("first", "second"))
    }
    if remembers:
        shared = _by_turns(right, lambda memories, step: ((memories[0],) * 2, (step, step)))
        rules[f"{name}-optimizer-memory-shared"] = shared
    if counts:
        counted = _by_turns(right, lambda memories, step: (memories, (2 * step - 1, 2 * step)))
        rules[f"{name}-optimizer-counts-parameters"] = counted
    return rules
