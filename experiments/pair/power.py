"""The power of the trajectory's comparison: the smallest error per update that it would see.

Measured by injection: the gradient of one parameter is made too large by the same small part at
every update, from the start on or late in the training, and it is seen how far that carries the
weights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from experiments.judge.ladder import History, Norms, distance
from experiments.judge.trajectory import Limits
from experiments.pair.pair import Pair
from experiments.pair.shadows import follow_spoiled, follow_stacked
from experiments.pair.sides import Spoil
from experiments.record.results import Power

INJECTED = {"float64": 1e-8, "float32": 1e-3}
"""Small enough to act in proportion, and large beside rounding."""

UPDATES_OF_IMAGES = (200, 1000)
"""Updates of a net for images that are followed, at most: early ones, and late ones."""


def power_of(pair: Pair, history: History, limits: Limits) -> Iterator[Power]:
    """The smallest relative error of one parameter's gradient that leaves the limits.

    Of an error that begins with the training, and of one between the last two checkpoints that
    have updates between them.

    Args:
        pair: what is trained.
        history: of the right scratch side.
        limits: of the pair.
    """
    everything = (pair.training.steps, pair.training.steps)
    first, most = UPDATES_OF_IMAGES if pair.data.kind == "images" else everything
    early = max(step for step in history.checkpoints if step <= first)
    yield _power(pair, history, limits.weights, 0, early)
    gaps = [(a, b) for a, b in pairwise(history.checkpoints) if a and 1 < b - a <= most]
    if gaps:
        yield _power(pair, history, limits.gains, *gaps[-1])


def _power(pair: Pair, right: History, limits: Norms, first: int, last: int) -> Power:
    """Of an error that begins after the checkpoint `first` and lasts until `last`."""
    start, injected = right.checkpoints[first], INJECTED[pair.data.x.dtype.name]
    training = replace(pair.training, steps=last - first, evaluate_at=())
    part = replace(pair, training=training, start=start, batches=pair.batches[first:last])
    names = [name for name, _ in training.start.trained]
    if pair.scratch.can_be_stacked:
        wrong = follow_stacked(part, _in_a_stack(names, injected), len(names))
    else:
        wrong = follow_spoiled(part, [_alone(name, injected) for name in names], terms=False)
    smallest = {}
    for spoiled, history in zip(names, wrong, strict=True):
        times = max(
            distance(right.checkpoints[first + done][name], params[name])
            / limits[name][first + done]
            for done, params in history.checkpoints.items()
            if done and first + done in right.checkpoints
            for name in names
        )
        if times:
            smallest[spoiled] = injected / times
    return Power(first + 1, last, smallest)


def _in_a_stack(names: Sequence[str], injected: float) -> Spoil:
    def spoil(gradients: dict[str, np.ndarray]) -> None:
        for index, name in enumerate(names):
            gradients[name][index] *= 1 + injected

    return spoil


def _alone(name: str, injected: float) -> Spoil:
    def spoil(gradients: dict[str, np.ndarray]) -> None:
        gradients[name] *= 1 + injected

    return spoil
