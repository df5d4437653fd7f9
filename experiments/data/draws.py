"""The one door of randomness: what a seed's legacy generator gives, in the sources' order."""

import numpy as np

from experiments.spec import Order, Start


def draw_start(start: Start, rng: np.random.RandomState) -> dict[str, np.ndarray]:
    """Starting parameters in float64, by name, exactly as the source's code would draw them."""
    draw = {
        "uniform": lambda shape: 2 * rng.random_sample(shape) - 1,
        "normal": lambda shape: rng.randn(*shape) * start.scale,
    }[start.distribution]
    return {
        name: np.zeros(shape) if len(shape) == 1 else draw(shape) for name, shape in start.shapes
    }


def draw_batches(order: Order, samples: int, steps: int, rng: np.random.RandomState) -> np.ndarray:
    """Row indices of every step's batch, shape (steps, batch size).

    One `randint` for all steps takes the same numbers from the legacy generator as the sources'
    `choice(samples, batch_size)` at every step.
    """
    shape = (steps, order.batch_size)
    if order.kind == "with replacement":
        return rng.randint(samples, size=shape)
    return np.resize(np.arange(samples), shape)
