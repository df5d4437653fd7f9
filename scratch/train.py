"""The training loop that the sources share: a batch, its gradient, one step down (000, 002–004)."""

from typing import Protocol

import numpy as np


class Model(Protocol):
    """What `train` asks of a net."""

    params: dict[str, np.ndarray]

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations, the outputs last, as "y"."""

    def error(self, y: np.ndarray, t: np.ndarray) -> float:
        """Loss of given outputs."""

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Gradients by parameter name."""


def train(
    model: Model,
    x: np.ndarray,
    t: np.ndarray,
    batches: np.ndarray | list[np.ndarray],
    learning_rate: float,
) -> np.ndarray:
    """Gradient descent, θ ← θ − η ∂L/∂θ, once per batch; `model.params` change in place.

    Args:
        model: the net.
        x: all samples, one per row.
        t: their targets, one per row.
        batches: row indices, shape (steps, batch size); a list of arrays if the last batch of
            an epoch is smaller.
        learning_rate: η.

    Returns:
        The loss of every batch, taken from the forward pass that the update uses (so before the
        update), shape (steps,).
    """
    losses = np.empty(len(batches), x.dtype)
    for step, batch in enumerate(batches):
        x_batch, t_batch = x[batch], t[batch]
        activations = model.forward(x_batch)
        losses[step] = model.error(activations["y"], t_batch)
        for name, gradient in model.backward(x_batch, activations, t_batch).items():
            model.params[name] -= learning_rate * gradient
    return losses
