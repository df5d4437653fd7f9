"""Where a training stopped giving numbers."""

import numpy as np

from experiments.judge.ladder import Arrays, History
from experiments.pair.pair import Pair
from experiments.pair.sides import Side
from experiments.record.results import Divergence


def find_divergence(pair: Pair, side: Side, history: History) -> Divergence | None:
    """The first update that is not finite, by replay from the last sound checkpoint before it."""
    steps = pair.training.steps
    lost = np.flatnonzero(~np.isfinite(history.losses))
    if not len(lost) and _finite(history.checkpoints[steps]):
        return None
    first = int(lost[0]) if len(lost) else steps
    finite = (s for s, params in history.checkpoints.items() if s <= first and _finite(params))
    sound = max(finite, default=0)
    params = history.checkpoints[sound]
    for step in range(sound, steps):
        batch = pair.batches[step : step + 1]
        for layer, values in side.forward(params, pair.data.x[batch[0]]).items():
            if not np.isfinite(values).all():
                return Divergence(side.name, step + 1, layer)
        trained = side.train(params, batch, pair.training.learning_rate)
        if not np.isfinite(trained.losses).all():
            return Divergence(side.name, step + 1, "loss")
        params = trained.params
    return Divergence(
        side.name, first + 1 if len(lost) else steps, "loss" if len(lost) else "update"
    )


def _finite(params: Arrays) -> bool:
    return all(np.isfinite(values).all() for values in params.values())
