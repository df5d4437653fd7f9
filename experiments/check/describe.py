"""Which net is this? The description whose numbers are those that a stranger's net gives."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np

from experiments.check.finding import fitted
from experiments.check.grammar import (
    EPSILONS,
    HIDDEN,
    LOSSES,
    OUTPUTS,
    PERCEPTRON,
    REDUCTIONS,
    Description,
)
from experiments.check.inside.nets import ONE_OUTPUT
from experiments.check.references import NET_RATE, PARAMETERS, occasions
from experiments.data.probe import probe
from experiments.faults.replay import steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays, compare
from experiments.subjects import hidden_layer

OF_NETS = [loss for loss in LOSSES if loss != PERCEPTRON]

FORWARD = {m.id: m for m in hidden_layer.MISTAKES if m.formulas.keys() <= {"a1", "a2"}}
"""Mistakes of a way forth with which any net may be recognised."""

CONFIRMING = ("saturated units", "an absent class", "one sample")
"""Occasions on which a loss that equals the probe's is asked for again."""


def describe(given: Mapping[str, np.ndarray], mistake: str = "") -> Description | None:
    """The net by what it computes: outputs and loss on the probe, the loss on other occasions too.

    Args:
        given: a net's answers: "predict", and "loss" on several occasions, or a gradient.
        mistake: of its way forth, with which it computes them, by its id.

    Returns:
        None if no description equals the answers to rounding.
    """
    if "predict" not in given:
        return None
    if "loss" not in given:
        return describe_by_gradient(given, mistake)
    if given["loss"].shape != ():
        return None
    for like in _with_these_outputs(given["predict"], mistake):
        for found in _with_losses(like):
            if _same_loss(found, given, mistake):
                return found
            decay = _decay(found, given, mistake)
            if decay and _same_loss(decay, given, mistake):
                return decay
    return None


def describe_with_a_mistake(given: Mapping[str, np.ndarray]) -> Description | None:
    """The net that gives these outputs and this loss but for a mistake in its way forth."""
    found = (describe(given, mistake) for mistake in FORWARD)
    return next((of for of in found if of is not None), None)


def describe_by_one_output(given: Mapping[str, np.ndarray]) -> Description | None:
    """The net whose loss is right with one output, and with several no number, or of one of them.

    A product of the targets of all samples and the logarithms of all outputs is such a loss.
    """
    alone, whole = given.get(f"{ONE_OUTPUT}: loss"), given.get("loss")
    if "predict" not in given or alone is None or alone.shape != ():
        return None
    for like in _with_these_outputs(given["predict"], ""):
        if like.output == "softmax":
            continue  # of one output that is always 1
        for found in _with_losses(like):
            right = _values(found, ONE_OUTPUT, "")["loss"]
            if _equal(alone, right) and (
                whole is None or whole.shape != () or _equal(whole, right)
            ):
                return found
    return None


def has_known_outputs(predicted: np.ndarray) -> bool:
    """Whether a net of the grammar gives these outputs on the probe."""
    return any(True for _ in _with_these_outputs(predicted, ""))


def describe_by_gradient(given: Mapping[str, np.ndarray], mistake: str = "") -> Description | None:
    """A net without a loss, or with one that nobody knows, by the gradient of its last layer.

    It says which loss it is of.
    """
    if "predict" not in given:
        return None
    for like in _with_these_outputs(given["predict"], mistake):
        for loss, reduction in product(OF_NETS, REDUCTIONS):
            found = replace(like, loss=loss, reduction=reduction, epsilon=0.0)
            right = _values(found, "", mistake)
            asked = {f"g{name}": given.get(f"gradient {name}") for name in ("W2", "b2")}
            if all(
                values is not None and _equal(fitted(values, right[name].value), right[name])
                for name, values in asked.items()
            ):
                return found
    return None


def _with_these_outputs(predicted: np.ndarray, mistake: str) -> Iterator[Description]:
    """Descriptions that give these outputs, or whose last net inputs they are."""
    for hidden, output in product(HIDDEN, OUTPUTS):
        like = Description(hidden=hidden, output=output)
        for scores in (False, True):
            right = _values(like, "", mistake)["a2" if scores else "y"]
            if output == "identity" and scores:
                continue
            if _equal(fitted(predicted, right.value), right):
                yield replace(like, scores=scores)


def _with_losses(like: Description) -> Iterator[Description]:
    """The same net with every loss that it may be trained on."""
    for loss, reduction in product(OF_NETS, REDUCTIONS):
        for epsilon in EPSILONS if "entropy" in loss else (0.0,):
            yield replace(like, loss=loss, reduction=reduction, epsilon=epsilon)


def _same_loss(found: Description, given: Mapping[str, np.ndarray], mistake: str) -> bool:
    """Whether the loss is the description's, on the probe and on every other occasion asked."""
    if not _equal(given["loss"], _values(found, "", mistake)["loss"]):
        return False
    seen = [o for o in CONFIRMING if np.isfinite(given.get(f"{o}: loss", np.nan)).all()]
    return bool(seen) and all(
        _equal(given[f"{o}: loss"], _values(found, o, mistake)["loss"]) for o in seen
    )


def _decay(found: Description, given: Mapping[str, np.ndarray], mistake: str) -> Description | None:
    """The same with the L2 term that would explain the rest of the loss."""
    params, _ = probe(PARAMETERS, "float64")
    rest = float(given["loss"]) - float(_values(found, "", mistake)["loss"].value)
    squares = float((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum())
    strength = 2 * rest / squares
    if not 1e-9 < strength < 1e3:
        return None
    return replace(found, l2=float(f"{strength:.6g}"))


@lru_cache(maxsize=512)
def _values(found: Description, occasion: str, mistake: str) -> dict[str, Bounded]:
    """What a description gives on the probe or another occasion, with its error bounds."""
    params, data = occasions()[occasion] if occasion else probe(PARAMETERS, "float64")
    names = ("a2", "y", "loss", "gW2", "gb2")
    compute = steps_of_training(params, data.x, data.t, [np.arange(len(data.x))], NET_RATE, names)
    with np.errstate(all="ignore"):
        formulas = {**found.formulas, **(FORWARD[mistake].formulas if mistake else {})}
        computed = compute(formulas, lambda a: Bounded(np.asarray(a, float), "float64"))
    return {name: value for name, value in computed.items() if isinstance(value, Bounded)}


def _equal(values: np.ndarray, right: Bounded) -> bool:
    allowed: Arrays = {"": right.allowed}
    return compare("check", "probe", "", values, right.value, allowed[""]).passed
