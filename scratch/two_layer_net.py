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
    exponentials = np.exp(a2 - a2.max(axis=1, keepdims=True)).T  # classes first: long rows
    labels, every = t.argmax(axis=1), np.arange(len(x))

    def loss(of_true: np.ndarray, of_all: np.ndarray) -> np.ndarray:
        """−log(y_t + ε) from the true class's exponential and the sum of all."""
        return -np.log(of_true / of_all + EPSILON)

    sample, pixel = np.nonzero(x)
    step = h * np.append(x[sample, pixel], np.ones(len(x)))  # b1 is a pixel that is always 1
    sample, pixel = np.append(sample, every), np.append(pixel, np.full(len(x), x.shape[1]))
    before = exponentials[labels, every][sample]
    first = np.empty((x.shape[1] + 1, z1.shape[1]))
    for j, outgoing in enumerate(net.params["W2"]):
        losses = []
        for signed in (step, -step):
            moved = sigmoid(a1[sample, j] + signed) - z1[sample, j]
            of_true = before * np.exp(outgoing[labels][sample] * moved)
            losses.append(loss(of_true, _moved_sum(exponentials, outgoing, moved, sample)))
        first[:, j] = np.bincount(pixel, losses[0] - losses[1], minlength=len(first))

    step = h * np.column_stack([z1, np.ones(len(x))])  # b2 is a hidden unit that is always 1
    of_true, of_all = exponentials[labels, every], exponentials.sum(axis=0)
    second = np.empty((z1.shape[1] + 1, t.shape[1]))
    for k, own in enumerate(exponentials[:, :, np.newaxis]):
        losses = []
        for signed in (step, -step):
            after = own * np.exp(signed)
            true_after = np.where(labels[:, np.newaxis] == k, after, of_true[:, np.newaxis])
            losses.append(loss(true_after, of_all[:, np.newaxis] - own + after))
        second[:, k] = (losses[0] - losses[1]).sum(axis=0)

    first, second = (changes / (2 * h * len(x)) for changes in (first, second))
    return {"W1": first[:-1], "b1": first[-1], "W2": second[:-1], "b2": second[-1]}


def _moved_sum(
    exponentials: np.ndarray, outgoing: np.ndarray, moved: np.ndarray, sample: np.ndarray
) -> np.ndarray:
    """Σ_c e_c exp(w_c m) for many small m, by the series Σ_k (Σ_c e_c w_c^k) m^k / k!.

    The inner sums are numbers of a sample, and so few terms reach rounding that no class needs an
    exponential of its own.

    Args:
        exponentials: e, of shape (classes, B).
        outgoing: w, of shape (classes,).
        moved: m, any number of them.
        sample: of each the column of e.
    """
    largest = np.abs(outgoing).max() * np.abs(moved).max(initial=0.0)
    if not largest < 1:
        return np.sum(exponentials[:, sample] * np.exp(np.outer(outgoing, moved)), axis=0)
    coefficients, left, order = [outgoing**0], largest, 1
    while left > np.finfo(float).eps / 2:
        coefficients.append(coefficients[-1] * outgoing / order)
        order += 1
        left *= largest / order
    sums = np.array(coefficients) @ exponentials
    total = sums[-1][sample]
    for of_order in sums[-2::-1]:
        total *= moved
        total += of_order[sample]
    return total
