"""What every contestant has to do: train the book's net from given weights on given batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments import data
from experiments.catalog.two_layer_net_50 import EXPERIMENT
from experiments.pair.pair import prepare
from experiments.spec import Training
from scratch.network import Arrays

EVERY = 600
"""Updates between two evaluations, as in the sources."""

Judge = Callable[[Callable[[Any], Any]], float]


@dataclass(frozen=True)
class Task:
    """The data of one training.

    Attributes:
        training: the spec of two-layer-net-50.
        start: the weights to start with.
        data: MNIST in the precision of the training.
        images: the training images as bytes, shape (60000, 784).
        labels: their classes.
        test_labels: their classes.
        batches: rows of every update, shape (steps, batch size).
        cores: how many the process may use.
    """

    training: Training
    start: Arrays
    data: data.Dataset
    images: np.ndarray
    labels: np.ndarray
    test_labels: np.ndarray
    batches: np.ndarray
    cores: int

    @property
    def rate(self) -> float:
        """η."""
        return self.training.learning_rate

    @property
    def dtype(self) -> str:
        """Precision of the training."""
        return self.data.x.dtype.name

    def copied(self) -> Arrays:
        """The starting weights, to be written to."""
        return {name: values.copy() for name, values in self.start.items()}

    def segments(self) -> Iterator[np.ndarray]:
        """The batches between two evaluations."""
        for first in range(0, len(self.batches), EVERY):
            yield self.batches[first : first + EVERY]

    def judge(self, convert: Callable[[np.ndarray], Any] = np.asarray) -> Judge:
        """What gives the share of all 70,000 images that a function from images decides rightly.

        Args:
            convert: makes a framework's array of the images, once.
        """
        splits = [
            (convert(self.data.x), self.labels),
            (convert(self.data.x_test), self.test_labels),
        ]

        def accuracy(predict: Callable[[Any], Any]) -> float:
            right = sum(
                int(np.count_nonzero(np.asarray(predict(x)).argmax(axis=1) == labels))
                for x, labels in splits
            )
            return right / sum(len(labels) for _, labels in splits)

        return accuracy


def make_task(dtype: str, cores: int, steps: int, folder: Path | None) -> Task:
    """The task in one precision; weights and batches are those of two-layer-net-50.

    Raises:
        DataError: if the user's MNIST cannot be used.
    """
    mnist = data.load("mnist", dtype, folder)
    training = replace(EXPERIMENT.trainings[0], steps=steps)
    start, batches = prepare(training, mnist)
    return Task(
        training,
        start,
        mnist,
        np.rint(mnist.x * 255).astype(np.uint8),
        mnist.t.argmax(axis=1),
        mnist.t_test.argmax(axis=1),
        np.asarray(batches),
        cores,
    )
