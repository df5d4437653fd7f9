"""The three-layer net of the inference chapter (sources 000 and 001)."""

import numpy as np

from scratch.functions import cross_entropy_error, sigmoid, softmax
from scratch.network import Arrays, Network


class ThreeLayerNet(Network):
    """Two sigmoid hidden layers and a softmax.

    a1 = x W1 + b1, z1 = σ(a1), a2 = z1 W2 + b2, z2 = σ(a2), a3 = z2 W3 + b3, y = softmax(a3).

    The sources load trained weights and only predict; here the weights are trained first, so the
    net has the gradient of the cross-entropy as well.

    Attributes:
        params: W1, b1, W2, b2, W3, b3; weights of shape (inputs, units), biases (units,).
    """

    error = staticmethod(cross_entropy_error)
    output = "softmax"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a1, z1, a2, z2, a3, y, one row per sample."""
        p = self.params
        a1 = x @ p["W1"] + p["b1"]
        z1 = sigmoid(a1)
        a2 = z1 @ p["W2"] + p["b2"]
        z2 = sigmoid(a2)
        a3 = z2 @ p["W3"] + p["b3"]
        return {"a1": a1, "z1": z1, "a2": a2, "z2": z2, "a3": a3, "y": softmax(a3)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients from the activations of a forward pass.

        δ3 = (y − t) / B, then layer by layer δ ← δ Wᵀ ∘ z (1 − z); gW = zᵀ δ, gb = Σ δ.
        """
        gradients = {}
        delta = (activations["y"] - t) / len(x)
        for layer, z in ((3, activations["z2"]), (2, activations["z1"])):
            gradients[f"W{layer}"] = z.T @ delta
            gradients[f"b{layer}"] = delta.sum(axis=0)
            delta = (delta @ self.params[f"W{layer}"].T) * z * (1 - z)
        return gradients | {"W1": x.T @ delta, "b1": delta.sum(axis=0)}


def predict_one_by_one(net: ThreeLayerNet, x: np.ndarray) -> np.ndarray:
    """Probabilities of every sample, each in a pass of its own, as source 000 does it."""
    return np.array([net.predict(sample) for sample in x])


def predict_in_batches(net: ThreeLayerNet, x: np.ndarray, batch_size: int) -> np.ndarray:
    """The same in batches, as source 001 recommends."""
    return np.concatenate(
        [net.predict(x[i : i + batch_size]) for i in range(0, len(x), batch_size)]
    )
