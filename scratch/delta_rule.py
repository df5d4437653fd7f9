"""One sigmoid unit and the delta rule (source 002)."""

import numpy as np

from scratch.functions import half_squared_error, sigmoid
from scratch.network import Arrays, Network


class DeltaRule(Network):
    """One sigmoid unit without bias: a = x W, y = σ(a).

    The generalised delta rule δ = y (1 − y) (d − y), ΔW = α δ x of the source is gradient descent
    on E = ½ (y − d)²: the gradient here is −δ x, and `train` subtracts it.

    Attributes:
        params: {"W": shape (inputs, 1)}. The source holds the same numbers as one row (1, inputs).
    """

    error = staticmethod(half_squared_error)
    output = "sigmoid"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a (net input) and y, each of shape (B, 1)."""
        a = x @ self.params["W"]
        return {"a": a, "y": sigmoid(a)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradient from the activations of a forward pass: xᵀ [(y − t) y (1 − y)]."""
        y = activations["y"]
        return {"W": x.T @ ((y - t) * y * (1 - y))}
