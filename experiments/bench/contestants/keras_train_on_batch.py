"""`train_on_batch`, once per step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.keras_training import keras_training
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""

    def train(model: Any, batches: np.ndarray) -> None:  # noqa: ANN401
        for batch in batches:
            model.train_on_batch(task.data.x[batch], task.data.t[batch])

    return keras_training(task, train)


CONTESTANT = Contestant("Keras train_on_batch", prepare)
