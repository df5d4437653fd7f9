"""TensorFlow without Keras: variables, a tape and one compiled loop."""

from collections.abc import Callable

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    from keras_ref.runtime import tf

    x, t = tf.constant(task.data.x), tf.constant(task.data.t)
    w = {name: tf.Variable(values) for name, values in task.start.items()}

    def scores(images: object) -> object:
        return tf.sigmoid(images @ w["W1"] + w["b1"]) @ w["W2"] + w["b2"]

    @tf.function
    def train(batches: tf.Tensor) -> None:
        for batch in batches:
            with tf.GradientTape() as tape:
                entropy = tf.nn.softmax_cross_entropy_with_logits(
                    tf.gather(t, batch), scores(tf.gather(x, batch))
                )
                loss = tf.reduce_mean(entropy)
            for name, gradient in tape.gradient(loss, w).items():
                w[name].assign_sub(task.rate * gradient)

    predict, accuracy = tf.function(scores), task.judge(tf.constant)

    def run() -> Trained:
        for name, values in task.start.items():
            w[name].assign(values)
        accuracies = []
        for batches in task.segments():
            train(tf.constant(batches, tf.int32))
            accuracies.append(accuracy(predict))
        return {name: values.numpy() for name, values in w.items()}, accuracies

    return run


CONTESTANT = Contestant("TensorFlow loop", prepare)
