"""Activation and loss functions, as the book writes them (sources 000 to 004).

Every function takes one sample (a 1-D array) or a batch (one sample per row).
"""

import numpy as np
from scipy.special import xlog1py, xlogy

EPSILON = 1e-7
"""Added inside the logarithm of the cross-entropy, so that log 0 is never taken (source 004)."""


def step(a: np.ndarray) -> np.ndarray:
    """Step function: 1 where a > 0, else 0; same shape as `a`."""
    return (a > 0).astype(a.dtype)


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Sigmoid: σ(a) = 1 / (1 + e⁻ᵃ), element by element; same shape as `a`."""
    return 1 / (1 + np.exp(-a))


def relu(a: np.ndarray) -> np.ndarray:
    """ReLU: max(0, a), element by element (source 001)."""
    return np.maximum(0, a)


def identity(a: np.ndarray) -> np.ndarray:
    """The output activation of regression: a itself (source 001)."""
    return a


def softmax(a: np.ndarray) -> np.ndarray:
    """Softmax over the last axis: yₖ = e^(aₖ) / Σⱼ e^(aⱼ); same shape as `a`.

    The row's maximum is subtracted first, which changes nothing but keeps e^(a) from overflowing.
    """
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_without_maximum(a: np.ndarray) -> np.ndarray:
    """The same formula without the subtraction: not a number from a ≈ 710 on (float64)."""
    e = np.exp(a)
    return e / e.sum(axis=-1, keepdims=True)


def proportions(a: np.ndarray) -> np.ndarray:
    """What source 000 calls std_norm: aₖ / Σⱼ aⱼ over the last axis."""
    return a / a.sum(axis=-1, keepdims=True)


def half_squared_error(y: np.ndarray, t: np.ndarray) -> float:
    """Half squared error: E = ½ Σ (y − t)², summed over outputs and samples (000, 002, 003).

    Args:
        y: outputs, any shape.
        t: targets, the same shape.
    """
    return 0.5 * np.sum((y - t) ** 2)


def mean_squared_error(y: np.ndarray, t: np.ndarray) -> float:
    """Squared error as Keras has it: mean of (y − t)² over outputs and samples, no ½ (003)."""
    return np.mean((y - t) ** 2)


def cross_entropy_error(y: np.ndarray, t: np.ndarray) -> float:
    """Cross-entropy: E = −(1/B) Σ tₖ log(yₖ + ε), with ε = 1e-7 as in the sources (000, 004).

    Args:
        y: probabilities, shape (C,) or (B, C).
        t: one-hot targets of the same shape, or labels of shape () or (B,).
    """
    y = np.atleast_2d(y)
    if np.size(t) == y.size:
        return -np.sum(t * np.log(y + EPSILON)) / len(y)
    return -np.sum(np.log(y[np.arange(len(y)), t] + EPSILON)) / len(y)


def binary_cross_entropy_error(y: np.ndarray, t: np.ndarray) -> float:
    """Cross-entropy of sigmoid outputs: E = −Σ [t log y + (1 − t) log(1 − y)].

    Its delta at a sigmoid output is y − t, what source 002 uses without writing the loss. `xlogy`
    is x log y with 0 · log 0 = 0, for outputs that are saturated and right.
    """
    return -np.sum(xlogy(t, y) + xlog1py(1 - t, -y))
