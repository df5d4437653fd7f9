"""TwoLayerNet, the MNIST classifier (sources 000 and 004)."""

import numpy as np

from scratch.functions import EPSILON, cross_entropy_error, sigmoid, softmax
from scratch.network import Arrays, Network


class TwoLayerNet(Network):
    """Affine, sigmoid, affine, softmax, cross-entropy.

    a1 = x W1 + b1, z1 = σ(a1), a2 = z1 W2 + b2, y = softmax(a2).

    Attributes:
        params: W1 of shape (inputs, hidden), b1 (hidden,), W2 (hidden, classes), b2 (classes,).
    """

    error = staticmethod(cross_entropy_error)
    output = "softmax"

    def forward(self, x: np.ndarray) -> Arrays:
        """Named activations in order: a1, z1 of shape (B, hidden), a2, y of shape (B, classes)."""
        a1 = x @ self.params["W1"] + self.params["b1"]
        z1 = sigmoid(a1)
        a2 = z1 @ self.params["W2"] + self.params["b2"]
        return {"a1": a1, "z1": z1, "a2": a2, "y": softmax(a2)}

    def backward(self, x: np.ndarray, activations: Arrays, t: np.ndarray) -> Arrays:
        """Gradients from the activations of a forward pass.

        δ2 = (y − t) / B, δ1 = δ2 W2ᵀ ∘ z1 (1 − z1);
        gW2 = z1ᵀ δ2, gb2 = Σ δ2, gW1 = xᵀ δ1, gb1 = Σ δ1, the sums over the batch.
        """
        z1, y = activations["z1"], activations["y"]
        delta2 = (y - t) / len(x)
        delta1 = (delta2 @ self.params["W2"].T) * z1 * (1 - z1)
        return {
            "W1": x.T @ delta1,
            "b1": delta1.sum(axis=0),
            "W2": z1.T @ delta2,
            "b2": delta2.sum(axis=0),
        }


def structured_numerical_gradient(
    net: TwoLayerNet, x: np.ndarray, t: np.ndarray, h: float = 1e-4
) -> dict[str, np.ndarray]:
    """The central differences of `TwoLayerNet.numerical_gradient`, without its waste.

    A step in W1[i, j] moves hidden unit j alone, and only in the samples whose pixel i is not 0; a
    step in W2[j, k] moves logit k alone. The losses of all other samples cancel in the difference,
    so they need not be computed.

    Args:
        net: the net, its parameters in float64.
        x: batch of shape (B, inputs).
        t: one-hot targets of shape (B, classes).
        h: the step; 1e-4 in the sources.

    Returns:
        Gradients by name, shaped like `params`.
    """
    activations = net.forward(x)
    a1, z1, a2 = (activations[name] for name in ("a1", "z1", "a2"))
    labels = t.argmax(axis=1)

    def losses(logits: np.ndarray, of: np.ndarray) -> np.ndarray:
        """−log(y_t + ε) of each row; `of` are the true classes, one per row."""
        return -np.log(softmax(logits)[np.arange(len(of)), of] + EPSILON)

    def difference(above: np.ndarray, below: np.ndarray, of: np.ndarray) -> np.ndarray:
        return (losses(above, of) - losses(below, of)) / (2 * h * len(x))

    gradients = {name: np.zeros_like(values) for name, values in net.params.items()}
    every = np.arange(len(x))
    sample, pixel = np.nonzero(x)
    for j, outgoing in enumerate(net.params["W2"]):
        for name, rows, step in (("W1", sample, h * x[sample, pixel]), ("b1", every, h)):
            moved = [
                a2[rows] + np.outer(sigmoid(a1[rows, j] + signed) - z1[rows, j], outgoing)
                for signed in (step, -step)
            ]
            change = difference(*moved, labels[rows])
            if name == "W1":
                gradients["W1"][:, j] = np.bincount(pixel, change, minlength=x.shape[1])
            else:
                gradients["b1"][j] = change.sum()
    hidden = np.column_stack([z1, np.ones(len(x))])
    sample = np.repeat(every, hidden.shape[1])
    for k in range(t.shape[1]):
        step = np.zeros((hidden.size, t.shape[1]))
        step[:, k] = h * hidden.ravel()
        change = difference(a2[sample] + step, a2[sample] - step, labels[sample])
        by_unit = change.reshape(hidden.shape).sum(axis=0)
        gradients["W2"][:, k], gradients["b2"][k] = by_unit[:-1], by_unit[-1]
    return gradients
