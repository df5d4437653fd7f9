"""What the contestants that train by Keras have in common."""

from collections.abc import Callable

from experiments.bench.contestant import Trained
from experiments.bench.task import Task


def keras_training(
    task: Task, train: Callable, steps_per_execution: int = 1
) -> Callable[[], Trained]:
    """A Keras training: `train(model, batches)` is called for every segment."""
    from keras_ref.runtime import keras, tf, use_dtype
    from keras_ref.two_layer_net import TwoLayerNet
    from keras_ref.weights import get_params, set_params

    use_dtype(task.dtype)
    model = TwoLayerNet(task.start)
    model.compile(
        optimizer=keras.optimizers.SGD(task.rate),
        loss=model.loss,
        steps_per_execution=steps_per_execution,
    )
    predict, accuracy = tf.function(model), task.judge(tf.constant)

    def run() -> Trained:
        set_params(model, task.start)
        accuracies = []
        for batches in task.segments():
            train(model, batches)
            accuracies.append(accuracy(predict))
        return get_params(model), accuracies

    return run
