"""The ladder of comparisons, from the start of a training to its predictions; see `rungs`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from experiments.judge.nets import Allowed

DIFFERENCES_AT = 25
"""Elements per parameter at which central differences are taken."""

Arrays = Mapping[str, np.ndarray]
Norms = Mapping[str, Mapping[int, float]]
"""‖Δ‖ by parameter and number of updates."""


@dataclass(frozen=True)
class Observation:
    """What one side computes from given parameters on one batch.

    Attributes:
        params: the parameters.
        activations: named, in order.
        loss: of the batch, in Keras' convention.
        gradient: by parameter name.
        updated: the parameters after one step on this batch.
    """

    params: Arrays
    activations: Arrays
    loss: float
    gradient: Arrays
    updated: Arrays


@dataclass(frozen=True)
class Differences:
    """Central differences of the scratch loss in float64, at some elements of each parameter.

    Attributes:
        at: flat indices, by parameter name.
        step: central differences with step h there.
        double_step: the same with step 2h.
        bends: how much the slope changes within the step; 0 for a net without bends.
        h: the step.
        loss_allowed: how far two right computations of the loss may lie apart.
    """

    at: Mapping[str, np.ndarray]
    step: Arrays
    double_step: Arrays
    bends: Arrays
    h: float
    loss_allowed: float


@dataclass(frozen=True)
class History:
    """One side's training.

    Attributes:
        losses: of every batch, before its update; shape (steps,).
        terms: what has to be added to each to make it Keras'.
        checkpoints: parameters by number of updates done.
        seconds: spent in training.
    """

    losses: np.ndarray
    terms: np.ndarray
    checkpoints: Mapping[int, Arrays]
    seconds: float

    @property
    def in_keras_convention(self) -> np.ndarray:
        """The losses as Keras would have them, in float64."""
        return self.losses.astype(float) + self.terms


@dataclass(frozen=True)
class Place:
    """Where in a quantity a difference was found.

    Attributes:
        index: of the element.
        step: the update, counted from 1, if it is one of a training.
        shapes: of both sides, if they differ.
        counted: how many of how many, for a quantity that is a count.
    """

    index: tuple[int, ...] = ()
    step: int | None = None
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    counted: tuple[int, int] | None = None


@dataclass(frozen=True)
class Comparison:
    """One quantity of both sides, held against how far it may differ.

    Attributes:
        rung: of the ladder.
        state: the weights at which it was taken: "start", "trained", "probe", "probe, far" or
            "along training"; the evaluation's name for a value that needs none.
        quantity: what was compared.
        difference: at the element that comes nearest to its bound, or goes farthest beyond it.
        bound: of that element.
        share: difference / bound there; above 1 is a failure.
        place: that element, or the step.
    """

    rung: str
    state: str
    quantity: str
    difference: float
    bound: float
    share: float
    place: Place = Place()

    @property
    def passed(self) -> bool:
        """Whether the difference stays within its bound."""
        return self.share <= 1


def compare(
    rung: str,
    state: str,
    quantity: str,
    scratch: np.ndarray | float,
    keras: np.ndarray | float,
    bound: np.ndarray | float,
) -> Comparison:
    """Compare element by element: |scratch − keras| ≤ bound everywhere.

    A difference that is not finite fails, and so do arrays of different shapes. A bound that is
    not finite says nothing: there only equal numbers pass.
    """
    scratch, keras = np.asarray(scratch, float), np.asarray(keras, float)
    if scratch.shape != keras.shape:
        place = Place(shapes=(scratch.shape, keras.shape))
        return Comparison(rung, state, quantity, np.inf, 0.0, np.inf, place)
    difference = np.abs(scratch - keras)
    bound = np.broadcast_to(bound, difference.shape)
    at_bound_0 = np.where(difference == 0, 0.0, np.inf)
    with np.errstate(over="ignore"):  # it is infinitely far then
        share = np.divide(difference, bound, out=at_bound_0, where=bound > 0)
    share = np.where(np.isfinite(bound) | (difference == 0), share, np.inf)
    share = np.where(np.isfinite(difference), share, np.inf)
    worst = np.unravel_index(np.argmax(share), share.shape)
    found, most, part = (float(array[worst]) for array in (difference, bound, share))
    return Comparison(rung, state, quantity, found, most, part, Place(tuple(map(int, worst))))


def at_step(comparison: Comparison, step: int) -> Comparison:
    """The same, said to be of an update."""
    return replace(comparison, place=replace(comparison.place, step=step))


def compare_starts(scratch: History, keras: History) -> Iterator[Comparison]:
    """The parameters from which each side really started: equal to the last bit."""
    for name, values in scratch.checkpoints[0].items():
        yield compare("start", "start", name, values, keras.checkpoints[0][name], 0.0)


def compare_states(
    state: str, scratch: Observation, keras: Observation, allowed: Allowed
) -> Iterator[Comparison]:
    """The rungs from the layers to one update, at one state of the weights.

    Args:
        state: the weights, in words.
        scratch: what the scratch side computes.
        keras: what Keras computes.
        allowed: how far each element of either may lie from the other.
    """
    for name, values in scratch.activations.items():
        bound = allowed.activations[name]
        yield compare("layers", state, name, values, keras.activations[name], bound)
    yield compare("loss", state, "loss", scratch.loss, keras.loss, allowed.loss)
    for name, values in scratch.gradient.items():
        bound = allowed.gradient[name]
        yield compare("gradient", state, name, values, keras.gradient[name], bound)
    for name, values in scratch.updated.items():
        yield compare("update", state, name, values, keras.updated[name], allowed.updated[name])


def compare_differences(
    state: str, side: str, gradient: Arrays, allowed: Arrays, differences: Differences
) -> Iterator[Comparison]:
    """One side's gradient against central differences.

    The bound has three parts: what differences lose by rounding, 2u·E_L / h; what they lose by
    their step, for which their change when the step doubles stands (it is three times as large);
    and the gradient's own running error bound. Where the loss may bend within the step, as of a
    ReLU, a difference is a mean of the slopes there, and off by what the slope changes at most.
    """
    for name, at in differences.at.items():
        step, double = differences.step[name], differences.double_step[name]
        own = allowed[name].ravel()[at]
        yield compare(
            "differences",
            state,
            f"{name}: {side}",
            gradient[name].ravel()[at],
            step,
            differences.loss_allowed / differences.h
            + np.abs(double - step)
            + differences.bends[name]
            + own,
        )


def compare_step(
    step: int,
    loop: str,
    scratch: tuple[float, Arrays],
    keras: tuple[float, Arrays],
    allowed: Allowed,
) -> Iterator[Comparison]:
    """One update of a training, both sides put to the scratch side's weights before it.

    Args:
        step: the update, counted from 1.
        loop: which of scratch's loops, if it is not the readable one.
        scratch: its loss in Keras' convention, and the parameters after the update.
        keras: the same of Keras.
        allowed: how far they may lie apart.
    """
    suffix = f", {loop}" if loop else ""
    bounds: Mapping[str, np.ndarray | float] = {"loss": allowed.loss, **allowed.updated}
    sides = [{"loss": np.asarray(loss), **updated} for loss, updated in (scratch, keras)]
    for quantity, bound in bounds.items():
        ours, theirs = (side[quantity] for side in sides)
        compared = compare("steps", "along training", quantity + suffix, ours, theirs, bound)
        yield at_step(compared, step)


def worst_of(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    """For every quantity the comparison that failed first, or else came nearest to its bound."""
    worst: dict[str, Comparison] = {}
    for comparison in comparisons:
        so_far = worst.setdefault(comparison.quantity, comparison)
        if so_far.passed and comparison.share > so_far.share:
            worst[comparison.quantity] = comparison
    yield from worst.values()


def norm(values: np.ndarray) -> float:
    """‖values‖ in float64; scaled by the largest element, so that no square overflows."""
    values = values.astype(float)
    scale = float(np.abs(values).max())
    return scale * float(np.linalg.norm(values / scale)) if scale else 0.0


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """‖one − other‖ in float64."""
    return norm(one.astype(float) - other.astype(float))


def relative_difference(scratch: np.ndarray, keras: np.ndarray) -> float:
    """‖scratch − keras‖ / ‖scratch‖; 0 if both are zero, the largest number if scratch alone is."""
    apart, size = distance(scratch, keras), norm(scratch)
    if size:
        return apart / size
    return float(np.finfo(float).max) if apart else 0.0


def compare_measured(
    quantity: str, step: int, scratch: ArrayLike, keras: ArrayLike, bound: ArrayLike
) -> Comparison:
    """What both sides measure after some updates of trainings of their own."""
    ours, theirs = np.asarray(scratch, float), np.asarray(keras, float)
    compared = compare("predictions", "along training", quantity, ours, theirs, np.asarray(bound))
    return at_step(compared, step)


def undecided(y: np.ndarray, move: float) -> float:
    """Share of samples whose decision may change when no output moves by more than `move`."""
    return float(np.mean(margins(y) <= 2 * move))


def compare_predictions(
    scratch: np.ndarray, keras: np.ndarray, free: np.ndarray, allowed: np.ndarray, move: float
) -> Iterator[Comparison]:
    """Final outputs on the test samples, with the same weights and after trainings of their own.

    Args:
        scratch: outputs of the scratch model with the Keras side's final weights.
        keras: outputs of the Keras side.
        free: outputs of the scratch model with its own final weights.
        allowed: how far the first two may lie apart.
        move: how far an output may move, by the trajectory's bounds.
    """
    yield compare("predictions", "trained", "y", scratch, keras, allowed)
    yield compare(
        "predictions", "trained", "y, each by its own weights", free, keras, allowed + move
    )


def compare_decisions(free: np.ndarray, keras: np.ndarray, move: float) -> Comparison:
    """Samples that the two sides, after trainings of their own, decide differently.

    That is right for a sample only if its two likeliest answers lie closer together than outputs
    may move.
    """
    differ = decisions(free) != decisions(keras)
    unexplained = np.flatnonzero(differ & ~(margins(free) <= 2 * move))
    share = float(np.inf) if len(unexplained) else 0.0
    place = Place(tuple(map(int, unexplained[:1])), counted=(int(differ.sum()), len(keras)))
    count = float(len(unexplained))
    return Comparison("predictions", "trained", "decisions that differ", count, 0.0, share, place)


def decisions(y: np.ndarray) -> np.ndarray:
    """The class that each row of outputs decides for: the largest, or with one output above ½."""
    return y[:, 0] > 0.5 if y.shape[1] == 1 else y.argmax(axis=1)


def margins(y: np.ndarray) -> np.ndarray:
    """How far each row's decision lies from the next: the two largest outputs, or y and 1 − y."""
    if y.shape[1] == 1:
        return np.abs(2 * y[:, 0] - 1)
    top = np.partition(y, -2, axis=1)
    return top[:, -1] - top[:, -2]
