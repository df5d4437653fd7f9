"""The power of the trajectory's comparison: the smallest error per update that it would see.

Measured by injection: the gradient of one parameter is made too large by the same small part at
every update, and it is seen how far that carries the weights.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.judge.ladder import History, Limits, distance
from experiments.pair.pair import Pair
from experiments.pair.shadows import follow_spoiled, follow_stacked
from experiments.pair.sides import Spoil
from experiments.record.results import Power
from experiments.spec import Training

INJECTED = {"float64": 1e-8, "float32": 1e-3}
"""Small enough to act in proportion, and large beside rounding."""

UPDATES_OF_IMAGES = 1000
"""Updates of a net for images that are followed; errors of more would be seen when smaller."""


def power_of(pair: Pair, history: History, limits: Limits) -> Power:
    """The smallest relative error of one parameter's gradient that leaves the limits.

    Args:
        pair: what is trained.
        history: of the right scratch side.
        limits: of the pair.
    """
    training = _shortened(pair)
    short = replace(pair, training=training, batches=pair.batches[: training.steps])
    injected = INJECTED[pair.data.x.dtype.name]
    names = list(pair.start)
    if pair.data.kind == "truth table":
        wrong = follow_stacked(short, _in_a_stack(names, injected), len(names))
    else:
        wrong = follow_spoiled(short, [_alone(name, injected) for name in names])
    times = {
        name: _times_the_limit(history, other, limits)
        for name, other in zip(names, wrong, strict=True)
    }
    return Power(training.steps, {name: injected / t for name, t in times.items() if t > 0})


def _shortened(pair: Pair) -> Training:
    if pair.data.kind != "images":
        return pair.training
    checkpoints = (s for s in pair.training.checkpoints if s <= UPDATES_OF_IMAGES)
    return replace(pair.training, steps=max(checkpoints), evaluate_at=())


def _in_a_stack(names: Sequence[str], injected: float) -> Spoil:
    def spoil(gradients: dict[str, np.ndarray]) -> None:
        for index, name in enumerate(names):
            gradients[name][index] *= 1 + injected

    return spoil


def _alone(name: str, injected: float) -> Spoil:
    def spoil(gradients: dict[str, np.ndarray]) -> None:
        gradients[name] *= 1 + injected

    return spoil


def _times_the_limit(right: History, wrong: History, limits: Limits) -> float:
    """How many times its limit the farthest parameter goes, at any checkpoint that both have."""
    return max(
        distance(right.checkpoints[step][name], wrong.checkpoints[step][name]) / limit
        for name, by_step in limits.weights.items()
        for step, limit in by_step.items()
        if step in wrong.checkpoints
    )
