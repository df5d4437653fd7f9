"""How far the two may lie apart is the running bound of the scratch side's own computation."""

import numpy as np
import pytest

from experiments.judge.bounds import Bounded
from keras_ref import convolution as twin
from keras_ref.runtime import use_dtype
from scratch import convolution


def bounded(array):
    return Bounded(array, "float64")


def assert_within_rounding(own, keras):
    """Every number of a bounded computation against Keras'."""
    assert own.shape == keras.shape
    assert (np.abs(own.value - keras) <= own.allowed).all()


CASES = [(3, 2, 1, 0), (3, 3, 2, 1), (2, 3, 2, 0), (1, 1, 1, 0)]


@pytest.fixture
def arrays(rng):
    use_dtype("float64")
    return rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)


@pytest.mark.parametrize(("height", "width", "stride", "pad"), CASES)
def test_windows_and_their_sum(height, width, stride, pad, arrays, rng):
    x = arrays[0]
    found = convolution.columns(x, height, width, stride, pad)
    np.testing.assert_array_equal(found, twin.columns(x, height, width, stride, pad))
    rows = rng.normal(size=found.shape)
    summed = convolution.images(bounded(rows), x.shape, height, width, stride, pad)
    assert_within_rounding(summed, twin.images(rows, x.shape, height, width, stride, pad))


@pytest.mark.parametrize(("stride", "pad"), [(1, 0), (2, 1)])
def test_a_convolution_and_its_gradients(stride, pad, arrays, rng):
    x, w, b = arrays
    output = convolution.convolve(x, w, b, stride, pad)
    dout = rng.normal(size=output.shape)
    by_keras, gradients = twin.convolution(x, w, b, dout, stride, pad)
    assert_within_rounding(convolution.convolve(*map(bounded, (x, w, b)), stride, pad), by_keras)
    own = convolution.convolution_gradients(*map(bounded, (x, w, dout)), stride, pad)
    for one, other in zip(own, gradients, strict=True):
        assert_within_rounding(one, other)


@pytest.mark.parametrize("stride", [1, 2])
def test_pooling_and_its_gradient(stride, arrays, rng):
    x = arrays[0]
    output = convolution.pool(x, 2, 2, stride)
    dout = rng.normal(size=output.shape)
    by_keras, dx = twin.pooling(x, dout, 2, 2, stride)
    np.testing.assert_array_equal(output, by_keras)
    assert_within_rounding(convolution.pool_gradient(x, bounded(dout), 2, 2, stride), dx)
