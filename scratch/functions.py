"""Activation and loss functions, as the book writes them (sources 000, 001, 002, 004).

Every function takes one sample (a 1-D array) or a batch (one sample per row).
"""

import numpy as np

EPSILON = 1e-7
"""Added inside the logarithm of the cross-entropy, so that log 0 is never taken (source 004)."""


def sigmoid(a: np.ndarray) -> np.ndarray:
    """Sigmoid activation: σ(a) = 1 / (1 + e⁻ᵃ), element by element; same shape as `a`."""
    return 1 / (1 + np.exp(-a))


def softmax(a: np.ndarray) -> np.ndarray:
    """Softmax over the last axis: yₖ = e^(aₖ) / Σⱼ e^(aⱼ); same shape as `a`.

    The row's maximum is subtracted first, which changes nothing but keeps e^(a) from overflowing.
    """
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def half_squared_error(y: np.ndarray, t: np.ndarray) -> float:
    """Half squared error: E = ½ Σ (y − t)², summed over outputs and samples.

    Args:
        y: outputs, any shape.
        t: targets, the same shape.
    """
    return 0.5 * np.sum((y - t) ** 2)


def cross_entropy_error(y: np.ndarray, t: np.ndarray) -> float:
    """Cross-entropy: E = −(1/B) Σ tₖ log(yₖ + ε), with ε = 1e-7 as in the sources.

    Args:
        y: probabilities, shape (C,) or (B, C).
        t: one-hot targets, the same shape.
    """
    batch_size = y.size // y.shape[-1]
    return -np.sum(t * np.log(y + EPSILON)) / batch_size
