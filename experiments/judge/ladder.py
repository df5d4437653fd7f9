"""The ladder of comparisons, from the start of a training to its predictions.

start → layers → loss → gradient → update → differences → trajectory → predictions. Each rung
stands on the ones below it, so the first one that fails says where to look.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from experiments.judge.bounds import (
    TRAJECTORY,
    UNIT_ROUNDOFF,
    activation_bounds,
    epsilon_term,
    running_bounds,
)

DIFFERENCES_AT = 25
"""Elements per parameter at which central differences are taken."""

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Observation:
    """What one side computes from given parameters on one batch.

    Attributes:
        params: the parameters.
        activations: named, in order.
        loss: of the batch.
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
    """

    at: Mapping[str, np.ndarray]
    step: Arrays
    double_step: Arrays
    h: float


@dataclass(frozen=True)
class Batch:
    """Samples and targets, and the names of the net's output activation and loss function."""

    x: np.ndarray
    t: np.ndarray
    output: str
    error: str


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
class Comparison:
    """One quantity of both sides, held against how far it may differ.

    Attributes:
        rung: of the ladder.
        state: the weights at which it was taken: "start", "trained" or "along training".
        quantity: what was compared.
        difference: at the element that comes nearest to its bound, or goes farthest beyond it.
        bound: of that element.
        share: difference / bound there; above 1 is a failure.
        where: that element, or the step.
    """

    rung: str
    state: str
    quantity: str
    difference: float
    bound: float
    share: float
    where: str

    @property
    def passed(self) -> bool:
        """Whether the difference stays within its bound."""
        return self.share <= 1


def to_row(comparison: Comparison) -> dict:
    """A comparison as plain data; JSON holds no infinity, so that is written as text."""
    return {
        key: str(value) if isinstance(value, float) and not np.isfinite(value) else value
        for key, value in (asdict(comparison) | {"passed": comparison.passed}).items()
    }


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
        where = f"shapes {scratch.shape} and {keras.shape}"
        return Comparison(rung, state, quantity, np.inf, 0.0, np.inf, where)
    difference = np.abs(scratch - keras)
    bound = np.broadcast_to(bound, difference.shape)
    share = np.divide(
        difference, bound, out=np.where(difference == 0, 0.0, np.inf), where=bound > 0
    )
    share = np.where(np.isfinite(difference) & np.isfinite(bound), share, np.inf)
    worst = np.unravel_index(np.argmax(share), share.shape)
    where = str([int(i) for i in worst]) if worst else ""
    return Comparison(
        rung,
        state,
        quantity,
        float(difference[worst]),
        float(bound[worst]),
        float(share[worst]),
        where,
    )


def compare_starts(scratch: History, keras: History) -> Iterator[Comparison]:
    """The parameters from which each side really started: equal to the last bit."""
    for name, values in scratch.checkpoints[0].items():
        yield compare("start", "start", name, values, keras.checkpoints[0][name], 0.0)


def compare_states(
    state: str, scratch: Observation, keras: Observation, batch: Batch, learning_rate: float
) -> Iterator[Comparison]:
    """The rungs from the layers to one update, at one state of the weights."""
    dtype = scratch.activations["y"].dtype.name
    u = UNIT_ROUNDOFF[dtype]
    bounds = running_bounds(
        scratch.params, batch.x, batch.t, scratch.activations, batch.output, batch.error
    )
    for name, values in scratch.activations.items():
        bound = 2 * u * bounds.activations[name]
        yield compare("layers", state, name, values, keras.activations[name], bound)
    without_epsilon = scratch.loss
    if batch.error == "cross_entropy_error":
        without_epsilon += epsilon_term(scratch.activations["y"], batch.t)
    yield compare("loss", state, "loss", without_epsilon, keras.loss, 2 * u * bounds.loss)
    for name, values in scratch.gradient.items():
        bound = 2 * u * bounds.gradient[name]
        yield compare("gradient", state, name, values, keras.gradient[name], bound)
    for name, values in scratch.updated.items():
        step = learning_rate * (bounds.gradient[name] + np.abs(scratch.gradient[name]))
        bound = 2 * u * (step + np.abs(values))
        yield compare("update", state, name, values, keras.updated[name], bound)


