"""The twins of `scratch.optimizers`: Keras' own, with the same numbers."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from keras_ref.gradients import slope
from keras_ref.runtime import keras, tf
from keras_ref.weights import trained

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


MEMORY = {
    "SGD": {},
    "Momentum": {"v": "momentum"},
    "AdaGrad": {"h": "accumulator"},
    "Adam": {"m": "momentum", "v": "velocity"},
}
"""What Keras calls the arrays that the book calls v, h and m."""


class BookAdagrad(keras.optimizers.Adagrad):
    """Keras' AdaGrad with the book's ε: added to √h, not to h.

    In a net some gradients are as small as ε; there the two places are different trainings.
    """

    def update_step(
        self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor
    ) -> None:
        """Renew a variable: h ← h + g², W ← W − η g / (√h + ε)."""
        h = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(h, keras.ops.square(gradient))
        self.assign_sub(variable, learning_rate * gradient / (keras.ops.sqrt(h) + self.epsilon))


def give(model: keras.Sequential, name: str) -> dict[str, keras.Variable]:
    """Have a model trained by an optimizer in the book's form.

    Args:
        model: a compiled model, whose rate is set later.
        name: a key of `MEMORY`.

    Returns:
        What the optimizer remembers: a variable per parameter, called "v(W1)" and the like, and
        Adam's number of "steps".
    """
    kind, options = OPTIMIZERS[name]
    book = {"Adagrad": BookAdagrad}.get(kind)
    optimizer = book(**options) if book else _new(name, 0.01)
    model.optimizer = optimizer
    optimizer.build(model.trainable_variables)
    found = {
        f"{symbol}({parameter})": variable
        for symbol, suffix in MEMORY[name].items()
        for parameter, variable in zip(
            trained(model),
            (held for held in optimizer.variables if held.name.endswith(f"_{suffix}")),
            strict=True,
        )
    }
    return found | ({"steps": optimizer.iterations} if name == "Adam" else {})


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
