"""What every net of this package can do once it knows its forward and its backward pass."""

from collections.abc import Callable

import numpy as np

from scratch.gradients import numerical_gradient

Arrays = dict[str, np.ndarray]


class Network:
    """The face of the book's nets: `params`, `predict`, `loss`, `gradient`, `accuracy`.

    A net says what it computes in `forward`, how its error flows back in `backward`, and with
    which loss and output activation.

    Attributes:
        params: parameters by name, changed in place by training.
        error: the loss of given outputs, a function of `scratch.functions`.
        output: name of the output activation: "sigmoid", "softmax" or "identity".
    """

    error: Callable[[np.ndarray, np.ndarray], float]
    output: str

    def __init__(self, params: Arrays) -> None:
        self.params = params

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order, the outputs last, as "y"; one row per sample."""
        raise NotImplementedError

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients by parameter name, from the activations of a forward pass."""
        raise NotImplementedError

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs y of shape (B, outputs) for x of shape (B, inputs)."""
        return self.forward(x)["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Loss of the net on a batch."""
        return self.error(self.predict(x), t)

    def gradient(self, x: np.ndarray, t: np.ndarray) -> Arrays:
        """Gradient of the loss by backpropagation, by name and shaped like `params`."""
        return self.backward(x, self.forward(x), t)

    def numerical_gradient(self, x: np.ndarray, t: np.ndarray) -> Arrays:
        """The same gradient by central differences: two forward passes per parameter."""
        return {
            name: numerical_gradient(lambda _: self.loss(x, t), values)
            for name, values in self.params.items()
        }

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """Share of samples decided rightly: by the largest output, a single one against ½."""
        y = self.predict(x)
        if y.shape[1] == 1:
            return float(np.mean((y > 0.5) == (t > 0.5)))
        return float(np.mean(y.argmax(axis=1) == t.argmax(axis=1)))
