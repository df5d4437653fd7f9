"""One training: both sides trained → two histories → compared → its part of `results.json`."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from experiments import views
from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge import ladder
from experiments.judge.ladder import Arrays, Batch, Comparison, Differences, History, Observation
from experiments.measure import mean_losses, measure
from experiments.sides import Keras, Scratch, Side
from experiments.spec import Training

DIFFERENCES_AT = 50
"""Elements per parameter at which central differences are taken."""

PROBE_SIZE = 100
"""Training samples on which layers, loss and gradients are compared."""

CURVE_POINTS = 400
"""Points of a loss curve that are kept: every n-th, beside the first hundred."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Divergence:
    """Where a training stopped giving numbers.

    Attributes:
        side: "scratch" or "keras".
        step: the update, counted from 1, whose forward pass is not finite.
        layer: the first activation that is not finite, or "loss".
    """

    side: str
    step: int
    layer: str

    def __str__(self) -> str:
        return f"{self.side}: not a finite number from update {self.step} on, first in {self.layer}"


def prepare(training: Training, data: Dataset) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Starting parameters and batches of a training, from its one generator."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    return {name: values.astype(data.x.dtype) for name, values in start.items()}, batches


def follow(
    training: Training, side: Side, batches: np.ndarray, advance: Advance = lambda steps: None
) -> History:
    """Train one side from its present parameters, keeping the weights at every checkpoint.

    Args:
        training: what is trained.
        side: the implementation.
        batches: row indices, shape (steps, batch size).
        advance: called with the number of steps done since the last call.
    """
    checkpoints = {0: side.params}
    losses = []
    seconds = 0.0
    for first, last in zip((0, *training.checkpoints), training.checkpoints, strict=False):
        began = time.perf_counter()
        losses.append(side.train(batches[first:last], training.learning_rate))
        seconds += time.perf_counter() - began
        checkpoints[last] = side.params
        advance(last - first)
    return History(np.concatenate(losses), checkpoints, seconds)


def find_divergence(
    training: Training, data: Dataset, side: Side, history: History, batches: np.ndarray
) -> Divergence | None:
    """The first update that is not finite, by replay from the last sound checkpoint."""
    if np.isfinite(history.losses).all() and _finite(history.checkpoints[training.steps]):
        return None
    sound = max(step for step, params in history.checkpoints.items() if _finite(params))
    side.set_params(history.checkpoints[sound])
    for step in range(sound, training.steps):
        for layer, values in side.forward(data.x[batches[step]]).items():
            if not np.isfinite(values).all():
                return Divergence(side.name, step + 1, layer)
        loss = side.train(batches[step : step + 1], training.learning_rate)
        if not np.isfinite(loss).all():
            return Divergence(side.name, step + 1, "loss")
    return Divergence(side.name, training.steps, "the last update")


def _finite(params: Arrays) -> bool:
    return all(np.isfinite(values).all() for values in params.values())


def observe(side: Side, batch: Batch, rows: np.ndarray, learning_rate: float) -> Observation:
    """Everything that one side computes at its present parameters, which are left as they were."""
    params = side.params
    activations = side.forward(batch.x)
    loss, gradient = side.loss_and_gradient(batch.x, batch.t)
    side.train(rows[np.newaxis], learning_rate)
    updated = side.params
    side.set_params(params)
    return Observation(params, activations, loss, gradient, updated)


def differences(
    training: Training, data: Dataset, params: Arrays, batch: Batch, gradients: Sequence[Arrays]
) -> Differences:
    """Central differences of the scratch loss in float64, at a subset of each parameter.

    The subset: up to `DIFFERENCES_AT` elements, evenly spaced among those where one of the given
    gradients is not zero. The sources' ε is taken out of the loss, as no gradient here has it.
    """
    from scratch.gradients import numerical_gradient

    side = Scratch(training, {n: v.astype(float) for n, v in params.items()}, data)
    x, t = batch.x.astype(float), batch.t.astype(float)

    def loss(_: np.ndarray) -> float:
        epsilon = 0.0
        if batch.error == "cross_entropy_error":
            epsilon = ladder.epsilon_term(side.model.predict(x), t)
        return side.model.loss(x, t) + epsilon

    h = 1e-4
    at, step, double = {}, {}, {}
    for name, values in side.model.params.items():
        moving = np.flatnonzero(np.any([g[name] != 0 for g in gradients], axis=0).ravel())
        picks = np.unique(np.linspace(0, len(moving) - 1, DIFFERENCES_AT).round().astype(int))
        at[name] = moving[picks] if len(moving) else np.array([0])
        indices = [np.unravel_index(i, values.shape) for i in at[name]]
        step[name] = numerical_gradient(loss, values, h, indices).ravel()[at[name]]
        double[name] = numerical_gradient(loss, values, 2 * h, indices).ravel()[at[name]]
    return Differences(at, step, double, h)


def loss_residuals(
    training: Training,
    data: Dataset,
    scratch: Scratch,
    histories: tuple[History, History],
    batches: np.ndarray,
) -> dict[int, float]:
    """Keras' loss minus the scratch loss without the sources' ε, at every checkpoint."""
    residuals = {}
    for step, params in histories[0].checkpoints.items():
        if step == training.steps:
            continue
        difference = float(histories[1].losses[step]) - float(histories[0].losses[step])
        if scratch.model.error.__name__ == "cross_entropy_error":
            scratch.set_params(params)
            rows = batches[step]
            difference -= ladder.epsilon_term(scratch.model.predict(data.x[rows]), data.t[rows])
        residuals[step] = difference
    return residuals


