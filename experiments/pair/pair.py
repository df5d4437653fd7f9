"""The pair: one training, done twice from the same start on the same batches."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge.ladder import Arrays
from experiments.judge.nets import Net
from experiments.judge.optimizers import at_rest
from experiments.pair.sides import Batches, Keras, Scratch, Side, net_of
from experiments.spec import Training

Make = Callable[[Training, Arrays, Dataset], Scratch]
"""Makes a scratch side of a training for parameters of the given shapes and a data set."""

Makes = tuple[Make, Callable[[Training, Arrays, Dataset], Side]]
"""The same, and what makes its twin."""


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
    scratch: Scratch
    keras: Side
    make: Makes

    @property
    def sides(self) -> tuple[Side, Side]:
        """Scratch and Keras."""
        return self.scratch, self.keras

    @property
    def net(self) -> Net:
        """What is trained, in the judge's words: bounds and conventions are of this."""
        return net_of(self.training)

    def batch(self, rows: np.ndarray) -> Batch:
        """Some training samples."""
        return Batch(self.data.x[rows], self.data.t[rows], rows)

    def whole(self) -> Batch:
        """All training samples."""
        return self.batch(np.arange(len(self.data.x)))


def new_scratch(training: Training, start: Arrays, data: Dataset) -> Scratch:
    """The right scratch side."""
    return Scratch(training, data)


RIGHT: Makes = (new_scratch, Keras)


def prepare(training: Training, data: Dataset) -> tuple[dict[str, np.ndarray], Batches]:
    """Starting state and batches of a training, from its one generator."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    drawn = {name: values.astype(data.x.dtype) for name, values in start.items()}
    moved = {name: drawn[name] for name, _ in training.start.trained}
    return drawn | at_rest(training.optimizer, moved), batches


def pair_of(
    training: Training,
    data: Dataset,
    start: Arrays,
    batches: Batches,
    make: Makes = RIGHT,
) -> Pair:
    """A pair with both sides made."""
    new, new_twin = make
    scratch, keras = new(training, start, data), new_twin(training, start, data)
    return Pair(training, data, start, batches, scratch, keras, make)