def compare_differences(
    state: str, side: str, observed: Observation, differences: Differences, batch: Batch
) -> Iterator[Comparison]:
    """One side's gradient against central differences.

    The bound has three parts: what differences lose by rounding, u·E_L/h; what they lose by their
    step, for which their change when the step doubles stands (it is three times as large); and
    the gradient's own running error bound.
    """
    dtype = observed.activations["y"].dtype.name
    params = {name: values.astype(float) for name, values in observed.params.items()}
    bounds = running_bounds(
        params, batch.x, batch.t, observed.activations, batch.output, batch.error
    )
    for name, at in differences.at.items():
        step, double = differences.step[name], differences.double_step[name]
        rounding = 2 * UNIT_ROUNDOFF["float64"] * bounds.loss / differences.h
        own = 2 * UNIT_ROUNDOFF[dtype] * bounds.gradient[name].ravel()[at]
        yield compare(
            "differences",
            state,
            f"{name}: {side}",
            observed.gradient[name].ravel()[at],
            step,
            rounding + np.abs(double - step) + own,
        )


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


def compare_trajectories(scratch: History, keras: History) -> Iterator[Comparison]:
    """The relative difference of every parameter, at the checkpoint where it is largest.

    Both histories must be finite.
    """
    bound = TRAJECTORY * UNIT_ROUNDOFF[scratch.losses.dtype.name]
    for name in next(iter(scratch.checkpoints.values())):
        drift = {
            step: relative_difference(params[name], keras.checkpoints[step][name])
            for step, params in scratch.checkpoints.items()
            if step > 0
        }
        step = max(drift, key=drift.__getitem__)
        yield Comparison(
            "trajectory",
            "along training",
            name,
            drift[step],
            bound,
            drift[step] / bound,
            f"step {step}",
        )


def compare_losses(residuals: Mapping[int, float], losses: np.ndarray) -> Iterator[Comparison]:
    """Losses along training, after the known difference of the two conventions is taken off.

    The bound is the promise for the weights, relative to the largest loss.

    Args:
        residuals: Keras' loss − (scratch loss + the sources' ε), by number of updates done.
        losses: of the scratch side; their largest is the scale.
    """
    bound = TRAJECTORY * UNIT_ROUNDOFF[losses.dtype.name] * float(np.abs(losses).max())
    step = max(residuals, key=lambda step: abs(residuals[step]))
    value = abs(residuals[step])
    yield Comparison(
        "trajectory", "along training", "loss", value, bound, value / bound, f"step {step}"
    )


def compare_predictions(
    scratch: Arrays, keras: np.ndarray, free: np.ndarray, batch: Batch, params: Arrays
) -> Iterator[Comparison]:
    """Final outputs and decisions on the test samples.

    A sample may be decided differently only if its two likeliest answers lie closer together than
    the outputs of the two sides may: rounding, and what the small difference of the weights does
    to this very sample. A regression decides nothing.

    Args:
        scratch: activations of the scratch model with the Keras side's final weights.
        keras: outputs of the Keras side.
        free: outputs of the scratch model with its own final weights.
        batch: the test samples.
        params: the Keras side's final weights.
    """
    u = UNIT_ROUNDOFF[keras.dtype.name]
    bound = 2 * u * activation_bounds(params, batch.x, scratch, batch.output)["y"]
    yield compare("predictions", "trained", "y", scratch["y"], keras, bound)
    if batch.output == "identity":
        return
    moved = np.abs(scratch["y"].astype(float) - free).max(axis=1)
    allowed = 2 * (moved + bound.max(axis=1))
    differ = decisions(free) != decisions(keras)
    unexplained = np.flatnonzero(differ & (margins(free) > allowed))
    first = f", first [{unexplained[0]}]" if len(unexplained) else ""
    yield compare_counts(
        "decisions that differ", len(unexplained), f"{differ.sum()} of {len(keras)}{first}"
    )


def compare_counts(quantity: str, unexplained: int, where: str) -> Comparison:
    """A count that has to be zero."""
    share = float(np.inf) if unexplained else 0.0
    return Comparison("predictions", "trained", quantity, float(unexplained), 0.0, share, where)


def decisions(y: np.ndarray) -> np.ndarray:
    """The class that each row of outputs decides for: the largest, or with one output above ½."""
    return y[:, 0] > 0.5 if y.shape[1] == 1 else y.argmax(axis=1)


def margins(y: np.ndarray) -> np.ndarray:
    """How far each row's decision lies from the next: the two largest outputs, or y and 1 − y."""
    if y.shape[1] == 1:
        return np.abs(2 * y[:, 0] - 1)
    top = np.partition(y, -2, axis=1)
    return top[:, -1] - top[:, -2]
