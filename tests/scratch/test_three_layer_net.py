from itertools import pairwise

import numpy as np
import pytest

from scratch.functions import EPSILON
from scratch.gradients import numerical_gradient
from scratch.three_layer_net import ThreeLayerNet, predict_in_batches, predict_one_by_one


@pytest.fixture
def net(rng):
    sizes = (6, 5, 4, 3)
    params = {}
    for layer, (inputs, units) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(inputs, units))
        params[f"b{layer}"] = rng.normal(size=units)
    return ThreeLayerNet(params)


def test_gradient_agrees_with_differences(net, rng):
    x, t = rng.normal(size=(7, 6)), np.eye(3)[rng.integers(3, size=7)]
    allowed = EPSILON / net.predict(x)[t == 1].min() + 1e-8
    for name, values in net.gradient(x, t).items():
        expected = numerical_gradient(lambda _: net.loss(x, t), net.params[name])
        np.testing.assert_allclose(values, expected, rtol=0, atol=allowed)


def test_one_by_one_and_in_batches_give_the_same(net, rng):
    x = rng.normal(size=(11, 6))
    np.testing.assert_allclose(
        predict_one_by_one(net, x), predict_in_batches(net, x, 4), rtol=1e-13
    )