def compare_pair(
    training: Training,
    data: Dataset,
    sides: tuple[Scratch, Keras],
    histories: tuple[History, History],
    batches: np.ndarray,
    residuals: Mapping[int, float],
) -> list[Comparison]:
    """The whole ladder for one trained pair."""
    scratch, keras = sides
    error = scratch.model.error.__name__
    rows = batches[0] if training.order.kind == "with replacement" else np.arange(len(data.x))
    rows = rows[:PROBE_SIZE]
    probe = Batch(data.x[rows], data.t[rows], error)
    comparisons = []
    for state, step in (("start", 0), ("trained", training.steps)):
        for side in sides:
            side.set_params(histories[0].checkpoints[step])
        pair = [observe(side, probe, rows, training.learning_rate) for side in sides]
        comparisons += ladder.compare_states(state, *pair, probe, training.learning_rate)
        third = differences(
            training, data, pair[0].params, probe, [observed.gradient for observed in pair]
        )
        for name, observed in zip(("backprop", "autodiff"), pair, strict=True):
            comparisons += ladder.compare_differences(state, name, observed, third, probe)
    comparisons += ladder.compare_trajectories(*histories)
    comparisons += ladder.compare_losses(residuals, histories[0].losses)

    test = Batch(data.x_test, data.t_test, error)
    scratch.set_params(histories[0].checkpoints[training.steps])
    free = scratch.outputs("test")
    final = histories[1].checkpoints[training.steps]
    scratch.set_params(final)
    keras.set_params(final)
    comparisons += ladder.compare_predictions(
        scratch.forward(test.x), keras.outputs("test"), free, test, final
    )
    return comparisons


@np.errstate(all="ignore")
def run_training(training: Training, data: Dataset, advance: Callable[[str], Advance]) -> dict:
    """Train, compare and measure one pair.

    NumPy's warnings are off: what is not finite is found and reported as such.

    Args:
        training: what is trained.
        data: its data set.
        advance: called with a label, gives the function that is told of the steps done.

    Returns:
        The training's part of `results.json`.
    """
    start, batches = prepare(training, data)
    sides = Scratch(training, start, data), Keras(training, start, data)
    histories = tuple(
        follow(training, side, batches, advance(f"{training.name}, {side.name}")) for side in sides
    )
    pairs = list(zip(sides, histories, strict=True))
    result = {"spec": asdict(training), "data": data.name, "dtype": data.x.dtype.name}
    result["seconds"] = {side.name: history.seconds for side, history in pairs}
    diverged = [
        found
        for side, history in pairs
        if (found := find_divergence(training, data, side, history, batches))
    ]
    if diverged:
        return result | {"diverged": [str(found) for found in diverged]}
    residuals = loss_residuals(training, data, sides[0], histories, batches)
    comparisons = compare_pair(training, data, sides, histories, batches, residuals)
    measured = {
        side.name: measure(training, data, side, history.checkpoints) for side, history in pairs
    }
    curves = {side.name: mean_losses(training, data, history) for side, history in pairs}
    for side, history in pairs:
        measured[side.name][f"loss@{training.steps}"] = float(curves[side.name][-1])
        side.set_params(history.checkpoints[training.steps])
    if data.kind == "truth table":
        result["surface"] = views.surface(*sides)
        result["targets"] = data.t[:, 0].tolist()
        result["final_weights"] = {n: v.tolist() for n, v in sides[0].params.items()}
    else:
        result |= views.images(data, *sides)
    return result | {
        "comparisons": [_finite_or_text(asdict(c) | {"passed": c.passed}) for c in comparisons],
        "measurements": {
            name: {side.name: measured[side.name][name] for side in sides}
            for name in measured["scratch"]
        },
        "loss": _thin(curves, training.steps)
        | {"residuals": {"step": list(residuals), "difference": list(residuals.values())}},
        "weights": _weight_differences(*histories),
    }


def _finite_or_text(row: dict) -> dict:
    """JSON holds no infinity; a failed comparison's is written as text."""
    return {
        key: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }


def _thin(curves: Mapping[str, np.ndarray], steps: int) -> dict:
    """Loss curves at the first hundred points and at every n-th, with their difference."""
    points = len(curves["scratch"])
    kept = np.union1d(np.arange(min(100, points)), np.arange(0, points, -(-points // CURVE_POINTS)))
    kept = np.union1d(kept, points - 1)
    per_point = steps // points
    return {
        "step": ((kept + 1) * per_point).tolist(),
        "updates_per_point": per_point,
        **{side: curve[kept].astype(float).tolist() for side, curve in curves.items()},
    }


def _weight_differences(scratch: History, keras: History) -> dict:
    """Relative difference of every parameter at every checkpoint after the start."""
    steps = [step for step in scratch.checkpoints if step > 0]
    return {
        "step": steps,
        "relative_difference": {
            name: [
                ladder.relative_difference(
                    scratch.checkpoints[step][name], keras.checkpoints[step][name]
                )
                for step in steps
            ]
            for name in scratch.checkpoints[0]
        },
    }
