"""What the printed figures measure, taken from a finished training of either side."""

from collections.abc import Mapping

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import Arrays, History, decisions
from experiments.sides import Side
from experiments.spec import Training


def accuracy(y: np.ndarray, t: np.ndarray) -> float:
    """Share of rows whose decision is the target's."""
    return float(np.mean(decisions(y) == decisions(t)))


def measure(
    training: Training, data: Dataset, side: Side, checkpoints: Mapping[int, Arrays]
) -> dict[str, float]:
    """Measurements by name: "quantity@n" is taken from the weights after n updates.

    Truth tables give the output of every row at the last two checkpoints; images give the
    accuracies on all training and all test samples at `training.evaluate_at`.
    """
    measurements = {}
    for step in training.evaluate_at:
        side.set_params(checkpoints[step])
        for split, t in (("train", data.t), ("test", data.t_test)):
            measurements[f"{split}_accuracy@{step}"] = accuracy(side.outputs(split), t)
    if data.kind == "truth table":
        for step in (training.steps - 1, training.steps):
            side.set_params(checkpoints[step])
            for row, output in enumerate(side.outputs("train")[:, 0]):
                measurements[f"output[{row}]@{step}"] = float(output)
    return measurements


def mean_losses(training: Training, data: Dataset, history: History) -> np.ndarray:
    """Loss of every pass through the samples, per sample; of every batch if they are drawn.

    A training that walks through its samples has one loss per pass: that of a single sample says
    little.
    """
    if training.order.kind == "with replacement":
        return history.losses
    per_pass = len(data.x) // training.order.batch_size
    return history.losses.reshape(-1, per_pass).sum(axis=1) / len(data.x)
