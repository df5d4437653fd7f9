"""One training: both sides trained → two histories → compared → its part of `results.json`."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

import numpy as np

from experiments import views
from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge import ladder
from experiments.judge.ladder import (
    DIFFERENCES_AT,
    Arrays,
    Batch,
    Comparison,
    Differences,
    History,
    Observation,
)
from experiments.measure import epoch_measurements, loss_curve, measure
from experiments.sides import Keras, Scratch, Side
from experiments.spec import Training

SMALL_NET = 100
"""Nets with fewer parameters have their final weights written down."""

PROBE_SIZE = 100
"""Training samples on which layers, loss and gradients are compared."""

SEGMENT = 500
"""Steps after which progress is told and an interrupt is heard."""

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


Batches = np.ndarray | list[np.ndarray]


def prepare(training: Training, data: Dataset) -> tuple[dict[str, np.ndarray], Batches]:
    """Starting parameters and batches of a training, from its one generator."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    return {name: values.astype(data.x.dtype) for name, values in start.items()}, batches


@np.errstate(all="ignore")
def follow(
    training: Training, side: Side, batches: Batches, advance: Advance = lambda steps: None
) -> History:
    """Train one side from its present parameters, keeping the weights at every checkpoint.

    NumPy's warnings are off, here and in `run_training`, since the setting does not pass to
    threads: what is not finite is found and reported as such.

    Args:
        training: what is trained.
        side: the implementation.
        batches: row indices of every step.
        advance: called with the number of steps done since the last call.
    """
    checkpoints = {0: side.params}
    losses = []
    seconds = 0.0
    stops = sorted({*training.checkpoints, *range(SEGMENT, training.steps, SEGMENT)})
    for first, last in zip((0, *stops), stops, strict=False):
        began = time.perf_counter()
        losses.append(side.train(batches[first:last], training.learning_rate))
        seconds += time.perf_counter() - began
        if last in training.checkpoints:
            checkpoints[last] = side.params
        advance(last - first)
    return History(np.concatenate(losses), checkpoints, seconds)


def follow_both(
    training: Training, sides: Sequence[Side], batches: Batches, advances: Sequence[Advance]
) -> tuple[History, ...]:
    """Train all sides at the same time, a thread each: the work is done outside of Python's lock.

    An interrupt stops every side at the end of its present segment.
    """
    stopped = threading.Event()

    def stoppable(advance: Advance) -> Advance:
        def advance_or_stop(steps: int) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt
            advance(steps)

        return advance_or_stop

    with ThreadPoolExecutor(len(sides)) as pool:
        try:
            return tuple(
                pool.map(
                    lambda side, advance: follow(training, side, batches, stoppable(advance)),
                    sides,
                    advances,
                )
            )
        except BaseException:
            stopped.set()
            raise


