"""By hand: an image of 3 × 3 pixels, 1 to 9, and windows of 2 × 2."""

import numpy as np
import pytest

from scratch.convolution import (
    columns,
    convolution_gradients,
    convolve,
    images,
    output_size,
    pool,
    pool_gradient,
)

IMAGE = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)


def test_how_many_windows_fit():
    assert output_size(28, 5) == 24
    assert output_size(24, 2, stride=2) == 12
    assert output_size(7, 3, stride=2, pad=1) == 4
    with pytest.raises(ValueError, match="does not fit"):
        output_size(2, 5)


def test_every_window_is_a_row():
    rows = [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
    np.testing.assert_array_equal(columns(IMAGE, 2, 2), rows)
    padded = columns(IMAGE, 2, 2, stride=2, pad=1)
    np.testing.assert_array_equal(padded, [[0, 0, 0, 1], [0, 0, 2, 3], [0, 4, 0, 7], [5, 6, 8, 9]])


def test_their_sum_counts_how_many_windows_a_pixel_is_in():
    counts = images(np.ones((4, 4)), (1, 1, 3, 3), 2, 2)
    np.testing.assert_array_equal(counts, [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]])


def test_a_filter_is_laid_on_as_it_is():
    w = np.array([[[[1.0, 0.0], [0.0, 10.0]]]])
    answers = [[51 + 0.5, 62.5], [84.5, 95.5]]
    np.testing.assert_array_equal(convolve(IMAGE, w, np.array([0.5])), [[answers]])


def test_its_gradients_are_central_differences(rng):
    """A convolution is linear in each of its arguments: differences of any step are exact."""
    x, w, b = rng.normal(size=(2, 2, 4, 5)), rng.normal(size=(3, 2, 2, 3)), rng.normal(size=3)
    dout = rng.normal(size=convolve(x, w, b, 2, 1).shape)
    found = convolution_gradients(x, w, dout, 2, 1)
    for array, gradient in zip((x, w, b), found, strict=True):
        for at in [(0,) * array.ndim, (-1,) * array.ndim]:
            kept, ends = array[at], []
            for step in (1.0, -1.0):
                array[at] = kept + step
                ends.append((convolve(x, w, b, 2, 1) * dout).sum())
            array[at] = kept
            assert gradient[at] == pytest.approx((ends[0] - ends[1]) / 2, rel=1e-12)


def test_pooling_takes_the_largest_and_hands_its_gradient_back():
    np.testing.assert_array_equal(pool(IMAGE, 2, 2, 1), [[[[5, 6], [8, 9]]]])
    dout = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    back = pool_gradient(IMAGE, dout, 2, 2, 1)
    np.testing.assert_array_equal(back, [[[[0, 0, 0], [0, 1, 2], [0, 3, 4]]]])
