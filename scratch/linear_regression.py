"""One linear unit (source 003, Keras example 1, of which the slide shows only the title)."""

import numpy as np

from scratch.functions import mean_squared_error
from scratch.network import Arrays, Network


class LinearRegression(Network):
    """A line: a = x W + b, y = a, trained on the mean squared error.

    Attributes:
        params: W of shape (inputs, outputs), b of shape (outputs,).
    """

    error = staticmethod(mean_squared_error)
    output = "identity"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations: a and y, which are the same."""
        a = x @ self.params["W"] + self.params["b"]
        return {"a": a, "y": a}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients: δ = 2 (y − t) / n over all n outputs; gW = xᵀ δ, gb = Σ δ."""
        delta = 2 * (activations["y"] - t) / t.size
        return {"W": x.T @ delta, "b": delta.sum(axis=0)}


def least_squares(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Slope and intercept of the best line in closed form: the third opinion."""
    design = np.column_stack([x[:, 0], np.ones(len(x))])
    return np.linalg.lstsq(design, t[:, 0])[0]
