"""The gradient by automatic differentiation, the framework's own opinion, and descent."""

from collections.abc import Callable, Sequence

import numpy as np

from keras_ref.runtime import keras, tf
from keras_ref.weights import as_in_the_book, trained


def loss_and_gradient(
    model: keras.Sequential, x: np.ndarray, t: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """The compiled loss of a batch and its gradient by `tf.GradientTape`, by parameter name."""
    named = trained(model)
    with tf.GradientTape() as tape:
        loss = model.compute_loss(y=tf.convert_to_tensor(t), y_pred=model(x, training=True))
    gradients = tape.gradient(loss, [variable.value for variable in named.values()])
    return float(loss), {
        name: as_in_the_book(gradient.numpy())
        for name, gradient in zip(named, gradients, strict=True)
    }


def pulled_back(
    f: Callable,
    inputs: Sequence[np.ndarray],
    dout: np.ndarray,
    layer: keras.layers.Layer | None = None,
) -> tuple[np.ndarray, list[np.ndarray]]:
    """What a function or layer gives, and Σ dout ∂f / ∂(each input, then each of its weights).

    Args:
        f: a function of tensors, or a Keras layer.
        inputs: its arguments.
        dout: the gradient with respect to its output, of the output's shape.
        layer: whose weights a function uses; a layer uses its own.
    """
    tensors = [tf.convert_to_tensor(values) for values in inputs]
    with tf.GradientTape() as tape:
        for tensor in tensors:
            tape.watch(tensor)
        output = f(*tensors)
    weights = [weight.value for weight in getattr(layer or f, "trainable_variables", ())]
    gradients = tape.gradient(output, [*tensors, *weights], output_gradients=tf.constant(dout))
    return output.numpy(), [gradient.numpy() for gradient in gradients]


def slope(f: Callable[[tf.Tensor], tf.Tensor], point: tf.Tensor | np.ndarray) -> tf.Tensor:
    """∇f at a point, by automatic differentiation."""
    x = tf.convert_to_tensor(point)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


def parabola(x: tf.Tensor | np.ndarray) -> tf.Tensor:
    """The loss of source 003's lab: (x − 3)² + 10."""
    return tf.square(tf.convert_to_tensor(x) - 3) + 10


def parabola_gradient(x: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Its slope, by automatic differentiation."""
    return slope(parabola, x)


def descend_parabola(x: float, learning_rate: float, steps: int) -> np.ndarray:
    """The points that Keras' SGD visits on the parabola, by automatic differentiation."""
    variable = keras.Variable(x, dtype=keras.backend.floatx())
    optimizer = keras.optimizers.SGD(learning_rate)
    path = [float(variable)]
    for _ in range(steps):
        optimizer.apply([parabola_gradient(variable.value)], [variable])
        path.append(float(variable))
    return np.array(path)
