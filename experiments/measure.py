"""What the printed figures measure, taken from a finished training of either side."""

from collections.abc import Mapping

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import Arrays, decisions
from experiments.sides import Side
from experiments.spec import Training


def accuracy(y: np.ndarray, t: np.ndarray) -> float:
    """Share of rows whose decision is the target's."""
    return float(np.mean(decisions(y) == decisions(t)))


@np.errstate(all="ignore")
def measure(
    training: Training, data: Dataset, side: Side, checkpoints: Mapping[int, Arrays]
) -> dict[str, float]:
    """Measurements by name: "quantity@n" is taken from the weights after n updates.

    Truth tables give the output of every row, and whether all are decided rightly, at
    `training.evaluate_at` and the last two checkpoints. Other data give the accuracies on all
    training and all test samples at `training.evaluate_at`, and the test loss at the end.
    """
    measurements = {}
    if data.kind == "truth table":
        for step in sorted({*training.evaluate_at, training.steps - 1, training.steps}):
            side.set_params(checkpoints[step])
            measurements |= table_measurements(side.outputs("train")[:, 0], data.t[:, 0], step)
        return measurements
    for step in training.evaluate_at:
        side.set_params(checkpoints[step])
        for split, t in (("train", data.t), ("test", data.t_test)):
            measurements[f"{split}_accuracy@{step}"] = accuracy(side.outputs(split), t)
    side.set_params(checkpoints[training.steps])
    loss, _ = side.loss_and_gradient(data.x_test, data.t_test)
    return measurements | {f"test_loss@{training.steps}": loss}


def table_measurements(y: np.ndarray, t: np.ndarray, step: int) -> dict[str, float]:
    """Outputs y of shape (4,) on a truth table with targets t, after `step` updates.

    The shortest decimal that y's type reads back as itself, so that float32 has no false digits.
    """
    outputs = {f"output[{row}]@{step}": float(str(output)) for row, output in enumerate(y)}
    return outputs | {f"solved@{step}": float(np.all((y > 0.5) == (t > 0.5)))}


def epoch_measurements(
    training: Training, data: Dataset, losses: np.ndarray, measured: Mapping[str, float]
) -> dict[str, float]:
    """What Keras' `fit` logs for the epochs that end at `training.evaluate_at`.

    "epoch_loss@n" is the running mean of the losses, weighted by batch size. "epoch_accuracy@n"
    is the mean of the accuracies before and after the epoch, which the running mean of a slowly
    rising accuracy comes to; it is given where both were evaluated.
    """
    size = training.order.batch_size
    per_epoch = -(-len(data.x) // size)
    weights = np.full(per_epoch, size)
    weights[-1] = len(data.x) - size * (per_epoch - 1)
    logged = {}
    for last in training.evaluate_at:
        if last < per_epoch:
            continue
        losses_of_epoch = losses[last - per_epoch : last].astype(float)
        logged[f"epoch_loss@{last}"] = float(np.average(losses_of_epoch, weights=weights))
        before = measured.get(f"train_accuracy@{last - per_epoch}")
        if before is not None:
            after = measured[f"train_accuracy@{last}"]
            logged[f"epoch_accuracy@{last}"] = (before + after) / 2
    return logged


def loss_curve(training: Training, data: Dataset, losses: np.ndarray) -> tuple[np.ndarray, int]:
    """A readable loss curve, and the number of updates per point.

    A training that visits the rows of a truth table has one point per pass, the mean of its
    batches' losses: the loss of a single sample says little. Others have one point per batch.
    Every loss is that of a batch before its own update.
    """
    if data.kind != "truth table" or training.order.kind == "first sample":
        return losses, 1
    per_pass = len(data.x) // training.order.batch_size
    passes = len(losses) // per_pass
    return losses[: passes * per_pass].reshape(passes, per_pass).mean(axis=1), per_pass
