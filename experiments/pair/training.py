"""A pair from its start to its result: trained, compared, measured."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from experiments.data import Dataset
from experiments.judge import ladder
from experiments.judge.ladder import DIFFERENCES_AT, Arrays, History, Norms
from experiments.judge.trajectory import SHADOW_FACTOR
from experiments.pair import views
from experiments.pair.compare import THOROUGH, Effort, compare_pair
from experiments.pair.divergence import find_divergence
from experiments.pair.follow import Advance, follow, follow_both
from experiments.pair.measure import Values, loss_curve, measure
from experiments.pair.pair import Pair, pair_of, prepare
from experiments.pair.power import power_of
from experiments.pair.shadows import limits_of, shadow_count
from experiments.pair.sides import Scratch
from experiments.record.results import (
    LossCurve,
    Measured,
    Residuals,
    Settings,
    TrainingResult,
    WeightDrift,
)
from experiments.spec import Training

SMALL_NET = 100
"""Nets with fewer parameters have their final weights written down."""

CURVE_POINTS = 400
"""Points of a loss curve that are kept: every n-th, beside the first hundred."""

Histories = tuple[History, History]


def final_params(training: Training, data: Dataset) -> dict[str, np.ndarray]:
    """Parameters that the scratch side ends with."""
    start, batches = prepare(training, data)
    history = follow(training, Scratch(training, data), start, batches)
    return _parameters(training, history.checkpoints[training.steps])


@np.errstate(all="ignore")
def run_training(
    training: Training,
    data: Dataset,
    advance: Callable[[str, int], Advance],
    effort: Effort = THOROUGH,
) -> tuple[TrainingResult, Arrays]:
    """Train, compare and measure one pair.

    Args:
        training: what is trained.
        data: its data set.
        advance: called with a label and a number of steps, gives the function that is told of the
            steps done.
        effort: how much of the training is gone over again to compare it.

    Returns:
        The result, and the parameters that the scratch side ends with.
    """
    pair = pair_of(training, data, *prepare(training, data))
    scratch, keras = (
        advance(f"{training.name}, {side.name}", training.steps) for side in pair.sides
    )
    histories = follow_both(pair, (scratch, keras))
    shadows = shadow_count(pair)
    settings = Settings(effort.watches(training), shadows, SHADOW_FACTOR, DIFFERENCES_AT)
    seconds = {
        side.name: history.seconds for side, history in zip(pair.sides, histories, strict=True)
    }
    finals = (histories[0].checkpoints[training.steps], histories[1].checkpoints[training.steps])
    both = zip(pair.sides, histories, strict=True)
    diverged = tuple(
        found for side, history in both if (found := find_divergence(pair, side, history))
    )
    if diverged:
        result = TrainingResult(training, data.name, seconds, settings, diverged=diverged)
        return result, _parameters(training, finals[0])
    told = advance(f"{training.name}, {shadows} shadows", training.steps)
    limits = limits_of(pair, histories[0], told)
    measured = _measured(pair, histories)
    small = training.start.size < SMALL_NET
    own = _parameters(training, finals[0])
    return TrainingResult(
        training,
        data.name,
        seconds,
        settings,
        comparisons=tuple(compare_pair(pair, histories, limits, measured, effort)),
        measured=tuple(Measured(of, v, float(measured[1][of])) for of, v in measured[0].items()),
        loss=_loss(pair, histories),
        weights=_weight_drift(*histories, limits.weights),
        power=tuple(power_of(pair, histories[0], limits)),
        surface=views.surface(pair, histories) if data.kind == "truth table" else None,
        images=views.images(pair, finals) if data.kind == "images" else None,
        final_weights={n: v.tolist() for n, v in own.items()} if small else {},
    ), own


def _parameters(training: Training, state: Arrays) -> dict[str, np.ndarray]:
    """Those of a state, without what the optimizer remembers."""
    return {name: state[name] for name, _ in training.start.shapes}


def _measured(pair: Pair, histories: Histories) -> tuple[Values, Values]:
    """What both sides measure, at the same time."""
    with ThreadPoolExecutor(2) as pool:
        scratch, keras = pool.map(
            lambda side, history: measure(pair.training, pair.data, side, history, pair.batches),
            pair.sides,
            histories,
        )
    return scratch, keras


def _loss(pair: Pair, histories: Histories) -> LossCurve:
    """Loss curves at the first hundred points and at every n-th."""
    (scratch, per_point), (keras, _) = (
        loss_curve(pair.training, pair.data, history.losses) for history in histories
    )
    points = len(scratch)
    shown = np.union1d(
        np.arange(min(100, points)), np.arange(0, points, -(-points // CURVE_POINTS))
    )
    shown = np.union1d(shown, points - 1)
    return LossCurve(
        tuple(((shown + 1) * per_point).tolist()),
        tuple(scratch[shown].astype(float).tolist()),
        tuple(keras[shown].astype(float).tolist()),
        per_point,
        _residuals(pair, histories),
    )


def _residuals(pair: Pair, histories: Histories) -> Residuals | None:
    """Keras' loss minus the scratch loss in Keras' convention, at every checkpoint.

    None where the two conventions are the same.
    """
    if not pair.net.has_known_term:
        return None
    steps = sorted(set(histories[0].checkpoints) - {pair.training.steps})
    scratch, keras = (history.in_keras_convention for history in histories)
    return Residuals(
        tuple(s + 1 for s in steps), tuple(float(keras[s] - scratch[s]) for s in steps)
    )


def _weight_drift(scratch: History, keras: History, bounds: Norms) -> WeightDrift:
    """Relative difference of every parameter at every checkpoint after the start."""
    steps = tuple(step for step in scratch.checkpoints if step > 0)
    return WeightDrift(
        steps,
        {
            name: tuple(
                ladder.relative_difference(
                    scratch.checkpoints[step][name], keras.checkpoints[step][name]
                )
                for step in steps
            )
            for name in bounds
        },
        {
            name: tuple(
                by_step[step] / (ladder.norm(scratch.checkpoints[step][name]) or 1.0)
                for step in steps
            )
            for name, by_step in bounds.items()
        },
    )
