"""One sigmoid unit and the delta rule (source 002)."""

import numpy as np

from scratch.functions import half_squared_error, sigmoid
from scratch.gradients import numerical_gradient


class DeltaRule:
    """One sigmoid unit without bias: a = x W, y = σ(a).

    The generalised delta rule δ = y (1 − y) (d − y), ΔW = α δ x of the source is gradient descent
    on E = ½ (y − d)²: the gradient here is −δ x, and `train` subtracts it.

    Attributes:
        params: {"W": shape (inputs, 1)}. The source holds the same numbers as one row (1, inputs).
        error: the loss of given outputs, `half_squared_error`.
        output: name of the output activation.
    """

    error = staticmethod(half_squared_error)
    output = "sigmoid"

    def __init__(self, params: dict[str, np.ndarray]) -> None:
        self.params = params

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order: a (net input) and y, each of shape (B, 1)."""
        a = x @ self.params["W"]
        return {"a": a, "y": sigmoid(a)}

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs y of shape (B, 1) for x of shape (B, inputs)."""
        return self.forward(x)["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Loss of the unit on a batch."""
        return self.error(self.predict(x), t)

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Gradient from the activations of a forward pass: xᵀ [(y − t) y (1 − y)]."""
        y = activations["y"]
        return {"W": x.T @ ((y - t) * y * (1 - y))}

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """Gradient of the loss, by name and shaped like `params`."""
        return self.backward(x, self.forward(x), t)

    def numerical_gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """The same gradient by central differences."""
        return {"W": numerical_gradient(lambda _: self.loss(x, t), self.params["W"])}

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """Share of samples whose output lies on the target's side of ½."""
        return float(np.mean((self.predict(x) > 0.5) == (t > 0.5)))
