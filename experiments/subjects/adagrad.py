"""The book's AdaGrad."""

import numpy as np

from experiments.subjects.inputs import RATE
from experiments.subjects.momentum import only_at_first
from experiments.subjects.optimizer import Update, optimizer
from scratch.optimizers import EPSILON


def scaled(kept: float, gained: float, power: float = 0.5, epsilon: float = EPSILON) -> Update:
    """An update by g over a power of h ← kept · h + gained · g²."""

    def update(g: np.ndarray, step: int, memory: dict[str, np.ndarray]) -> np.ndarray:
        memory["h"] = kept * memory.get("h", 0.0) + gained * (g * g)
        root = np.sqrt(memory["h"]) if power == 0.5 else memory["h"]
        return -RATE * g / (root + epsilon)

    return update


SUBJECT = optimizer(
    "AdaGrad",
    ("AdaGrad", "Adagrad"),
    right=scaled(1.0, 1.0),
    mistakes={
        "adagrad-without-root": scaled(1.0, 1.0, power=1.0),
        "adagrad-not-gathered": scaled(0.0, 1.0),
        "adagrad-without-epsilon": scaled(1.0, 1.0, epsilon=0.0),
        "adagrad-first-step-only": only_at_first(scaled(1.0, 1.0)),
        "adagrad-uphill": lambda g, step, memory: -scaled(1.0, 1.0)(g, step, memory),
    },
)
