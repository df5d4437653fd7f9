"""Where a training stopped giving numbers."""

import numpy as np

from experiments.judge.ladder import Arrays, History
from experiments.pair.pair import Pair
from experiments.pair.sides import Side
from experiments.record.results import Divergence


def find_divergence(pair: Pair, side: Side, history: History) -> Divergence | None:
    """The first update that is not finite, by replay from the last sound checkpoint."""
    training = pair.training
    if np.isfinite(history.losses).all() and _finite(history.checkpoints[training.steps]):
        return None
    sound = max(step for step, params in history.checkpoints.items() if _finite(params))
    params = history.checkpoints[sound]
    for step in range(sound, training.steps):
        for layer, values in side.forward(params, pair.data.x[pair.batches[step]]).items():
            if not np.isfinite(values).all():
                return Divergence(side.name, step + 1, layer)
        loss, params = side.train(params, pair.batches[step : step + 1], training.learning_rate)
        if not np.isfinite(loss).all():
            return Divergence(side.name, step + 1, "loss")
    return Divergence(side.name, training.steps, "update")


def _finite(params: Arrays) -> bool:
    return all(np.isfinite(values).all() for values in params.values())
