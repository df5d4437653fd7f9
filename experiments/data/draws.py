"""The one door of randomness: what a seed's legacy generator gives, in the sources' order."""

import numpy as np

from experiments.spec import Order, Start


def draw_start(start: Start, rng: np.random.RandomState) -> dict[str, np.ndarray]:
    """Starting parameters in float64, by name, exactly as the source's code would draw them."""
    draw = {
        "uniform": lambda shape: 2 * rng.random_sample(shape) - 1,
        "normal": lambda shape: rng.randn(*shape) * start.scale,
        "glorot": lambda shape: np.sqrt(6 / sum(shape)) * (2 * rng.random_sample(shape) - 1),
    }[start.distribution]

    def parameter(name: str, shape: tuple[int, ...]) -> np.ndarray:
        if len(shape) == 1:
            return np.ones(shape) if name.startswith(("gamma", "var")) else np.zeros(shape)
        return draw(shape[::-1]).T.copy() if start.by_unit else draw(shape)

    return {name: parameter(name, shape) for name, shape in start.shapes}


def draw_batches(
    order: Order, samples: int, steps: int, rng: np.random.RandomState
) -> np.ndarray | list[np.ndarray]:
    """Row indices of every step's batch, shape (steps, batch size).

    One `randint` for all steps takes the same numbers from the legacy generator as the sources'
    `choice(samples, batch_size)` at every step. No source says how Keras shuffled: an epoch's order
    is that of as many uniform numbers. Where the last batch of an epoch is smaller, the batches are
    a list of arrays.
    """
    shape = (steps, order.batch_size)
    if order.kind == "with replacement":
        return rng.randint(samples, size=shape)
    if order.kind == "in order":
        return np.resize(np.arange(samples), shape)
    if order.kind == "first sample":
        return np.zeros(shape, int)
    starts = range(0, samples, order.batch_size)
    epochs = rng.random_sample((-(-steps // len(starts)), samples)).argsort(axis=1)
    if samples % order.batch_size == 0:
        return epochs.reshape(-1, order.batch_size)[:steps]
    return [epoch[i : i + order.batch_size] for epoch in epochs for i in starts][:steps]
