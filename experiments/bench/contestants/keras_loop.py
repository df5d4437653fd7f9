"""`keras_ref.train`: the Sequential, its optimizer and loss in one compiled loop."""

from collections.abc import Callable

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.keras_training import keras_training
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from keras_ref.runtime import tf, use_dtype
    from keras_ref.train import train

    use_dtype(task.dtype)
    x, t = tf.constant(task.data.x), tf.constant(task.data.t)
    return keras_training(task, lambda model, batches: train(model, x, t, batches, task.rate))


CONTESTANT = Contestant("Keras, our loop", prepare)
