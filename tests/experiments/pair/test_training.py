from dataclasses import replace

import numpy as np
import pytest

from experiments import catalog
from experiments.data import load
from experiments.pair.follow import follow
from experiments.pair.measure import measure
from experiments.pair.pair import prepare
from experiments.pair.sides import Scratch
from experiments.pair.training import run_training
from experiments.spec import Measurement


def test_checkpoints_hold_copies_from_their_own_time(training):
    data = load("xor", "float64")
    start, batches = prepare(training, data)
    told = []
    history = follow(training, Scratch(training, data), start, batches, told.append)
    assert sum(told) == training.steps
    np.testing.assert_array_equal(history.checkpoints[0]["W1"], start["W1"])
    assert not np.array_equal(history.checkpoints[1]["W1"], history.checkpoints[2]["W1"])
    assert not np.shares_memory(history.checkpoints[0]["W1"], start["W1"])


@pytest.mark.parametrize("name", ["xor-mlp-6", "linear-regression", "keras-model-100-64-10"])
def test_what_a_training_is_said_to_measure_is_what_it_measures(name):
    training = replace(catalog.load()[name].trainings[0], steps=20, evaluate_at=(10, 20))
    data = load(training.data, "float64")
    start, batches = prepare(training, data)
    side = Scratch(training, data)
    history = follow(training, side, start, batches)
    measured = measure(training, data, side, history, batches)
    missing = training.measurements(data.kind) - measured.keys()
    assert measured.keys() <= training.measurements(data.kind)
    assert {of.quantity for of in missing} <= {"epoch_accuracy"}  # of the first epoch


def test_the_printed_xor_outputs_come_out_of_both_sides():
    """All four outputs that source 003 prints under np.random.seed(5), to the last digit."""
    (training,) = catalog.load()["xor-mlp-6"].trainings
    result, _ = run_training(
        training, load("xor", "float64"), lambda label, steps: lambda done: None
    )
    for side in ("scratch", "keras"):
        rows = [Measurement("output", row, 9999) for row in range(4)]
        outputs = np.array([[result.value(of, side)] for of in rows])
        assert str(outputs) == ("[[0.02391914]\n [0.9757925 ]\n [0.97343127]\n [0.03041428]]")
    for series in result.weights.relative.values():
        assert max(series) < 1e-13
