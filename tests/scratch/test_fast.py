"""The loops arranged for the machine against the readable one."""

import numpy as np
import pytest

from scratch import fast
from scratch.sigmoid_mlp import SigmoidMLP
from scratch.train import train
from scratch.two_layer_net import TwoLayerNet

SIZES = {"W1": (30, 8), "b1": (8,), "W2": (8, 4), "b2": (4,)}
TOLERANCE = {"float64": 1e-13, "float32": 1e-5}
"""A few roundings of weights near 1, after thirty steps of a gentle rate."""


@pytest.fixture(params=["float64", "float32"])
def case(request):
    """Parameters, images of which most pixels are dark, their labels, and batches."""
    rng = np.random.default_rng(3)
    params = {name: rng.normal(size=size).astype(request.param) for name, size in SIZES.items()}
    images = rng.integers(1, 256, size=(40, 30)) * (rng.random((40, 30)) < 0.15)
    images[:, 5] = 0  # dark in all
    batches = rng.integers(40, size=(30, 6))
    return params, images.astype(np.uint8), rng.integers(4, size=40), batches


def copied(params):
    return {name: values.copy() for name, values in params.items()}


def as_the_readable_loop_takes_them(images, labels, dtype):
    x = (images.astype(np.float32) / np.float32(255)).astype(dtype)
    return x, np.eye(4, dtype=dtype)[labels]


@pytest.mark.parametrize("net", [TwoLayerNet, SigmoidMLP])
def test_leaving_out_dark_pixels_changes_nothing(net, case):
    params, images, labels, batches = case
    dtype = params["W1"].dtype
    x, t = as_the_readable_loop_takes_them(images, labels, dtype)
    plain, quick = net(copied(params)), net(copied(params))
    expected = train(plain, x, t, batches, 0.1)
    losses = fast.train(quick, x, t, list(batches), 0.1)
    np.testing.assert_allclose(losses, expected, rtol=100 * TOLERANCE[dtype.name])
    for name, values in plain.params.items():
        np.testing.assert_allclose(quick.params[name], values, atol=TOLERANCE[dtype.name], rtol=0)
    assert np.array_equal(quick.params["W1"][5], params["W1"][5])


def test_the_net_in_place_takes_the_same_steps(case):
    params, images, labels, batches = case
    dtype = params["W1"].dtype
    x, t = as_the_readable_loop_takes_them(images, labels, dtype)
    plain, quick = TwoLayerNet(copied(params)), copied(params)
    expected = train(plain, x, t, batches, 0.1)
    losses = fast.train_two_layer_net(quick, images, labels, batches, 0.1)
    np.testing.assert_allclose(losses, expected, rtol=100 * TOLERANCE[dtype.name])
    for name, values in plain.params.items():
        np.testing.assert_allclose(quick[name], values, atol=TOLERANCE[dtype.name], rtol=0)
    assert not np.array_equal(quick["W1"], params["W1"])


def test_correct_counts_the_largest_scores(case):
    params, images, labels, _ = case
    x, t = as_the_readable_loop_takes_them(images, labels, params["W1"].dtype)
    expected = round(TwoLayerNet(params).accuracy(x, t) * len(x))
    assert fast.correct(params, x, labels, chunk=7) == expected
    assert 0 < expected < len(x)
