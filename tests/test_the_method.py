"""The whole method in one test: a net of three numbers, in NumPy and in Keras, worked by hand."""

import numpy as np

from keras_ref.delta_rule import DeltaRule as KerasDeltaRule
from keras_ref.runtime import use_dtype
from keras_ref.train import train as train_keras
from keras_ref.weights import get_params
from scratch.delta_rule import DeltaRule
from scratch.train import train


def test_one_update_by_hand_in_numpy_and_in_keras():
    # Two inputs and a bias input, one sigmoid unit: W = (0, ln 3, 0), x = (1, 1, 1), target 0.
    start = {"W": np.array([[0.0], [np.log(3)], [0.0]])}
    x, t, first_batch = np.ones((1, 3)), np.zeros((1, 1)), np.array([[0]])
    # a = x W = ln 3;  y = 1 / (1 + 1/3) = 3/4;  E = ½ (3/4)² = 9/32.
    # δ = (y − t) y (1 − y) = 3/4 · 3/4 · 1/4 = 9/64;  ∂E/∂W = δ x = (9/64, 9/64, 9/64).
    # One step of rate 0.64: W − 0.64 · 9/64 = W − 0.09.
    expected = start["W"] - 0.09

    scratch = DeltaRule({"W": start["W"].copy()})
    use_dtype("float64")
    keras = KerasDeltaRule(start)
    losses = train(scratch, x, t, first_batch, 0.64), train_keras(keras, x, t, first_batch, 0.64)

    for loss, weights in zip(losses, (scratch.params["W"], get_params(keras)["W"]), strict=True):
        assert abs(loss[0] - 9 / 32) < 1e-15  # a few roundings of numbers below 1
        assert np.abs(weights - expected).max() < 1e-15
