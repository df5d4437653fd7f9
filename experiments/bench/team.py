"""Who trains in as many processes as there are cores, each with one BLAS thread."""

from collections.abc import Callable, Sequence

import numpy as np

from experiments.bench.contestant import Trained
from experiments.bench.task import Task
from scratch.data_parallel import Share, Team
from scratch.fast import Images, Part, arrange, correct, without_dark_pixels
from scratch.network import Arrays

Train = Callable[..., object]
"""As `scratch.fast.train_two_layer_net`."""

Made = tuple[Task, Images, Sequence[Part]]
"""The task, its images to train on, and a share of all to decide on."""


def prepare(task: Task, train: Train) -> Callable[[], Trained]:
    """Ready to train by a function of a module."""
    room = sum(values.nbytes for values in task.start.values()) + task.data.x.itemsize
    team = Team(task.cores, room, _make, task)
    images = len(task.labels) + len(task.test_labels)

    def run() -> Trained:
        params, accuracies = task.copied(), []
        for batches in task.segments():
            team(_train, train, params, batches)
            accuracies.append(sum(team(_correct, params)) / images)
        return params, accuracies

    return run


def _make(share: Share, task: Task) -> Made:
    splits = ((task.data.x, task.labels), (task.data.x_test, task.test_labels))
    mine = [(x[share.of(len(x))], labels[share.of(len(x))]) for x, labels in splits]
    parts = [part for split in mine for part in without_dark_pixels(*split)]
    return task, arrange(task.images), parts


def _train(share: Share, made: Made, train: Train, params: Arrays, batches: np.ndarray) -> None:
    task, images, _ = made
    train(params, images, task.labels, batches, task.rate, share)


def _correct(_: Share, made: Made, params: Arrays) -> int:
    return correct(params, made[2])
