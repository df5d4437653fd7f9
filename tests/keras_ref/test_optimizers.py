"""Keras' optimizers against steps that are worked out by hand."""

import numpy as np
import pytest

from keras_ref import runtime
from keras_ref.optimizers import OPTIMIZERS, stepped

RATE = 0.5
BY_HAND = {
    "SGD": ([0.2, 0.4], 2 - 0.1 - 0.2),
    "Momentum": ([0.2, 0.4], 2 - 0.1 - 0.29),
    "Nesterov": ([0.2, 0.4], 2 - 0.19 - 0.461),
    "AdaGrad": ([3.0, 4.0], 2 - 0.5 - 0.4),
    "RMSprop": ([3.0, 4.0], 2 - 5 - 2 / np.sqrt(0.2491)),
    "Adam": ([300.0, 300.0, 300.0], 2 - 1.5),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_by_hand(name):
    runtime.use_dtype("float64")
    gradients, expected = BY_HAND[name]
    found = stepped(name, np.array(2.0), map(np.array, gradients), RATE)
    assert float(found) == pytest.approx(expected, rel=1e-6)  # ε is 1e-7
