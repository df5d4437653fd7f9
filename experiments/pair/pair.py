"""The pair: one training, done twice from the same start on the same batches."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge.ladder import Arrays
from experiments.judge.nets import Allowed, Net
from experiments.judge.optimizers import at_rest
from experiments.pair.expected import Expected
from experiments.pair.sides import Batches, Keras, Scratch, Side, net_of
from experiments.spec import Training

Make = Callable[[Training, Arrays, Dataset], Scratch]
"""Makes a scratch side of a training for parameters of the given shapes and a data set."""


class Makes(NamedTuple):
    """What makes the parts of a pair for a training, parameters of its shapes and a data set.

    Attributes:
        scratch: the scratch side.
        keras: its twin.
        expected: what is expected of both.
    """

    scratch: Make
    keras: Callable[[Training, Arrays, Dataset], Side]
    expected: Callable[[Training, Dataset], Expected]


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
        expected: what is expected of both.
        makes: what makes these three, for other data than the training's.
    """

    training: Training
    data: Dataset
    start: Arrays
    batches: Batches
    scratch: Scratch
    keras: Side
    expected: Expected
    makes: Makes

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

    def allowed(self, params: Arrays, batch: Batch) -> Allowed:
        """How far two right computations from the given parameters may lie apart."""
        return self.expected.allowed(params, batch.x, batch.t)

    def whole(self) -> Batch:
        """All training samples."""
        return self.batch(np.arange(len(self.data.x)))


def new_scratch(training: Training, start: Arrays, data: Dataset) -> Scratch:
    """The right scratch side."""
    return Scratch(training, data)


RIGHT = Makes(new_scratch, Keras, Expected)


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
    makes: Makes = RIGHT,
) -> Pair:
    """A pair with both sides made."""
    return Pair(
        training,
        data,
        start,
        batches,
        makes.scratch(training, start, data),
        makes.keras(training, start, data),
        makes.expected(training, data),
        makes,
    )
