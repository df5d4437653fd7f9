"""The book's Nesterov."""

import numpy as np

from experiments.subjects.inputs import RATE
from experiments.subjects.momentum import SHARE, speed
from experiments.subjects.optimizer import optimizer


def _ahead(g: np.ndarray, step: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """An update by v ← μ v − η g, W ← W + μ v − η g."""
    memory["v"] = SHARE * memory.get("v", 0.0) - RATE * g
    return SHARE * memory["v"] - RATE * g


def _ahead_twice(g: np.ndarray, step: int, memory: dict[str, np.ndarray]) -> np.ndarray:
    """As in the code that goes with the book: v is renewed before μ² v is taken of it."""
    memory["v"] = SHARE * memory.get("v", 0.0) - RATE * g
    return SHARE * SHARE * memory["v"] - (1 + SHARE) * RATE * g


SUBJECT = optimizer(
    "Nesterov",
    ("Nesterov",),
    right=_ahead,
    mistakes={
        "nesterov-new-speed": _ahead_twice,
        "nesterov-not-ahead": speed(SHARE, -RATE),
    },
)
