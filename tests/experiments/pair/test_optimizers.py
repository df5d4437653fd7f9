"""Nets trained by optimizers that remember, on both sides."""

from dataclasses import replace

import numpy as np
import pytest

import keras_ref.optimizers as twins
from experiments import catalog
from experiments.data import Dataset, load
from experiments.data.probe import Sizes, probe
from experiments.faults.ground import Ground
from experiments.judge.optimizers import at_rest
from experiments.pair.sides import Scratch
from experiments.pair.training import run_training
from experiments.spec import Training, in_order, normal
from scratch import optimizers

SHAPES = {"W1": (30, 9), "b1": (9,), "W2": (9, 5), "b2": (5,)}
STEPS = 12


def ground(optimizer, dtype="float64"):
    """A net on images, some of whose pixels are dark and some hardly ever lit."""
    start, data = probe(SHAPES, dtype, sizes=Sizes(40, 30, (9, 9), 5))
    x = np.where(np.arange(30) < 6, 0, abs(data.x) / 4).astype(dtype)
    x[:, 6:12] *= 1e-6
    data = Dataset("images", "synthetic", x, data.t, x, data.t)
    training = Training(
        name="by an optimizer",
        model="two_layer_net.TwoLayerNet",
        data="synthetic",
        start=normal(0.4, **SHAPES),
        order=in_order(8),
        learning_rate=0.01,
        steps=STEPS,
        optimizer=optimizer,
        evaluate_at=(STEPS,),
        dtype=dtype,
    )
    batches = np.arange(8 * STEPS).reshape(STEPS, 8) % len(x)
    return Ground(training, at_rest(optimizer, start), data, batches)


def failed(made, new=Scratch):
    return [c for c in made.climb(lambda t, start, data: new(t, data)) if not c.passed]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("optimizer", ["Momentum", "AdaGrad", "Adam"])
@pytest.mark.mostly_slow(1)
def test_both_sides_agree_in_weights_and_memory(optimizer, dtype):
    made = ground(optimizer, dtype)
    compared = list(made.climb())
    assert [c for c in compared if not c.passed] == []
    remembered = {"Momentum": "v(W1)", "AdaGrad": "h(W1)", "Adam": "m(W1)"}[optimizer]
    rungs = {c.rung for c in compared if c.quantity.startswith(remembered)}
    assert rungs == {"start", "update", "steps", "trajectory"}


class LessMomentum(optimizers.Momentum):
    def __init__(self, rate):
        super().__init__(rate, momentum=0.9 - 1e-9)


class ForgetfulAdam(optimizers.Adam):
    def __init__(self, rate):
        super().__init__(rate, beta2=0.998)


class UncorrectedAdam(optimizers.Adam):
    def update(self, params, grads):
        self.step = 10**6
        super().update(params, grads)


class RootOfAll(optimizers.AdaGrad):
    """Keras' place of ε, at the book's."""

    def update(self, params, grads):
        for name, g in grads.items():
            self.h[name] = self.h.get(name, 0.0) + g * g
            params[name] = params[name] - self.rate * g / np.sqrt(self.h[name] + 1e-7)


@pytest.mark.parametrize(
    ("optimizer", "wrong"),
    [
        ("Momentum", LessMomentum),
        ("AdaGrad", RootOfAll),
        ("Adam", ForgetfulAdam),
        ("Adam", UncorrectedAdam),
    ],
)
@pytest.mark.mostly_slow(1)
def test_another_optimizer_is_noticed(optimizer, wrong):
    made = ground(optimizer)

    def new(training, data):
        side = Scratch(training, data)
        side._optimizers = {optimizer: wrong}
        return side

    assert failed(made, new)[0].rung in ("update", "steps")


def test_a_twin_with_keras_own_epsilon_is_noticed(monkeypatch):
    monkeypatch.setattr(twins, "BookAdagrad", twins.keras.optimizers.Adagrad)
    assert failed(ground("AdaGrad"))[0].rung in ("start", "update")


def test_xor_may_be_learnt_by_adam():
    (training,) = catalog.load()["xor-mlp-6"].trainings
    training = replace(training, optimizer="Adam", steps=20, learning_rate=0.01, evaluate_at=(20,))
    data = load("xor", "float64")
    result, _ = run_training(training, data, lambda label, steps: lambda done: None)
    assert [c for c in result.comparisons if not c.passed] == []
