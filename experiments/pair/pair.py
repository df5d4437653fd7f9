"""The pair: one training, done twice from the same start on the same batches."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge.ladder import Arrays
from experiments.pair.sides import Batches, Keras, Scratch, Side
from experiments.spec import Training

Make = Callable[[Training, Arrays, Dataset], Side]
"""Makes a side of a training for parameters of the given shapes and a data set."""


@dataclass(frozen=True)
class Batch:
    """Samples and targets, and their rows in the data set that the sides hold."""

    x: np.ndarray
    t: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True)
class Pair:
    """A training with everything that both sides of it are given, and the sides.

    Attributes:
        training: what is trained.
        data: its data set.
        start: the parameters to start with.
        batches: row indices of every step.
        scratch: the NumPy side.
        keras: its twin.
        make: what makes the two sides, for other data than the training's.
    """

    training: Training
    data: Dataset
    start: Arrays
    batches: Batches
    scratch: Side
    keras: Side
    make: tuple[Make, Make]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Scratch and Keras."""
        return self.scratch, self.keras

    @property
    def reference(self) -> Scratch:
        """The right scratch side, whatever stands in for it: bounds and conventions are its."""
        return Scratch(self.training, self.data)

    def batch(self, rows: np.ndarray) -> Batch:
        """Some training samples."""
        return Batch(self.data.x[rows], self.data.t[rows], rows)

    def whole(self) -> Batch:
        """All training samples."""
        return self.batch(np.arange(len(self.data.x)))


def new_scratch(training: Training, start: Arrays, data: Dataset) -> Scratch:
    """The right scratch side."""
    return Scratch(training, data)


RIGHT: tuple[Make, Make] = (new_scratch, Keras)


def prepare(training: Training, data: Dataset) -> tuple[dict[str, np.ndarray], Batches]:
    """Starting parameters and batches of a training, from its one generator."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    return {name: values.astype(data.x.dtype) for name, values in start.items()}, batches


def pair_of(
    training: Training,
    data: Dataset,
    start: Arrays,
    batches: Batches,
    make: tuple[Make, Make] = RIGHT,
) -> Pair:
    """A pair with both sides made."""
    scratch, keras = (new(training, start, data) for new in make)
    return Pair(training, data, start, batches, scratch, keras, make)
