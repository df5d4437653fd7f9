"""What one function makes of both sides' numbers, held against values computed by hand."""

from dataclasses import replace

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import History
from experiments.pair.measure import (
    DERIVED,
    epoch_measurements,
    loss_curve,
    measure,
    table_measurements,
)
from experiments.spec import Measurement, Training, glorot, shuffled

TRAINING = Training(
    name="ten samples in batches of four",
    model="sigmoid_mlp.SigmoidMLP",
    data="made up",
    start=glorot(W1=(2, 3), b1=(3,), W2=(3, 2), b2=(2,)),
    order=shuffled(4),
    learning_rate=0.1,
    steps=6,
    evaluate_at=(3, 6),
)
TEN = Dataset("made up", "images", *(np.zeros((10, 2)) for _ in range(4)))


def test_what_is_derived_is_said_to_be():
    compared = {"output", "train_accuracy", "test_accuracy", "test_loss"}
    for kind in ("truth table", "images"):
        quantities = {of.quantity for of in TRAINING.measurements(kind)}
        assert quantities <= compared | set(DERIVED)


def test_a_tables_outputs_have_no_false_digits_and_a_tie_is_a_no():
    t = np.array([0, 1, 1, 0])
    found = table_measurements(np.array([0.1, 0.9, 0.5, 0.5], np.float32), t, 7)
    assert found[Measurement("output", 0, 7)] == 0.1
    assert found[Measurement("solved", step=7)] == 0
    assert table_measurements(np.array([0.1, 0.9, 0.6, 0.5]), t, 7)[Measurement("solved", step=7)]


def test_an_epochs_loss_is_the_mean_over_its_samples_and_not_over_its_batches():
    """Batches of 4, 4 and 2: (4·1 + 4·2 + 2·7) / 10 = 2.6, where the mean of batches is 3.33."""
    losses = np.array([9.0, 9.0, 9.0, 1.0, 2.0, 7.0])
    before = {Measurement("train_accuracy", step=s): a for s, a in ((3, 0.5), (6, 0.75))}
    found = epoch_measurements(TRAINING, TEN, losses, before)
    assert found[Measurement("epoch_loss", step=6)] == 2.6
    assert found[Measurement("epoch_accuracy", step=6)] == 0.625
    assert Measurement("epoch_accuracy", step=3) not in found  # nothing was measured at the start


def test_a_tables_loss_curve_has_a_point_per_pass():
    table = replace(TEN, kind="truth table", x=np.zeros((4, 2)))
    one_by_one = replace(TRAINING, order=shuffled(1))
    curve, per_point = loss_curve(one_by_one, table, np.array([1.0, 2, 3, 6, 5, 5, 5, 9]))
    assert (curve.tolist(), per_point) == ([3.0, 6.0], 4)
    curve, per_point = loss_curve(TRAINING, TEN, np.array([1.0, 2.0]))
    assert (curve.tolist(), per_point) == ([1.0, 2.0], 1)


class OfNothing:
    """A side that is always half right."""

    def accuracy(self, params, split):
        return 0.5

    def loss_and_gradient(self, params, x, t):
        return 1.25, {}


def test_distinct_images_are_counted_over_all_batches():
    history = History(np.ones(6), np.zeros(6), {3: {}, 6: {}}, 0.0)
    batches = [np.array(rows) for rows in ([0, 1, 2, 2], [2, 9, 0, 1], [5])]
    found = measure(TRAINING, TEN, OfNothing(), history, batches)
    assert found[Measurement("distinct_images", step=6)] == 5
    assert found[Measurement("test_loss", step=6)] == 1.25
