"""The training loop that the sources share: a batch, its gradient, one step down (000, 002–004)."""

from typing import Protocol

import numpy as np

from scratch.network import Arrays, Network


class Optimizer(Protocol):
    """One of `scratch.optimizers`."""

    def update(self, params: Arrays, grads: Arrays) -> None:
        """One step: renew the entries of `params` by gradients of the same names and shapes."""


def train(
    model: Network,
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


def train_by(
    optimizer: Optimizer,
    model: Network,
    x: np.ndarray,
    t: np.ndarray,
    batches: np.ndarray | list[np.ndarray],
) -> np.ndarray:
    """The same loop, where an optimizer makes the step of the gradient (book, 6.1)."""
    losses = np.empty(len(batches), x.dtype)
    for step, batch in enumerate(batches):
        activations = model.forward(x[batch])
        losses[step] = model.error(activations["y"], t[batch])
        optimizer.update(model.params, model.backward(x[batch], activations, t[batch]))
    return losses
