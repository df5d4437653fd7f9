"""Optimizers against steps that are worked out by hand."""

import numpy as np
import pytest

from scratch import optimizers

RATE = 0.5


def after(name, gradients, start=2.0):
    made, params = getattr(optimizers, name)(RATE), {"W": np.array(start)}
    for gradient in gradients:
        made.update(params, {"W": np.array(gradient)})
    return float(params["W"])


BY_HAND = [
    ("SGD", [0.2, 0.4], 2 - 0.1 - 0.2),
    # v: -0.1, then 0.9 · -0.1 - 0.2 = -0.29
    ("Momentum", [0.2, 0.4], 2 - 0.1 - 0.29),
    # 0.9 · -0.1 - 0.1 = -0.19, then 0.9 · -0.29 - 0.2 = -0.461
    ("Nesterov", [0.2, 0.4], 2 - 0.19 - 0.461),
    # √h: 3, then √(9 + 16) = 5
    ("AdaGrad", [3.0, 4.0], 2 - 0.5 * 3 / 3 - 0.5 * 4 / 5),
    # √h: √0.09 = 0.3, then √(0.99 · 0.09 + 0.01 · 16) = √0.2491
    ("RMSprop", [3.0, 4.0], 2 - 0.5 * 3 / 0.3 - 0.5 * 4 / np.sqrt(0.2491)),
    # corrected, a gradient that stays the same moves by the rate, whatever its size
    ("Adam", [300.0, 300.0, 300.0], 2 - 3 * 0.5),
]


@pytest.mark.parametrize(("name", "gradients", "expected"), BY_HAND)
def test_steps_by_hand(name, gradients, expected):
    assert after(name, gradients) == pytest.approx(expected, rel=1e-6)  # ε is 1e-7


@pytest.mark.parametrize("name", ["AdaGrad", "RMSprop", "Adam"])
def test_a_gradient_of_0_moves_nothing(name):
    assert after(name, [0.0, 0.0]) == 2.0


def test_every_parameter_has_a_memory_of_its_own():
    made = optimizers.AdaGrad(RATE)
    params = {"W1": np.zeros(2), "W2": np.zeros(1)}
    made.update(params, {"W1": np.array([3.0, -3.0]), "W2": np.array([40.0])})
    np.testing.assert_allclose(params["W1"], [-0.5, 0.5], rtol=1e-6)
    np.testing.assert_allclose(params["W2"], [-0.5], rtol=1e-6)
