"""TwoLayerNet, the MNIST classifier (sources 000 and 004)."""

import numpy as np

from scratch.functions import cross_entropy_error, sigmoid, softmax
from scratch.gradients import numerical_gradient


class TwoLayerNet:
    """Affine, sigmoid, affine, softmax, cross-entropy.

    a1 = x W1 + b1, z1 = σ(a1), a2 = z1 W2 + b2, y = softmax(a2).

    Attributes:
        params: W1 of shape (inputs, hidden), b1 (hidden,), W2 (hidden, classes), b2 (classes,).
        error: the loss of given outputs, `cross_entropy_error`.
    """

    error = staticmethod(cross_entropy_error)

    def __init__(self, params: dict[str, np.ndarray]) -> None:
        self.params = params

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order: a1, z1 of shape (B, hidden), a2, y of shape (B, classes)."""
        a1 = x @ self.params["W1"] + self.params["b1"]
        z1 = sigmoid(a1)
        a2 = z1 @ self.params["W2"] + self.params["b2"]
        return {"a1": a1, "z1": z1, "a2": a2, "y": softmax(a2)}

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Class probabilities y of shape (B, classes) for x of shape (B, inputs)."""
        return self.forward(x)["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Loss of the net on a batch."""
        return self.error(self.predict(x), t)

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Gradients from the activations of a forward pass.

        δ2 = (y − t) / B, δ1 = δ2 W2ᵀ ∘ z1 (1 − z1);
        gW2 = z1ᵀ δ2, gb2 = Σ δ2, gW1 = xᵀ δ1, gb1 = Σ δ1, the sums over the batch.
        """
        z1, y = activations["z1"], activations["y"]
        delta2 = (y - t) / len(x)
        delta1 = (delta2 @ self.params["W2"].T) * z1 * (1 - z1)
        return {
            "W1": x.T @ delta1,
            "b1": delta1.sum(axis=0),
            "W2": z1.T @ delta2,
            "b2": delta2.sum(axis=0),
        }

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """Gradient of the loss by backpropagation, by name and shaped like `params`."""
        return self.backward(x, self.forward(x), t)

    def numerical_gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """The same gradients by central differences: two forward passes per parameter."""
        return {
            name: numerical_gradient(lambda _: self.loss(x, t), values)
            for name, values in self.params.items()
        }

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """Share of samples whose most probable class is the target's, t one-hot."""
        return float(np.mean(self.predict(x).argmax(axis=1) == t.argmax(axis=1)))
