"""A bug put into one side is caught, and at the rung where it belongs."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import catalog
from experiments.data import load
from experiments.judge import ladder, nets, trajectory
from experiments.pair.divergence import find_divergence
from experiments.pair.follow import follow
from experiments.pair.pair import pair_of, prepare
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


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize(
    ("bug", "rung", "quantity"),
    [
        (wrong_gradient, "gradient", "W1"),
        (wrong_after_a_while, "trajectory", "W1"),
        (wrong_prediction, "predictions", "y"),
        (wrong_start, "start", "W2"),
        (wrong_layer, "layers", "a2"),
        (wrong_loss, "loss", "loss"),
        (wrong_update, "update", "W1"),
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
    assert ladder.compare("layers", "start", "a", np.ones(1), np.ones(1), np.inf).passed
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


def test_losses_that_are_infinite_from_the_first_update_are_said_to_be(training):
    """The weights stay finite here: where losses stopped being numbers is seen from the losses."""
    data = load("xor", "float64")
    pair = pair_of(training, data, *prepare(training, data))
    history = follow(training, pair.scratch, pair.start, pair.batches)
    lost = replace(history, losses=np.full(training.steps, np.inf))
    found = find_divergence(pair, pair.scratch, lost)
    assert (found.step, found.layer) == (1, "loss")


def test_two_unrelated_nets_do_not_pass_for_one_another(rng):
    ours, theirs = (rng.dirichlet(np.ones(10), size=1000) for _ in range(2))
    nowhere = np.full(ours.shape, 1e-15)
    same, own = ladder.compare_predictions(ours, ours, theirs, nowhere, 1e-12)
    assert same.passed
    assert not own.passed
    differ = ladder.compare_decisions(ours, theirs, 1e-12)
    assert not differ.passed
    assert differ.place.counted[0] > 800


def history_of(losses, terms=0.0, **checkpoints):
    losses = np.array(losses)
    params = {int(step[2:]): {"b": np.array([value])} for step, value in checkpoints.items()}
    return ladder.History(losses, np.full(len(losses), terms), params, 0.0)


def test_limits_are_twice_the_farthest_shadow_so_far_and_one_rounding():
    """By hand: the shadows lie 1 and −3 off at update 1, −2 and 1 at update 2, so that −3 and 4
    were gained in between; a rounding is 0.5."""
    own = history_of([1.0, 1.0], at0=0.0, at1=10.0, at2=20.0)
    shadows = [
        history_of([1.0, 1.25], at0=0.0, at1=11.0, at2=18.0),
        history_of([1.0, 0.5], at0=0.0, at1=7.0, at2=21.0),
    ]
    rounding = nets.Rounding({"b": 0.1}, {"b": 0.5}, 0.25, 0.125)
    moved = {0: 0.0, 1: 0.0, 2: 4.0}
    limits = trajectory.find_limits(own, shadows, moved, dict.fromkeys((0, 1, 2), rounding))
    assert limits.weights == {"b": {1: 6.5, 2: 6.5}}
    assert limits.gains == {"b": {1: 6.5, 2: 8.5}}
    assert limits.outputs == {0: 0.25, 1: 0.25, 2: 8.25}
    np.testing.assert_allclose(limits.losses, [0.125, 1.125])


def test_losses_are_compared_at_every_update_and_in_one_convention():
    own = history_of([1.0, 2.0, 3.0], terms=0.5, at0=0.0, at3=1.0)
    keras = history_of([1.5, 2.5, 3.5], at0=0.0, at3=1.0)
    limits = trajectory.Limits({"b": {3: 1.0}}, {"b": {3: 1.0}}, {3: 1.0}, np.full(3, 0.1))
    *_, loss = trajectory.compare_trajectories(own, keras, limits)
    assert loss.passed
    late = replace(keras, losses=np.array([1.5, 2.5, 0.0]))
    *_, loss = trajectory.compare_trajectories(own, late, limits)
    assert (loss.passed, loss.place.step) == (False, 3)


def test_what_is_gained_late_is_judged_beside_what_was_strayed_before():
    """A step to the side at the very end is far less than what may have gathered, and is seen."""
    own = history_of([1.0, 1.0, 1.0], at0=0.0, at2=0.0, at3=0.0)
    keras = history_of([1.0, 1.0, 1.0], at0=0.0, at2=0.25, at3=-0.25)
    limits = trajectory.Limits(
        {"b": {2: 1.0, 3: 1.0}}, {"b": {2: 1.0, 3: 0.125}}, {2: 1.0, 3: 1.0}, np.full(3, 0.1)
    )
    far, gained, _ = trajectory.compare_trajectories(own, keras, limits)
    assert far.passed
    assert (gained.passed, gained.difference, gained.place.step) == (False, 0.5, 3)


ALARMED_ONCE = (("keras-xor", "2-2-1", 0), ("xor-mlp-4-cross-entropy", "corrected", 7))
"""Right in float32, and once said not to be: rounding is amplified while they learn."""


@pytest.mark.slow
@pytest.mark.parametrize(("experiment", "name", "seed"), ALARMED_ONCE)
def test_right_trainings_that_amplify_rounding_do_not_alarm(experiment, name, seed):
    found = next(t for t in catalog.load()[experiment].trainings if t.name == name)
    assert first_rung(replace(found, seed=seed, dtype="float32"), "float32") is None
