"""The truth tables of sources 002 and 003: two inputs, and often a third that is always 1."""

import numpy as np

INPUTS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
"""Shape (4, 3); the last column stands for the bias."""

TRUTH_TABLES = {
    "and": np.array([[0], [0], [0], [1]]),
    "and-as-printed": np.array([[0], [0], [1], [1]]),
    "xor": np.array([[0], [1], [1], [0]]),
}
"""Targets of shape (4, 1), by name. "and-as-printed" is what source 002 prints under 정답 - AND."""

TWO_INPUTS = "-2-inputs"
"""Ends the name of a table without the third column, for nets that have biases."""
