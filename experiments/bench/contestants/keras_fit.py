"""`fit` on arrays gathered in the order of the batches, as the slides call it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.keras_training import keras_training
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""

    def train(model: Any, batches: np.ndarray) -> None:  # noqa: ANN401
        rows = batches.ravel()
        x, t = task.data.x[rows], task.data.t[rows]
        model.fit(x, t, batch_size=batches.shape[1], epochs=1, shuffle=False, verbose=0)

    return keras_training(task, train)


CONTESTANT = Contestant("Keras fit", prepare)
