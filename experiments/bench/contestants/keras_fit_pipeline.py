"""`fit` on a tf.data pipeline of indices, many steps per execution."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.keras_training import keras_training
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from keras_ref.runtime import tf, use_dtype

    use_dtype(task.dtype)
    x, t = tf.constant(task.data.x), tf.constant(task.data.t)

    def gathered(rows: object) -> tuple:
        return tf.gather(x, rows), tf.gather(t, rows)

    def train(model: Any, batches: np.ndarray) -> None:  # noqa: ANN401
        rows = tf.data.Dataset.from_tensor_slices(batches).map(gathered).prefetch(2)
        model.fit(rows, epochs=1, shuffle=False, verbose=0)

    return keras_training(task, train, steps_per_execution=100)


CONTESTANT = Contestant("Keras fit, tf.data", prepare)
