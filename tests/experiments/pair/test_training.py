import numpy as np

from experiments import catalog
from experiments.data import load
from experiments.pair.sides import Scratch
from experiments.pair.training import follow, prepare, run_training


def test_checkpoints_hold_copies_from_their_own_time(training):
    data = load("xor", "float64")
    start, batches = prepare(training, data)
    side = Scratch(training, start, data)
    told = []
    history = follow(training, side, batches, told.append)
    assert sum(told) == training.steps
    np.testing.assert_array_equal(history.checkpoints[0]["W1"], start["W1"])
    assert not np.array_equal(history.checkpoints[1]["W1"], history.checkpoints[2]["W1"])
    np.testing.assert_array_equal(history.checkpoints[training.steps]["W1"], side.params["W1"])


def test_the_printed_xor_outputs_come_out_of_both_sides():
    """All four outputs that source 003 prints under np.random.seed(5), to the last digit."""
    (training,) = catalog.load()["xor-mlp-6"].trainings
    result, _ = run_training(
        training, load("xor", "float64"), lambda label, steps: lambda done: None
    )
    for side in ("scratch", "keras"):
        outputs = np.array([[result["measurements"][f"output[{i}]@9999"][side]] for i in range(4)])
        assert str(outputs) == ("[[0.02391914]\n [0.9757925 ]\n [0.97343127]\n [0.03041428]]")
    for series in result["weights"]["relative_difference"].values():
        assert max(series) < 1e-13
