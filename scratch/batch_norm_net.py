"""The book's net with its hidden layer normalised over the batch (book, 6.3)."""

import numpy as np

from scratch.functions import cross_entropy_error, sigmoid, softmax
from scratch.network import Arrays, Network

EPSILON, KEPT = 1e-7, 0.9
"""What keeps the variance from 0, and the share of the running statistics that is kept."""


class BatchNormNet(Network):
    """Affine, batch normalisation, sigmoid, affine, softmax, cross-entropy.

    a1 = x W1; n1 = γ (a1 − μ) / √(σ² + ε) + β, with the mean μ and the variance σ² of every unit
    over the batch; z1 = σ(n1), a2 = z1 W2 + b2, y = softmax(a2). β takes the place of a bias.

    `forward` is a pass of training: it renews the running statistics, mean ← 0.9 mean + 0.1 μ and
    the same of the variance, which take the batch's place in `predict`.

    Attributes:
        params: W1 of shape (inputs, hidden); gamma1, beta1, mean1, var1 (hidden,); W2 (hidden,
            classes), b2 (classes,).
    """

    error = staticmethod(cross_entropy_error)
    output = "softmax"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a1, n1, z1 of shape (B, hidden), a2, y (B, classes)."""
        a1 = x @ self.params["W1"]
        mean = a1.mean(axis=0)
        variance = ((a1 - mean) ** 2).mean(axis=0)
        for name, seen in (("mean1", mean), ("var1", variance)):
            self.params[name] = KEPT * self.params[name] + (1 - KEPT) * seen
        return {"a1": a1} | self._from(a1, mean, variance)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs by the running statistics, so that no sample's answer depends on the others."""
        a1 = x @ self.params["W1"]
        return self._from(a1, self.params["mean1"], self.params["var1"])["y"]

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """Loss of a pass of training."""
        return self.error(self.forward(x)["y"], t)

    def _from(self, a1: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> Arrays:
        """What follows the first affine layer."""
        normal = (a1 - mean) / np.sqrt(variance + EPSILON)
        n1 = self.params["gamma1"] * normal + self.params["beta1"]
        z1 = sigmoid(n1)
        a2 = z1 @ self.params["W2"] + self.params["b2"]
        return {"n1": n1, "z1": z1, "a2": a2, "y": softmax(a2)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients from the activations of a forward pass.

        δ2 = (y − t) / B, δ = δ2 W2ᵀ ∘ z1 (1 − z1); with the normalised numbers n̂:
        gγ = Σ δ n̂, gβ = Σ δ, and back through the statistics
        δ1 = γ / √(σ² + ε) · (δ − mean(δ) − n̂ mean(δ n̂)).
        """
        a1, z1 = activations["a1"], activations["z1"]
        delta2 = (activations["y"] - t) / len(x)
        delta = (delta2 @ self.params["W2"].T) * z1 * (1 - z1)
        centred = a1 - a1.mean(axis=0)
        deviation = np.sqrt((centred**2).mean(axis=0) + EPSILON)
        normal = centred / deviation
        through = delta - delta.mean(axis=0) - normal * (delta * normal).mean(axis=0)
        return {
            "W1": x.T @ (self.params["gamma1"] / deviation * through),
            "gamma1": (delta * normal).sum(axis=0),
            "beta1": delta.sum(axis=0),
            "W2": z1.T @ delta2,
            "b2": delta2.sum(axis=0),
        }