def find_divergence(
    training: Training, data: Dataset, side: Side, history: History, batches: Batches
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

    The subset: all elements if there are no more than `DIFFERENCES_AT`, else so many, evenly
    spaced among those where one of the given gradients is not zero. The sources' ε is taken out
    of the loss, as no gradient here has it.
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
        moving = np.any([g[name] != 0 for g in gradients], axis=0).ravel()
        candidates = np.arange(values.size)
        if values.size > DIFFERENCES_AT and moving.any():
            candidates = np.flatnonzero(moving)
        picks = np.linspace(0, len(candidates) - 1, DIFFERENCES_AT).round().astype(int)
        at[name] = candidates[np.unique(picks)]
        indices = [np.unravel_index(i, values.shape) for i in at[name]]
        step[name] = numerical_gradient(loss, values, h, indices).ravel()[at[name]]
        double[name] = numerical_gradient(loss, values, 2 * h, indices).ravel()[at[name]]
    return Differences(at, step, double, h)


def loss_residuals(
    training: Training,
    data: Dataset,
    scratch: Scratch,
    histories: tuple[History, History],
    batches: Batches,
) -> dict[int, float]:
    """Keras' loss minus the scratch loss without the sources' ε, by number of updates done.

    At every step, or with the cross-entropy at every checkpoint: there ε's share depends on the
    weights.
    """
    differences = histories[1].losses.astype(float) - histories[0].losses
    if scratch.model.error.__name__ != "cross_entropy_error":
        return dict(enumerate(differences.tolist()))
    residuals = {}
    for step in set(histories[0].checkpoints) - {training.steps}:
        scratch.set_params(histories[0].checkpoints[step])
        rows = batches[step]
        epsilon = ladder.epsilon_term(scratch.model.predict(data.x[rows]), data.t[rows])
        residuals[step] = float(differences[step]) - epsilon
    return dict(sorted(residuals.items()))


def compare_pair(
    training: Training,
    data: Dataset,
    sides: tuple[Scratch, Keras],
    histories: tuple[History, History],
    batches: Batches,
    residuals: Mapping[int, float],
) -> list[Comparison]:
    """The whole ladder for one trained pair."""
    scratch, keras = sides
    names = scratch.model.output, scratch.model.error.__name__
    rows = np.arange(len(data.x)) if data.kind == "truth table" else batches[0]
    rows = rows[:PROBE_SIZE]
    probe = Batch(data.x[rows], data.t[rows], *names)
    comparisons = list(ladder.compare_starts(*histories))
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

    test = Batch(data.x_test, data.t_test, *names)
    scratch.set_params(histories[0].checkpoints[training.steps])
    free = scratch.outputs("test")
    final = histories[1].checkpoints[training.steps]
    scratch.set_params(final)
    keras.set_params(final)
    comparisons += ladder.compare_predictions(
        scratch.forward(test.x), keras.outputs("test"), free, test, final
    )
    return comparisons


def final_params(training: Training, data: Dataset) -> dict[str, np.ndarray]:
    """Parameters that the scratch side ends with."""
    start, batches = prepare(training, data)
    side = Scratch(training, start, data)
    return dict(follow(training, side, batches).checkpoints[training.steps])


@np.errstate(all="ignore")
def run_training(training: Training, data: Dataset, advance: Callable[[str], Advance]) -> dict:
    """Train, compare and measure one pair.

    Args:
        training: what is trained.
        data: its data set.
        advance: called with a label, gives the function that is told of the steps done.

    Returns:
        The training's part of `results.json`.
    """
    start, batches = prepare(training, data)
    sides = Scratch(training, start, data), Keras(training, start, data)
    advances = [advance(f"{training.name}, {side.name}") for side in sides]
    histories = follow_both(training, sides, batches, advances)
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
    scratch_error = sides[0].model.error.__name__
    with ThreadPoolExecutor(len(sides)) as pool:
        values = pool.map(lambda pair: measure(training, data, pair[0], pair[1].checkpoints), pairs)
        measured = {side.name: found for side, found in zip(sides, values, strict=True)}
    curves = {}
    for side, history in pairs:
        values = measured[side.name]
        curves[side.name], per_point = loss_curve(training, data, history.losses)
        values[f"loss@{training.steps}"] = float(curves[side.name][-1])
        if training.order.kind == "shuffled":
            values |= epoch_measurements(training, data, history.losses, values)
        if data.kind == "images":
            values[f"distinct_images@{training.steps}"] = len(np.unique(np.concatenate(batches)))
        measured[side.name] = values
        side.set_params(history.checkpoints[training.steps])
    if data.kind == "truth table":
        result["surface"] = views.surface(*sides)
        result["targets"] = data.t[:, 0].tolist()
    if data.kind == "images":
        result |= views.images(data, *sides)
    if sum(values.size for values in start.values()) < SMALL_NET:
        result["final_weights"] = {n: v.tolist() for n, v in sides[0].params.items()}
    return result | {
        "comparisons": [ladder.to_row(comparison) for comparison in comparisons],
        "measurements": {
            name: {side.name: measured[side.name][name] for side in sides}
            for name in measured["scratch"]
        },
        "loss": _thin(curves, per_point)
        | {"without_epsilon": _without_epsilon(scratch_error, residuals)},
        "weights": _weight_differences(*histories),
    }


def _thin(curves: Mapping[str, np.ndarray], per_point: int) -> dict:
    """Loss curves at the first hundred points and at every n-th, with their difference."""
    points = len(curves["scratch"])
    kept = np.union1d(np.arange(min(100, points)), np.arange(0, points, -(-points // CURVE_POINTS)))
    kept = np.union1d(kept, points - 1)
    return {
        "step": ((kept + 1) * per_point).tolist(),
        "updates_per_point": per_point,
        **{side: curve[kept].astype(float).tolist() for side, curve in curves.items()},
    }


def _without_epsilon(error: str, residuals: Mapping[int, float]) -> dict | None:
    """Loss differences after ε is taken out, where there is one."""
    if error != "cross_entropy_error":
        return None
    return {
        "step": [step + 1 for step in residuals],
        "difference": list(residuals.values()),
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
