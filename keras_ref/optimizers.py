"""The twins of `scratch.optimizers`: Keras' own, with the same numbers."""

from collections.abc import Iterable
from typing import Any

import numpy as np

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
    kind, options = OPTIMIZERS[name]
    optimizer = getattr(keras.optimizers, kind)(learning_rate=rate, **options)
    variable = keras.Variable(start, dtype=keras.backend.floatx())
    for gradient in gradients:
        optimizer.apply([tf.convert_to_tensor(gradient)], [variable])
    return variable.numpy()
