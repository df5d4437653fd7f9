"""Perceptrons with the weights and thresholds of source 000, and XOR made of them.

Inputs are 0 or 1, as numbers or as arrays of the same shape; so are the outputs.
"""

import numpy as np


def _perceptron(x1: np.ndarray, x2: np.ndarray, w1: float, w2: float, theta: float) -> np.ndarray:
    """1 where w1 x1 + w2 x2 > θ, else 0."""
    return np.where(np.asarray(x1) * w1 + np.asarray(x2) * w2 > theta, 1, 0)


def AND(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """1 only if both inputs are 1: w = (0.5, 0.5), θ = 0.7."""
    return _perceptron(x1, x2, 0.5, 0.5, 0.7)


def OR(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """1 if any input is 1: w = (0.5, 0.5), θ = 0.3."""
    return _perceptron(x1, x2, 0.5, 0.5, 0.3)


def NAND(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """0 only if both inputs are 1: AND with its outputs exchanged."""
    return 1 - AND(x1, x2)


def XOR(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """1 if the inputs differ: AND of OR and NAND, two layers of perceptrons."""
    return AND(OR(x1, x2), NAND(x1, x2))


def of_lines(
    x1: np.ndarray, x2: np.ndarray, w1: np.ndarray, w2: np.ndarray, theta: np.ndarray
) -> np.ndarray:
    """Answers of many perceptrons, a row for each, to inputs of shape (n,)."""
    w1, w2, theta = (parameter[:, np.newaxis] for parameter in (w1, w2, theta))
    return np.where(w1 * x1 + w2 * x2 > theta, 1, 0)
