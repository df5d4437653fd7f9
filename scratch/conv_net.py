"""A small convolutional net, the kind of chapter 7 of the book."""

from math import isqrt

import numpy as np

from scratch.convolution import convolve, filter_gradients, pool, pool_gradient
from scratch.functions import cross_entropy_error, relu, softmax
from scratch.network import Arrays, Network

STRIDE, POOL = 2, 2


class ConvNet(Network):
    """Convolution, ReLU, pooling, affine, softmax, cross-entropy.

    a1 = x ∗ W1 + b1, every second window of each direction; z1 = max(0, a1); p1, the largest of
    every 2 × 2 numbers of z1; a2 = p1 W2 + b2 of all numbers of p1 in a row, y = softmax(a2).

    Attributes:
        params: W1 of shape (filters, 1, FH, FW), b1 (filters,), W2 (numbers of p1, classes), b2
            (classes,).
    """

    error = staticmethod(cross_entropy_error)
    output = "softmax"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a1, z1, p1 of shape (B, filters, rows, columns), a2, y.

        Args:
            x: square images of one channel, a row each, shape (B, pixels).
        """
        a1 = convolve(_images(x), self.params["W1"], self.params["b1"], STRIDE)
        z1 = relu(a1)
        p1 = pool(z1, POOL, POOL, POOL)
        a2 = p1.reshape(len(x), p1.size // len(x)) @ self.params["W2"] + self.params["b2"]
        return {"a1": a1, "z1": z1, "p1": p1, "a2": a2, "y": softmax(a2)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients from the activations of a forward pass.

        δ2 = (y − t) / B; what comes to p1 goes on to the largest of its four numbers, and through
        the ReLU where a1 > 0; W1 and b1 get the sums over all windows.
        """
        a1, z1, p1 = (activations[name] for name in ("a1", "z1", "p1"))
        row = p1.reshape(len(x), p1.size // len(x))
        delta2 = (activations["y"] - t) / len(x)
        to_pool = (delta2 @ self.params["W2"].T).reshape(*p1.shape)
        delta1 = pool_gradient(z1, to_pool, POOL, POOL, POOL) * (a1 > 0)
        w1, b1 = filter_gradients(_images(x), self.params["W1"], delta1, STRIDE)
        return {"W1": w1, "b1": b1, "W2": row.T @ delta2, "b2": delta2.sum(axis=0)}


def _images(x: np.ndarray) -> np.ndarray:
    """Rows of pixels as square images of one channel."""
    side = isqrt(x.shape[1])
    return x.reshape(len(x), 1, side, side)
