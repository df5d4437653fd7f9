"""The ladder of comparisons, from the start of a training to its predictions; see `rungs`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

DIFFERENCES_AT = 25
"""Elements per parameter at which central differences are taken."""

SHADOW_FACTOR = 4
"""How many times as far as the farthest shadow a right twin may stray."""

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Observation:
    """What one side computes from given parameters on one batch, or how far that may be off.

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
        h: the step.
        loss_allowed: how far two right computations of the loss may lie apart.
    """

    at: Mapping[str, np.ndarray]
    step: Arrays
    double_step: Arrays
    h: float
    loss_allowed: float


@dataclass(frozen=True)
class History:
    """One side's training.

    Attributes:
        losses: of every batch, before its update; shape (steps,).
        checkpoints: parameters by number of updates done.
        seconds: spent in training.
    """

    losses: np.ndarray
    checkpoints: Mapping[int, Arrays]
    seconds: float


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

    A difference or a bound that is not finite fails; so do arrays of different shapes.
    """
    scratch, keras = np.asarray(scratch, float), np.asarray(keras, float)
    if scratch.shape != keras.shape:
        place = Place(shapes=(scratch.shape, keras.shape))
        return Comparison(rung, state, quantity, np.inf, 0.0, np.inf, place)
    difference = np.abs(scratch - keras)
    bound = np.broadcast_to(bound, difference.shape)
    share = np.divide(
        difference, bound, out=np.where(difference == 0, 0.0, np.inf), where=bound > 0
    )
    share = np.where(np.isfinite(difference) & np.isfinite(bound), share, np.inf)
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
    state: str, scratch: Observation, keras: Observation, allowed: Observation
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
    and the gradient's own running error bound.
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
            differences.loss_allowed / differences.h + np.abs(double - step) + own,
        )


def compare_step(
    step: int, scratch: Observation, keras: Observation, allowed: Observation
) -> Iterator[Comparison]:
    """One update of a training, Keras put to the scratch side's weights before it.

    Args:
        step: the update, counted from 1.
        scratch: its loss and the parameters after it.
        keras: the same of Keras.
        allowed: how far they may lie apart.
    """
    sides = [{"loss": np.asarray(of.loss), **of.updated} for of in (scratch, keras, allowed)]
    for quantity in sides[0]:
        found = (side[quantity] for side in sides)
        yield at_step(compare("steps", "along training", quantity, *found), step)


def worst_of(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    """For every quantity the comparison that failed first, or else came nearest to its bound."""
    worst: dict[str, Comparison] = {}
    for comparison in comparisons:
        so_far = worst.setdefault(comparison.quantity, comparison)
        if so_far.passed and comparison.share > so_far.share:
            worst[comparison.quantity] = comparison
    yield from worst.values()


def relative_difference(scratch: np.ndarray, keras: np.ndarray) -> float:
    """‖scratch − keras‖ / ‖scratch‖, in float64; 0 if both are zero.

    Scaled by the largest element first, so that no square overflows.
    """
    scratch, keras = scratch.astype(float), keras.astype(float)
    scale = max(np.abs(scratch).max(), np.abs(keras).max())
    if scale == 0:
        return 0.0
    size = np.linalg.norm(scratch / scale)
    difference = np.linalg.norm(scratch / scale - keras / scale)
    return float(difference / size) if size else float(np.finfo(float).max)


def trajectory_bounds(
    scratch: History, shadows: Sequence[History], first: Arrays
) -> dict[str, dict[int, float]]:
    """How far a right twin's parameters may stray, by name and checkpoint, relative to their norm.

    Training amplifies rounding as it amplifies any small difference; how much is seen from shadows:
    copies of the scratch side whose starting weights are moved to neighbouring numbers. A right
    twin stays within `SHADOW_FACTOR` times the largest distance that a shadow has had so far, and
    what the first update may add: its rounding is no shadow's, and a bias that starts at zero has
    no neighbours.

    Args:
        scratch: the scratch side's history.
        shadows: the shadows' histories, which may end earlier; so do the bounds.
        first: how far the parameters may lie apart after the first update.
    """
    reached = [step for step in scratch.checkpoints if step and step in shadows[0].checkpoints]
    bounds: dict[str, dict[int, float]] = {}
    for name, allowed in first.items():
        own = scratch.checkpoints[1][name]
        at_once = relative_difference(own, own + allowed)
        farthest = 0.0
        bounds[name] = {}
        for step in reached:
            own = scratch.checkpoints[step][name]
            others = (shadow.checkpoints[step][name] for shadow in shadows)
            farthest = max(farthest, *(relative_difference(own, other) for other in others))
            bounds[name][step] = SHADOW_FACTOR * farthest + at_once
    return bounds


def compare_trajectories(
    scratch: History, keras: History, bounds: Mapping[str, Mapping[int, float]]
) -> Iterator[Comparison]:
    """Both sides' weights after trainings of their own, at the checkpoint nearest to its bound.

    Both histories must be finite.
    """
    for name, by_step in bounds.items():
        found = []
        for step, bound in by_step.items():
            drift = relative_difference(
                scratch.checkpoints[step][name], keras.checkpoints[step][name]
            )
            compared = compare("trajectory", "along training", name, drift, 0.0, bound)
            found.append(at_step(compared, step))
        yield from worst_of(found)


def compare_predictions(
    scratch: np.ndarray, keras: np.ndarray, free: np.ndarray, allowed: np.ndarray, decides: bool
) -> Iterator[Comparison]:
    """Final outputs and decisions on the test samples.

    A sample may be decided differently only if its two likeliest answers lie closer together than
    the outputs of the two sides may: rounding, and what the small difference of the weights does
    to this very sample.

    Args:
        scratch: outputs of the scratch model with the Keras side's final weights.
        keras: outputs of the Keras side.
        free: outputs of the scratch model with its own final weights.
        allowed: how far the first two may lie apart.
        decides: whether the outputs decide for a class; those of a regression do not.
    """
    yield compare("predictions", "trained", "y", scratch, keras, allowed)
    if not decides:
        return
    moved = np.abs(scratch.astype(float) - free).max(axis=1)
    reach = 2 * (moved + allowed.max(axis=1))
    differ = decisions(free) != decisions(keras)
    unexplained = np.flatnonzero(differ & (margins(free) > reach))
    share = float(np.inf) if len(unexplained) else 0.0
    place = Place(tuple(map(int, unexplained[:1])), counted=(int(differ.sum()), len(keras)))
    count = float(len(unexplained))
    yield Comparison("predictions", "trained", "decisions that differ", count, 0.0, share, place)


def decisions(y: np.ndarray) -> np.ndarray:
    """The class that each row of outputs decides for: the largest, or with one output above ½."""
    return y[:, 0] > 0.5 if y.shape[1] == 1 else y.argmax(axis=1)


def margins(y: np.ndarray) -> np.ndarray:
    """How far each row's decision lies from the next: the two largest outputs, or y and 1 − y."""
    if y.shape[1] == 1:
        return np.abs(2 * y[:, 0] - 1)
    top = np.partition(y, -2, axis=1)
    return top[:, -1] - top[:, -2]
