"""The twins of `scratch.optimizers`: Keras' own, with the same numbers."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from keras_ref.gradients import slope
from keras_ref.runtime import keras, tf

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD": ("SGD", {}),
    "Momentum": ("SGD", {"momentum": np.float64(0.9)}),
    "Nesterov": ("SGD", {"momentum": np.float64(0.9), "nesterov": True}),
    "AdaGrad": ("Adagrad", {"initial_accumulator_value": 0.0}),
    "RMSprop": ("RMSprop", {"rho": np.float64(0.99)}),
    "Adam": ("Adam", {"beta_1": np.float64(0.9), "beta_2": np.float64(0.999)}),
}
"""Keras' class and what it is told. Its AdaGrad and RMSprop have ε under the root, the book's
behind it; and Keras' AdaGrad starts from 0.1 if it is not told otherwise. A plain 0.9 would become
that of float32, in a net of float64 too."""


def stepped(
    name: str, start: np.ndarray, gradients: Iterable[np.ndarray], rate: float
) -> np.ndarray:
    """A parameter after one step of an optimizer per gradient.

    Args:
        name: a key of `OPTIMIZERS`.
        start: the parameter, of any shape.
        gradients: of that shape.
        rate: the learning rate. Keras holds it in float32: a power of 2 is exact.
    """
    optimizer = _new(name, rate)
    variable = keras.Variable(start, dtype=keras.backend.floatx())
    for gradient in gradients:
        optimizer.apply([tf.convert_to_tensor(gradient)], [variable])
    return variable.numpy()


def _new(name: str, rate: float) -> keras.optimizers.Optimizer:
    kind, options = OPTIMIZERS[name]
    return getattr(keras.optimizers, kind)(learning_rate=rate, **options)


def valley(point: tf.Tensor | np.ndarray) -> tf.Tensor:
    """f(x, y) = x²/20 + y²."""
    x, y = tf.unstack(tf.convert_to_tensor(point))
    return tf.square(x) / 20 + tf.square(y)


def valley_gradient(point: tf.Tensor | np.ndarray) -> tf.Tensor:
    """Its slope, by automatic differentiation."""
    return slope(valley, point)


def descend_valley(name: str, start: np.ndarray, rate: float, steps: int) -> list[np.ndarray]:
    """The points that Keras' optimizer visits in the valley, the start first."""
    optimizer = _new(name, rate)
    variable = keras.Variable(start, dtype=keras.backend.floatx())
    path = [variable.numpy()]
    for _ in range(steps):
        optimizer.apply([valley_gradient(variable.value)], [variable])
        path.append(variable.numpy())
    return path
