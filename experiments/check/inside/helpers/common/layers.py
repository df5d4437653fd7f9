"""The book's helper module, where a checked file needs it and does not bring it."""

import numpy as np

from experiments.check.inside.loading import NotLoaded
from scratch.functions import cross_entropy_error, sigmoid, softmax


class Relu:
    """max(0, x), and the gradient where x > 0."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Remember where x > 0."""
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """The gradient by x."""
        return dout * self.mask


class Sigmoid:
    """σ(x), and its gradient from its own output."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Remember the output."""
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """The gradient by x."""
        return dout * self.out * (1 - self.out)


class Affine:
    """x W + b, holding the arrays that it is given."""

    def __init__(self, W: np.ndarray, b: np.ndarray) -> None:  # noqa: N803 (the book's name)
        self.W, self.b = W, b

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Remember x."""
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: np.ndarray) -> np.ndarray:
        """Gradients by W and b as attributes, by x as the result."""
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class SoftmaxWithLoss:
    """Cross-entropy of a softmax."""

    def forward(self, x: np.ndarray, t: np.ndarray) -> float:
        """Remember outputs and targets."""
        self.y = softmax(x)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout: float = 1) -> np.ndarray:
        """(y − t) / B."""
        return dout * (self.y - self.t) / len(self.t)


def __getattr__(name: str) -> NotLoaded:
    """What else the book's module has is stood in for."""
    if name.startswith("__"):
        raise AttributeError(name)
    return NotLoaded(f"common.layers.{name}")
