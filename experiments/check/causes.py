"""Causes that no entry of the dictionary has: told by a net's answers on other occasions."""

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.check.expressions import ANOTHER_FORMULA, expression_of
from experiments.check.grammar import LEAKS, Description
from experiments.check.inside.nets import OCCASIONS, half_right
from experiments.check.references import PARAMETERS, one_sample
from experiments.subjects.subject import Mistake
from experiments.words import Problem

ACCURACY = 1e-6
"""An accuracy is a share of seven samples: exact, but for its one division in float32."""

CONSTANT_LOSS = Mistake("constant-loss", "loss", {"loss": lambda v: None})
"""What is said of a loss that is the same whatever it is asked of."""

OUTPUT_DELTA = "y - t"
"""How the output's delta of the book's net is written."""

HIDDEN_DELTAS = {
    "sigmoid": "dz1 * z1 * (1 - z1)",
    "tanh": "dz1 * (1 - z1 ** 2)",
    "relu": "dz1 * (a1 > 0)",
    "identity": "dz1",
    **{name: f"dz1 * np.where(a1 > 0, 1, {leak})" for name, leak in LEAKS.items()},
}
"""How a hidden layer's delta is written; dz1 is the output's times W2ᵀ."""

OF_A_STEP = 1e-2
"""How far a forward difference may lie off the slope, relative to the largest."""

OF_A_VIEW = Mistake("difference-through-a-view", "gradient", {"gW1": lambda v: None})
OF_A_COPY = Mistake("difference-of-a-copy", "gradient", {"numerical_gradient": lambda v: None})


def loss_is_constant(given: Mapping[str, np.ndarray]) -> bool:
    """Whether the loss was the same on all occasions, or never a number."""
    losses = [given[name] for o in OCCASIONS if (name := f"{o}: loss") in given]
    return len(losses) > 1 and all(np.array_equal(x, given["loss"], True) for x in losses)


def accuracy_agrees(given: Mapping[str, np.ndarray], t: np.ndarray) -> bool | None:
    """Whether a net's accuracy is that of its own answers, every other one of which is right.

    Args:
        given: the net's answers, "answers" and "accuracy" among them.
        t: targets of the same samples, in whose shape answers have to be.
    """
    outputs, accuracy = given.get("answers"), given.get("accuracy")
    if accuracy is None or outputs is None or outputs.shape != t.shape:
        return None
    targets = half_right(outputs, t)
    share = np.mean(outputs.argmax(axis=1) == targets.argmax(axis=1))
    return accuracy.shape == () and bool(abs(accuracy - share) < ACCURACY)


def cause_of(quantity: str, given: Mapping[str, np.ndarray], t: np.ndarray) -> Mistake | None:
    """What is wrong with an accuracy or a numerical gradient, as far as its numbers tell.

    Args:
        quantity: which of the two.
        given: the net's answers.
        t: see `accuracy_agrees`.
    """
    if quantity == "numerical_gradient":
        all_zero = not any(given[f"numerical_gradient {name}"].any() for name in PARAMETERS)
        return OF_A_COPY if all_zero else None
    found, outputs = given["accuracy"], given["answers"]
    if found.shape != ():
        return None
    targets = half_right(outputs, t)
    right = int((outputs.argmax(axis=1) == targets.argmax(axis=1)).sum())
    columns = np.mean(outputs.argmax(axis=0) == targets.argmax(axis=0))
    possible = {
        "accuracy-of-the-targets": 1.0,
        "accuracy-not-divided": right,
        "accuracy-of-errors": 1 - right / len(targets),
        "accuracy-over-columns": columns,
    }
    named = [name for name, value in possible.items() if abs(found - value) < ACCURACY]
    divisor = right / float(found) if found else 0.0
    if not named and abs(divisor - round(divisor)) < ACCURACY and divisor >= 1:
        named = ["accuracy-other-divisor"]
    return Mistake(named[0], "values", {"accuracy": lambda v: None}) if named else None


def expressed_delta(
    given: Mapping[str, np.ndarray], of: Description, wrong: Sequence[str]
) -> tuple[list[Mistake], Problem | None]:
    """What stands in the place of a delta, told by the gradient of one sample's biases.

    Or that all gradients are half the right ones, as differences through a view are.
    """
    if not set(wrong) <= {f"g{name}" for name in PARAMETERS}:
        return [], None
    values = one_sample(of)
    pairs = [(given.get(f"one sample: g{name}"), values[f"g{name}"]) for name in ("b1", "b2")]
    if all(
        seen is not None
        and np.shape(seen) == right.shape
        and np.abs(seen - right / 2).max() < OF_A_STEP * np.abs(right).max()
        for seen, right in pairs
    ):
        return [OF_A_VIEW], Problem("check.half")
    parts = {
        "b2": (OUTPUT_DELTA, {"y": values["y"], "t": values["t"]}),
        "b1": (HIDDEN_DELTAS[of.hidden], {name: values[name] for name in ("dz1", "z1", "a1")}),
    }
    for name in ("b2", "b1"):
        seen, right = given.get(f"one sample: g{name}"), values[f"g{name}"]
        if seen is None or np.shape(seen) != right.shape:
            return [], None
        if np.allclose(seen, right, rtol=1e-9, atol=0):
            continue
        text, arrays = parts[name]
        expression = expression_of(np.asarray(seen), {n: a[0] for n, a in arrays.items()})
        if expression is None:
            return [], None
        of_layer = Mistake(ANOTHER_FORMULA.id, "gradient", {f"g{name}": lambda v: None})
        return [of_layer], Problem("check.computes", expression=expression, right=text)
    return [], None
