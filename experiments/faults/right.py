"""Other ways to write the same computation rightly: none of them may raise an alarm."""

from functools import partial

import numpy as np
from scipy.special import expit

from experiments.subjects.formulas import Formulas, Values


def _halves(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """aᵀ b over two half batches."""
    half = len(a) // 2
    return a[:half].T @ b[:half] + a[half:].T @ b[half:]


def _one_by_one(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """aᵀ b as a sum of outer products, one per sample."""
    total = np.outer(a[0], b[0])
    for row, delta in zip(a[1:], b[1:], strict=True):
        total = total + np.outer(row, delta)
    return total


def _with_ones(x: np.ndarray) -> np.ndarray:
    return np.column_stack([x, np.ones(len(x), x.dtype)])


def _permuted_output(v: Values) -> np.ndarray:
    """The hidden units in another order, and back."""
    order = np.roll(np.arange(v.W2.shape[0]), 3)
    return v.z1[:, order] @ v.W2[order] + v.b2


def _two_branches(a: np.ndarray) -> np.ndarray:
    """The sigmoid without a large exponential: e^a / (1 + e^a) below 0."""
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1 / (1 + e), e / (1 + e))


def _through_logarithms(v: Values) -> np.ndarray:
    """Softmax as e^(a − log Σ e^a)."""
    shifted = v.a2 - v.a2.max(axis=1, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _start_in_float64(name: str, v: Values) -> np.ndarray:
    return v.start[name].astype(float)


def _in_float64(names: tuple[str, ...]) -> Formulas:
    return {
        "x": lambda v: v.samples[v.rows].astype(float),
        **{name: partial(_start_in_float64, name) for name in names},
    }


HIDDEN = {
    "as it is": {},
    "samples summed backwards": {
        "gW1": lambda v: v.x[::-1].T @ v.delta1[::-1],
        "gW2": lambda v: v.z1[::-1].T @ v.delta2[::-1],
        "gb1": lambda v: v.delta1[::-1].sum(axis=0),
    },
    "inputs summed backwards": {
        "a1": lambda v: v.x[:, ::-1] @ v.W1[::-1] + v.b1,
        "a2": lambda v: v.b2 + v.z1[:, ::-1] @ v.W2[::-1],
    },
    "two half batches": {
        "gW1": lambda v: _halves(v.x, v.delta1),
        "gW2": lambda v: _halves(v.z1, v.delta2),
    },
    "sample by sample": {
        "gW1": lambda v: _one_by_one(v.x, v.delta1),
        "gW2": lambda v: _one_by_one(v.z1, v.delta2),
    },
    "bias as a weight": {
        "a1": lambda v: _with_ones(v.x) @ np.vstack([v.W1, v.b1]),
        "a2": lambda v: _with_ones(v.z1) @ np.vstack([v.W2, v.b2]),
    },
    "hidden units permuted": {"a2": _permuted_output},
    "sigmoid by scipy": {"z1": lambda v: expit(v.a1)},
    "sigmoid in two branches": {"z1": lambda v: _two_branches(v.a1)},
    "slope as z - z²": {"slope": lambda v: v.z1 - v.z1**2},
    "in float64": _in_float64(("W1", "b1", "W2", "b2")),
}

RIGHT: dict[str, dict[str, Formulas]] = {
    "two-layer-net": HIDDEN | {"softmax through logarithms": {"y": _through_logarithms}},
    "sigmoid-mlp": HIDDEN | {"output by scipy": {"y": lambda v: expit(v.a2)}},
    "delta-rule": {
        "as it is": {},
        "samples summed backwards": {"gW": lambda v: v.x[::-1].T @ v.delta[::-1]},
        "inputs summed backwards": {"a": lambda v: v.x[:, ::-1] @ v.W[::-1]},
        "two half batches": {"gW": lambda v: _halves(v.x, v.delta)},
        "sample by sample": {"gW": lambda v: _one_by_one(v.x, v.delta)},
        "sigmoid by scipy": {"y": lambda v: expit(v.a)},
        "in float64": _in_float64(("W",)),
    },
}
"""By family and in words."""
