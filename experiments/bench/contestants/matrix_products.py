"""The limit: only the matrix products of the plain loop and its evaluations, nothing else."""

from collections.abc import Callable

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    x, dtype = task.data.x[: task.batches.shape[1]], task.dtype
    w1, w2 = task.start["W1"], task.start["W2"]
    z1, delta1 = (np.ones((len(x), w1.shape[1]), dtype) for _ in range(2))
    delta2 = np.ones((len(x), w2.shape[1]), dtype)

    def products(images: np.ndarray) -> None:
        for i in range(0, len(images), 1000):
            (images[i : i + 1000] @ w1) @ w2

    def run() -> Trained:
        for batches in task.segments():
            for _ in batches:
                x @ w1, z1 @ w2, delta2 @ w2.T, z1.T @ delta2, x.T @ delta1
            products(task.data.x)
            products(task.data.x_test)
        return {}, []

    return run


CONTESTANT = Contestant("matrix products alone", prepare)
