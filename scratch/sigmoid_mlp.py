"""Two sigmoid layers trained by backpropagation (sources 002 and 003)."""

import numpy as np

from scratch import functions
from scratch.functions import sigmoid
from scratch.network import Arrays, Network

OUTPUT_DELTAS = {
    "half_squared_error": lambda y, t: (y - t) * y * (1 - y),
    "mean_squared_error": lambda y, t: 2 * (y - t) * y * (1 - y) / (y.shape[-2] * y.shape[-1]),
    "binary_cross_entropy_error": lambda y, t: y - t,
}
"""δ2 = ∂E/∂a2 for every loss: E′(y) times σ′ = y (1 − y), which the cross-entropy cancels."""


class SigmoidMLP(Network):
    """Two layers: a1 = x W1 + b1, z1 = σ(a1), a2 = z1 W2 + b2, y = σ(a2).

    The biases are there if `params` has them. With `bias_unit` the last hidden unit is overwritten
    by 1, as source 003 does to give the output layer a bias. Its derivative z (1 − z) is then
    1 · 0, so its own incoming weights never move.

    Parameters and samples may carry a leading axis, one net per entry (biases then of shape
    (nets, 1, units)): many nets are trained at once.

    Attributes:
        params: W1 of shape (inputs, hidden), W2 (hidden, outputs); if any b1 (hidden,),
            b2 (outputs,).
        bias_unit: whether the last hidden unit is overwritten by 1.
    """

    output = "sigmoid"

    def __init__(
        self,
        params: dict[str, np.ndarray],
        bias_unit: bool = False,
        error: str = "half_squared_error",
    ) -> None:
        super().__init__(params)
        self.bias_unit = bias_unit
        self.error = getattr(functions, error)
        self._output_delta = OUTPUT_DELTAS[error]

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a1, z1 of shape (B, hidden), a2, y of shape (B, outputs)."""
        a1 = x @ self.params["W1"]
        if "b1" in self.params:
            a1 += self.params["b1"]
        z1 = sigmoid(a1)
        if self.bias_unit:
            z1[..., -1] = 1
        a2 = z1 @ self.params["W2"]
        if "b2" in self.params:
            a2 += self.params["b2"]
        return {"a1": a1, "z1": z1, "a2": a2, "y": sigmoid(a2)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients from the activations of a forward pass.

        δ2 from the loss, δ1 = δ2 W2ᵀ ∘ z1 (1 − z1);
        gW2 = z1ᵀ δ2, gb2 = Σ δ2, gW1 = xᵀ δ1, gb1 = Σ δ1, the sums over the batch.
        """
        z1 = activations["z1"]
        delta2 = self._output_delta(activations["y"], t)
        delta1 = (delta2 @ self.params["W2"].mT) * z1 * (1 - z1)
        gradients = {"W1": x.mT @ delta1, "W2": z1.mT @ delta2}
        for name, delta in (("b1", delta1), ("b2", delta2)):
            if name in self.params:
                gradients[name] = delta.sum(axis=-2).reshape(self.params[name].shape)
        return gradients
