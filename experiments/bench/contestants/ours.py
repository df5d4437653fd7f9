"""`scratch.fast`, in as many processes as there are cores, each with one BLAS thread."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from experiments.bench.contestant import Contestant, Trained
from experiments.bench.task import Task
from scratch.data_parallel import Share, Team
from scratch.fast import (
    Images,
    Part,
    arrange,
    correct,
    count_of_slopes,
    train_two_layer_net,
    without_dark_pixels,
)
from scratch.network import Arrays


class Own(NamedTuple):
    """What a process works on: the images to train on, and its share of all to decide on."""

    task: Task
    images: Images
    parts: Sequence[Part]


def prepare(task: Task) -> Callable[[], Trained]:
    """Ready to train."""
    room = count_of_slopes(task.start) * task.data.x.itemsize
    team = Team(task.cores, room, _make, task)
    images = len(task.labels) + len(task.test_labels)

    def run() -> Trained:
        params, accuracies = task.copied(), []
        for batches in task.segments():
            team(_train, params, batches)
            accuracies.append(sum(team(_correct, params)) / images)
        return params, accuracies

    return run


def _make(share: Share, task: Task) -> Own:
    splits = ((task.data.x, task.labels), (task.data.x_test, task.test_labels))
    mine = [(x[share.of(len(x))], labels[share.of(len(x))]) for x, labels in splits]
    parts = [part for split in mine for part in without_dark_pixels(*split)]
    return Own(task, arrange(task.images), parts)


def _train(share: Share, own: Own, params: Arrays, batches: np.ndarray) -> None:
    train_two_layer_net(params, own.images, own.task.labels, batches, own.task.rate, share)


def _correct(_: Share, own: Own, params: Arrays) -> int:
    return correct(params, own.parts)


CONTESTANT = Contestant("ours", prepare, threads=1)
