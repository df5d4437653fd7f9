"""The gradient by automatic differentiation: the framework's own opinion."""

import numpy as np

from keras_ref.runtime import keras, tf
from keras_ref.weights import variables


def loss_and_gradient(
    model: keras.Sequential, x: np.ndarray, t: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """The compiled loss of a batch and its gradient by `tf.GradientTape`, by parameter name."""
    named = variables(model)
    with tf.GradientTape() as tape:
        loss = model.compute_loss(y=tf.convert_to_tensor(t), y_pred=model(x, training=True))
    gradients = tape.gradient(loss, [variable.value for variable in named.values()])
    return float(loss), {
        name: gradient.numpy() for name, gradient in zip(named, gradients, strict=True)
    }
