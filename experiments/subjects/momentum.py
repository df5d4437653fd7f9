"""The book's Momentum."""

import numpy as np

from experiments.subjects.inputs import RATE
from experiments.subjects.optimizer import Update, optimizer

SHARE = 0.9


def speed(kept: float, gained: float) -> Update:
    """An update by v ← kept · v + gained · g."""

    def update(g: np.ndarray, step: int, memory: dict[str, np.ndarray]) -> np.ndarray:
        memory["v"] = kept * memory.get("v", 0.0) + gained * g
        return memory["v"]

    return update


def only_at_first(right: Update) -> Update:
    """An update that is done in the first step, and never again."""
    return lambda g, step, memory: right(g, step, memory) if step == 1 else 0 * g


SUBJECT = optimizer(
    "Momentum",
    ("Momentum",),
    right=speed(SHARE, -RATE),
    mistakes={
        "momentum-uphill": speed(SHARE, RATE),
        "momentum-forgotten": lambda g, step, memory: -RATE * g,
        "momentum-averaged": speed(SHARE, -(1 - SHARE) * RATE),
        "momentum-kept-whole": speed(1.0, -RATE),
        "momentum-without-rate": speed(SHARE, -1.0),
        "momentum-first-step-only": only_at_first(speed(SHARE, -RATE)),
    },
    conventions=("momentum-averaged",),
)
