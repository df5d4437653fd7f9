"""Two sigmoid layers trained by backpropagation (sources 002 and 003)."""

import numpy as np

from scratch.functions import half_squared_error, sigmoid
from scratch.gradients import numerical_gradient


class SigmoidMLP:
    """Two layers without biases: a1 = x W1, z1 = σ(a1), a2 = z1 W2, y = σ(a2).

    With `bias_unit` the last hidden unit is overwritten by 1, as source 003 does to give the
    output layer a bias. Its derivative z (1 − z) is then 1 · 0, so its own incoming weights never
    move.

    Attributes:
        params: {"W1": shape (inputs, hidden), "W2": shape (hidden, outputs)}.
        bias_unit: whether the last hidden unit is overwritten by 1.
        error: the loss of given outputs, `half_squared_error`.
    """

    error = staticmethod(half_squared_error)

    def __init__(self, params: dict[str, np.ndarray], bias_unit: bool = False) -> None:
        self.params = params
        self.bias_unit = bias_unit

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order: a1, z1 of shape (B, hidden), a2, y of shape (B, outputs)."""
        a1 = x @ self.params["W1"]
        z1 = sigmoid(a1)
        if self.bias_unit:
            z1[:, -1] = 1
        a2 = z1 @ self.params["W2"]
        return {"a1": a1, "z1": z1, "a2": a2, "y": sigmoid(a2)}

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs y of shape (B, outputs) for x of shape (B, inputs)."""
        return self.forward(x)["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Loss of the net on a batch."""
        return self.error(self.predict(x), t)

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Gradients from the activations of a forward pass.

        δ2 = (y − t) ∘ y (1 − y), δ1 = δ2 W2ᵀ ∘ z1 (1 − z1); gW2 = z1ᵀ δ2, gW1 = xᵀ δ1.
        """
        z1, y = activations["z1"], activations["y"]
        delta2 = (y - t) * y * (1 - y)
        delta1 = (delta2 @ self.params["W2"].T) * z1 * (1 - z1)
        return {"W1": x.T @ delta1, "W2": z1.T @ delta2}

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """Gradient of the loss, by name and shaped like `params`."""
        return self.backward(x, self.forward(x), t)

    def numerical_gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """The same gradients by central differences."""
        return {
            name: numerical_gradient(lambda _: self.loss(x, t), values)
            for name, values in self.params.items()
        }

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """Share of outputs that lie on the target's side of ½."""
        return float(np.mean((self.predict(x) > 0.5) == (t > 0.5)))
