"""Shadows: copies of the scratch side that start one unit in the last place beside it.

How far they stray shows how far rounding alone can carry a training.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import Arrays, History
from experiments.pair.follow import Advance, follow, silent
from experiments.pair.sides import Batches, Scratch, stacked
from experiments.spec import Training

SHADOWS = 5


def follow_shadows(
    training: Training,
    start: Arrays,
    data: Dataset,
    batches: Batches,
    limit: int,
    advance: Advance = silent,
) -> list[History]:
    """Trainings of copies of the scratch side, every weight first moved to a neighbouring number.

    Args:
        training: what is trained.
        start: the starting parameters.
        data: its data set.
        batches: row indices of every step.
        limit: the checkpoint to stop at.
        advance: told of the steps done.
    """
    rng = np.random.default_rng(0)
    starts = [
        {
            name: np.nextafter(values, np.where(rng.random(values.shape) < 0.5, -np.inf, np.inf))
            for name, values in start.items()
        }
        for _ in range(SHADOWS)
    ]
    side = Scratch(training, data)
    if data.kind == "truth table":
        history = follow(training, side, stacked(starts), batches, advance, limit)
        return [_unstacked(history, index, start) for index in range(SHADOWS)]

    def one(shadow: Arrays, told: Advance) -> History:
        return follow(training, side, shadow, batches, told, limit)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, starts, [advance, *[silent] * (SHADOWS - 1)]))


def _unstacked(history: History, index: int, start: Arrays) -> History:
    checkpoints = {
        step: {name: values[index].reshape(start[name].shape) for name, values in params.items()}
        for step, params in history.checkpoints.items()
    }
    return replace(history, checkpoints=checkpoints)
