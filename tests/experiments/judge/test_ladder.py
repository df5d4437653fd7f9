"""A bug put into one side is caught, and at the rung where it belongs."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.data import load
from experiments.judge import ladder
from experiments.pair.sides import Keras, Scratch
from experiments.pair.training import run_training
from experiments.record.summary import failure_of
from scratch.sigmoid_mlp import SigmoidMLP


def no_progress(label, steps):
    return lambda steps: None


def first_rung(training, dtype="float64"):
    """The lowest rung that fails, and the quantity; or where both sides diverged."""
    result, _ = run_training(training, load(training.data, dtype), no_progress)
    failure = failure_of("part", result)
    if failure is None:
        return None
    if failure.diverged:
        return failure.diverged
    return failure.comparison.rung, failure.comparison.quantity


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_right_sides_pass_every_rung(training, dtype):
    assert first_rung(training, dtype) is None


def wrong_start(monkeypatch):
    original = Keras.begin

    def begin(self, start):
        return original(self, start | {"W2": np.nextafter(start["W2"], 9)})

    monkeypatch.setattr(Keras, "begin", begin)


def wrong_layer(monkeypatch):
    original = SigmoidMLP.forward

    def forward(self, x):
        activations = original(self, x)
        activations["a2"] = activations["a2"] + 1e-12
        return activations

    monkeypatch.setattr(SigmoidMLP, "forward", forward)


def wrong_loss(monkeypatch):
    monkeypatch.setattr(
        SigmoidMLP, "loss", lambda self, x, t: float(np.mean((self.predict(x) - t) ** 2))
    )


def wrong_gradient(monkeypatch):
    """The derivative of the hidden sigmoid is left out."""

    def backward(self, x, activations, t):
        y = activations["y"]
        delta2 = (y - t) * y * (1 - y)
        return {
            "W1": x.mT @ (delta2 @ self.params["W2"].mT),
            "W2": activations["z1"].mT @ delta2,
        }

    monkeypatch.setattr(SigmoidMLP, "backward", backward)


def wrong_update(monkeypatch):
    original = Scratch.train
    monkeypatch.setattr(
        Scratch, "train", lambda self, params, b, rate: original(self, params, b, 1.0001 * rate)
    )


def wrong_after_a_while(monkeypatch):
    """The first step is right, later ones are not."""
    original = Keras.train

    def train(self, params, batches, rate):
        trained = original(self, params, batches, rate)
        if len(batches) == 1:
            return trained
        moved = {n: v * (1 + 1e-10) for n, v in trained.params.items()}
        return trained._replace(params=moved)

    monkeypatch.setattr(Keras, "train", train)


def wrong_prediction(monkeypatch):
    """The Keras side gives other test outputs than its own layers would."""
    original = Keras.outputs
    monkeypatch.setattr(
        Keras,
        "outputs",
        lambda self, params, split: original(self, params, split) + 1e-9 * (split == "test"),
    )


@pytest.mark.parametrize(
    ("bug", "rung", "quantity"),
    [
        (wrong_start, "start", "W2"),
        (wrong_layer, "layers", "a2"),
        (wrong_loss, "loss", "loss"),
        (wrong_gradient, "gradient", "W1"),
        (wrong_update, "update", "W1"),
        (wrong_after_a_while, "trajectory", "W1"),
        (wrong_prediction, "predictions", "y"),
    ],
)
def test_a_bug_is_caught_at_its_rung(bug, rung, quantity, training, monkeypatch):
    bug(monkeypatch)
    assert first_rung(training) == (rung, quantity)


def test_differences_convict_the_wrong_gradient_and_acquit_the_right_one(training, monkeypatch):
    wrong_gradient(monkeypatch)
    result, _ = run_training(training, load("xor", "float64"), no_progress)
    failed = {
        comparison.quantity
        for comparison in result.comparisons
        if comparison.rung == "differences" and not comparison.passed
    }
    assert failed == {"W1: backprop"}


def test_compare_fails_on_other_shapes_and_on_what_is_not_a_number():
    shapes = ladder.compare("layers", "start", "a", np.zeros(2), np.zeros(3), 1.0)
    assert not shapes.passed
    assert shapes.place.shapes == ((2,), (3,))
    assert not ladder.compare("layers", "start", "a", np.zeros(1), np.ones(1), np.inf).passed
    nan = ladder.compare("layers", "start", "a", np.array([0, np.nan]), np.zeros(2), 1.0)
    assert not nan.passed
    assert nan.place.index == (1,)


def test_compare_names_the_element_nearest_to_its_bound():
    found = ladder.compare("layers", "start", "a", [[1.0, 5.0]], [[1.5, 7.0]], [[1.0, 10.0]])
    assert (found.difference, found.bound, found.share) == (0.5, 1.0, 0.5)
    assert found.place.index == (0, 0)


def test_decisions_and_margins():
    y = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]])
    assert ladder.decisions(y).tolist() == [1, 0]
    np.testing.assert_allclose(ladder.margins(y), [0.5, 0.2])
    assert ladder.decisions(np.array([[0.4], [0.6]])).tolist() == [False, True]
    np.testing.assert_allclose(ladder.margins(np.array([[0.4], [0.9]])), [0.2, 0.8])


def test_a_diverging_run_names_side_step_and_layer(training):
    """An infinite rate makes the first update infinite; the second forward pass meets it in a1."""
    found = first_rung(replace(training, learning_rate=float("inf"), steps=5))
    assert [(d.side, d.step, d.layer) for d in found] == [("scratch", 2, "a1"), ("keras", 2, "a1")]


def test_a_huge_but_finite_run_is_judged_and_what_has_no_bound_does_not_pass(training):
    """After a step of 1e30 every unit is saturated, alike on both sides; no bound is finite."""
    huge = replace(training, learning_rate=1e30, steps=5)
    result, _ = run_training(huge, load("xor", "float64"), no_progress)
    assert not result.diverged
    assert {c.rung for c in result.comparisons} >= {"start", "update", "steps", "trajectory"}
    failed = [c for c in result.comparisons if not c.passed]
    assert failed
    assert not any(np.isfinite(c.bound) for c in failed)
