"""One linear unit (source 003, Keras example 1, of which the slide shows only the title)."""

import numpy as np

from scratch.functions import mean_squared_error
from scratch.gradients import numerical_gradient


class LinearRegression:
    """A line: a = x W + b, y = a, trained on the mean squared error.

    Attributes:
        params: W of shape (inputs, outputs), b of shape (outputs,).
        error: the loss of given outputs, `mean_squared_error`.
        output: name of the output activation.
    """

    error = staticmethod(mean_squared_error)
    output = "identity"

    def __init__(self, params: dict[str, np.ndarray]) -> None:
        self.params = params

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations: a and y, which are the same."""
        a = x @ self.params["W"] + self.params["b"]
        return {"a": a, "y": a}

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs y of shape (B, outputs)."""
        return self.forward(x)["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Mean squared error on a batch."""
        return self.error(self.predict(x), t)

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Gradients: δ = 2 (y − t) / n over all n outputs; gW = xᵀ δ, gb = Σ δ."""
        delta = 2 * (activations["y"] - t) / t.size
        return {"W": x.T @ delta, "b": delta.sum(axis=0)}

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """Gradient of the loss, by name and shaped like `params`."""
        return self.backward(x, self.forward(x), t)

    def numerical_gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """The same gradients by central differences."""
        return {
            name: numerical_gradient(lambda _: self.loss(x, t), values)
            for name, values in self.params.items()
        }


def least_squares(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Slope and intercept of the best line in closed form: the third opinion."""
    design = np.column_stack([x[:, 0], np.ones(len(x))])
    return np.linalg.lstsq(design, t[:, 0])[0]
