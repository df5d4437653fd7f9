"""What the printed figures measure, taken from one side of a finished training.

Which measurements there are, `Training.measurements` says.
"""

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import History
from experiments.pair.sides import Batches, Side, Split
from experiments.spec import Measurement, Training

Values = dict[Measurement, float]

DERIVED = ("loss", "epoch_loss", "epoch_accuracy", "solved", "distinct_images")
"""What one function makes of both sides' losses, outputs, accuracies or batches: the two columns of
such a measurement say nothing of that function. What it is made of is compared itself."""


@np.errstate(all="ignore")
def measure(
    training: Training, data: Dataset, side: Side, history: History, batches: Batches
) -> Values:
    """All measurements of one side.

    Truth tables give the output of every row, and whether all are decided rightly, at
    `training.evaluate_at` and the last two checkpoints. Other data give the accuracies on all
    training and all test samples at `training.evaluate_at`, and the test loss at the end; images
    also how many different ones were seen. All give the last point of the loss curve.
    """
    last, final = training.steps, history.checkpoints[training.steps]
    curve, _ = loss_curve(training, data, history.losses)
    measured: Values = {Measurement("loss", step=last): float(curve[-1])}
    if data.kind == "truth table":
        for step in sorted({*training.evaluate_at, last - 1, last}):
            outputs = side.outputs(history.checkpoints[step], "train")
            measured |= table_measurements(outputs[:, 0], data.t[:, 0], step)
        return measured
    splits: tuple[Split, ...] = ("train", "test")
    for step in training.evaluate_at:
        for split in splits:
            share = side.accuracy(history.checkpoints[step], split)
            measured[Measurement(f"{split}_accuracy", step=step)] = share
    loss, _ = side.loss_and_gradient(final, data.x_test.copy(), data.t_test.copy())
    measured[Measurement("test_loss", step=last)] = loss
    if training.order.kind == "shuffled":
        measured |= epoch_measurements(training, data, history.losses, measured)
    if data.kind == "images":
        seen = np.zeros(len(data.x), bool)
        seen[np.concatenate(list(batches))] = True
        measured[Measurement("distinct_images", step=last)] = int(seen.sum())
    return measured


def table_measurements(y: np.ndarray, t: np.ndarray, step: int) -> Values:
    """Outputs y of shape (4,) on a truth table with targets t, after `step` updates.

    The shortest decimal that y's type reads back as itself, so that float32 has no false digits.
    """
    outputs = {Measurement("output", row, step): float(str(value)) for row, value in enumerate(y)}
    solved = float(np.all((y > 0.5) == (t > 0.5)))
    return outputs | {Measurement("solved", step=step): solved}


def epoch_measurements(
    training: Training, data: Dataset, losses: np.ndarray, measured: Values
) -> Values:
    """What Keras' `fit` logs for the epochs that end at `training.evaluate_at`.

    "epoch_loss" is the running mean of the losses, weighted by batch size. "epoch_accuracy" is the
    mean of the accuracies before and after the epoch, which the running mean of a slowly rising
    accuracy comes to; it is given where both were evaluated.
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
        mean = float(np.average(losses_of_epoch, weights=weights))
        logged[Measurement("epoch_loss", step=last)] = mean
        before = measured.get(Measurement("train_accuracy", step=last - per_epoch))
        if before is not None:
            after = measured[Measurement("train_accuracy", step=last)]
            logged[Measurement("epoch_accuracy", step=last)] = (before + after) / 2
    return logged


def loss_curve(training: Training, data: Dataset, losses: np.ndarray) -> tuple[np.ndarray, int]:
    """A readable loss curve, and the number of updates per point.

    A training that visits the rows of a truth table has one point per pass, the mean of its
    batches' losses: the loss of a single sample says little. Others have one point per batch.
    Every loss is that of a batch before its own update.
    """
    if data.kind != "truth table" or training.order.kind == "first sample":
        return losses, 1
    per_pass = max(1, len(data.x) // training.order.batch_size)
    passes = len(losses) // per_pass
    return losses[: passes * per_pass].reshape(passes, per_pass).mean(axis=1), per_pass
