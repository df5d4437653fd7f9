"""The book's Adam."""

import numpy as np

from experiments.subjects.inputs import RATE
from experiments.subjects.optimizer import Update, optimizer
from scratch.optimizers import EPSILON

BETA1, BETA2 = 0.9, 0.999


def _adam(
    beta1: float = BETA1,
    beta2: float = BETA2,
    corrected: tuple[bool, bool] = (True, True),
    counted: bool = True,
    epsilon: float = EPSILON,
    kept: tuple[float, float] | None = None,
) -> Update:
    """An update by means of g and g², each corrected for its start from 0 if it is to be.

    Args:
        beta1: the share of the mean of g that is kept.
        beta2: of the mean of g².
        corrected: whether they are corrected.
        counted: whether the steps are counted for that.
        epsilon: beside the root.
        kept: shares that are kept, if others than those that are corrected for.
    """
    of_m, of_v = kept or (beta1, beta2)

    def update(g: np.ndarray, step: int, memory: dict[str, np.ndarray]) -> np.ndarray:
        memory["m"] = of_m * memory.get("m", 0.0) + (1 - of_m) * g
        memory["v"] = of_v * memory.get("v", 0.0) + (1 - of_v) * (g * g)
        number = step if counted else 1
        m = memory["m"] / (1 - beta1**number) if corrected[0] else memory["m"]
        v = memory["v"] / (1 - beta2**number) if corrected[1] else memory["v"]
        return -RATE * m / (np.sqrt(v) + epsilon)

    return update


SUBJECT = optimizer(
    "Adam",
    ("Adam",),
    right=_adam(),
    counts=True,
    mistakes={
        "adam-not-corrected": _adam(corrected=(False, False)),
        "adam-first-not-corrected": _adam(corrected=(False, True)),
        "adam-second-not-corrected": _adam(corrected=(True, False)),
        "adam-steps-not-counted": _adam(counted=False),
        "adam-betas-exchanged": _adam(BETA2, BETA1),
        "adam-shares-exchanged": _adam(kept=(1 - BETA1, 1 - BETA2)),
        "adam-without-epsilon": _adam(epsilon=0.0),
        "adam-uphill": lambda g, step, memory: -_adam()(g, step, memory),
    },
)
