"""One training: both sides trained → two histories → compared → its part of `results.json`."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import numpy as np

from experiments import views
from experiments.compare import THOROUGH, Batches, Effort, allowed, batch_of, compare_pair
from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge import ladder
from experiments.judge.ladder import Arrays, History
from experiments.measure import epoch_measurements, loss_curve, measure
from experiments.sides import Keras, Scratch, Side, stacked
from experiments.spec import Training

SMALL_NET = 100
"""Nets with fewer parameters have their final weights written down."""

SHADOWS = 5
"""Copies of the scratch side that start one unit in the last place beside it."""

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


def prepare(training: Training, data: Dataset) -> tuple[dict[str, np.ndarray], Batches]:
    """Starting parameters and batches of a training, from its one generator."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    return {name: values.astype(data.x.dtype) for name, values in start.items()}, batches


@np.errstate(all="ignore")
def follow(
    training: Training,
    side: Side,
    batches: Batches,
    advance: Advance = lambda steps: None,
    limit: int | None = None,
) -> History:
    """Train one side from its present parameters, keeping the weights at every checkpoint.

    NumPy's warnings are off, here and in `run_training`, since the setting does not pass to
    threads: what is not finite is found and reported as such.

    Args:
        training: what is trained.
        side: the implementation.
        batches: row indices of every step.
        advance: called with the number of steps done since the last call.
        limit: the checkpoint to stop at, if it is not the last.
    """
    last_step = limit or training.steps
    checkpoints = {0: side.params}
    losses = []
    seconds = 0.0
    stops = {*training.checkpoints, *range(SEGMENT, training.steps, SEGMENT)}
    stops = sorted(step for step in stops if step <= last_step)
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


def follow_shadows(
    training: Training, start: Arrays, data: Dataset, batches: Batches, limit: int, advance: Advance
) -> list[History]:
    """Trainings of copies of the scratch side, every weight first moved to a neighbouring number.

    Args:
        training: what is trained.
        start: the starting parameters.
        data: its data set.
        batches: row indices of every step.
        limit: the checkpoint to stop at.
        advance: called with the number of steps done since the last call.
    """
    rng = np.random.default_rng(0)
    starts = [
        {
            name: np.nextafter(values, np.where(rng.random(values.shape) < 0.5, -np.inf, np.inf))
            for name, values in start.items()
        }
        for _ in range(SHADOWS)
    ]
    if data.kind == "truth table":
        side = Scratch(training, stacked(starts), data)
        history = follow(training, side, batches, advance, limit)
        return [_unstacked(history, index, start) for index in range(SHADOWS)]
    sides = [Scratch(training, shadow, data) for shadow in starts]
    share = [advance, *(lambda steps: None,) * (SHADOWS - 1)]
    with ThreadPoolExecutor(2) as pool:
        return list(
            pool.map(lambda side, told: follow(training, side, batches, told, limit), sides, share)
        )


def _unstacked(history: History, index: int, start: Arrays) -> History:
    checkpoints = {
        step: {name: values[index].reshape(start[name].shape) for name, values in params.items()}
        for step, params in history.checkpoints.items()
    }
    return replace(history, checkpoints=checkpoints)


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


def loss_residuals(
    training: Training,
    data: Dataset,
    scratch: Scratch,
    histories: Sequence[History],
    batches: Batches,
) -> dict | None:
    """Keras' loss minus the scratch loss in Keras' convention, at every checkpoint.

    None where the two conventions are the same.
    """
    if not scratch.has_known_term:
        return None
    steps = sorted(set(histories[0].checkpoints) - {training.steps})
    residuals = []
    for step in steps:
        scratch.set_params(histories[0].checkpoints[step])
        x, t = data.x[batches[step]], data.t[batches[step]]
        ours, theirs = (float(history.losses[step]) for history in histories)
        residuals.append(theirs - ours - float(scratch.known_term(scratch.forward(x)["y"], t)))
    return {"step": [step + 1 for step in steps], "difference": residuals}


def final_params(training: Training, data: Dataset) -> dict[str, np.ndarray]:
    """Parameters that the scratch side ends with."""
    start, batches = prepare(training, data)
    side = Scratch(training, start, data)
    return dict(follow(training, side, batches).checkpoints[training.steps])


@np.errstate(all="ignore")
def run_training(
    training: Training,
    data: Dataset,
    advance: Callable[[str, int], Advance],
    effort: Effort = THOROUGH,
) -> tuple[dict, Arrays]:
    """Train, compare and measure one pair.

    Args:
        training: what is trained.
        data: its data set.
        advance: called with a label and a number of steps, gives the function that is told of the
            steps done.
        effort: how much of the training is gone over again to compare it.

    Returns:
        The training's part of `results.json`, and the parameters that the scratch side ends with.
    """
    start, batches = prepare(training, data)
    sides = Scratch(training, start, data), Keras(training, start, data)
    advances = [advance(f"{training.name}, {side.name}", training.steps) for side in sides]
    histories = follow_both(training, sides, batches, advances)
    pairs = list(zip(sides, histories, strict=True))
    result = {"spec": asdict(training), "data": data.name, "dtype": data.x.dtype.name}
    result["seconds"] = {side.name: history.seconds for side, history in pairs}
    final = dict(histories[0].checkpoints[training.steps])
    diverged = [
        found
        for side, history in pairs
        if (found := find_divergence(training, data, side, history, batches))
    ]
    if diverged:
        return result | {"diverged": [str(found) for found in diverged]}, final
    steps = effort.shadowed(training)
    told = advance(f"{training.name}, {SHADOWS} shadows", steps)
    shadows = follow_shadows(training, start, data, batches, steps, told)
    first = allowed(
        Scratch(training, start, data), batch_of(data, batches[0]), training.learning_rate
    )
    bounds = ladder.trajectory_bounds(histories[0], shadows, first.updated)
    comparisons = compare_pair(
        training, data, sides, histories, batches, bounds, (Scratch, Keras), effort
    )
    residuals = loss_residuals(training, data, sides[0], histories, batches)
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
    result |= {
        "comparisons": [ladder.to_row(comparison) for comparison in comparisons],
        "measurements": {
            name: {side.name: measured[side.name][name] for side in sides}
            for name in measured["scratch"]
        },
        "loss": _thin(curves, per_point) | {"without_epsilon": residuals},
        "weights": _weight_differences(*histories, bounds),
    }
    return result, final


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


def _weight_differences(scratch: History, keras: History, bounds: dict) -> dict:
    """Relative difference of every parameter at every checkpoint after the start.

    And how large it may be, at those that the shadows reach.
    """
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
        "allowed": {name: list(by_step.values()) for name, by_step in bounds.items()},
    }
