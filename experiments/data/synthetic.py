"""Made-up data for the models of source 003 that come without any, from a stated seed."""

import numpy as np

SEED = 0

Parts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""x, t, x_test, t_test."""


def line() -> Parts:
    """The line y = 2x + 1 with noise of 0.1: 64 training and 16 test points, x in [−1, 1)."""
    rng = np.random.RandomState(SEED)
    x = 2 * rng.random_sample((80, 1)) - 1
    t = 2 * x + 1 + 0.1 * rng.randn(80, 1)
    return x[:64], t[:64], x[64:], t[64:]


def clouds() -> Parts:
    """Ten normal clouds in 100 dimensions, one per class: 320 training and 128 test points."""
    rng = np.random.RandomState(SEED)
    labels = rng.randint(10, size=448)
    x = rng.randn(10, 100)[labels] + rng.randn(448, 100)
    t = np.eye(10)[labels]
    return x[:320], t[:320], x[320:], t[320:]


SYNTHETIC = {"line": line, "clouds": clouds}
