import math

import numpy as np
import pytest

from keras_ref.gradients import loss_and_gradient
from keras_ref.runtime import use_dtype
from keras_ref.two_layer_net import TwoLayerNet


def test_loss_is_taken_from_the_logits_without_clipping():
    """Logits 0 and 100, true class the first: −log softmax = 100, where log(y + ε) stops at 16."""
    use_dtype("float64")
    params = {
        "W1": np.zeros((1, 1)),
        "b1": np.zeros(1),
        "W2": np.array([[0.0, 200.0]]),
        "b2": np.zeros(2),
    }
    loss, gradient = loss_and_gradient(
        TwoLayerNet(params), np.array([[1.0]]), np.array([[1.0, 0.0]])
    )
    assert loss == pytest.approx(100, rel=1e-12)
    np.testing.assert_allclose(gradient["b2"], [-1, 1], rtol=0, atol=math.exp(-99))
