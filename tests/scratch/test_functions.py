import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scratch.functions import (
    binary_cross_entropy_error,
    cross_entropy_error,
    half_squared_error,
    mean_squared_error,
    proportions,
    relu,
    sigmoid,
    softmax,
    softmax_without_maximum,
    step,
)

LOGITS = hnp.arrays(float, (3, 4), elements=st.floats(-30, 30))


def test_sigmoid_of_known_odds():
    a = np.array([0.0, math.log(3), -math.log(3)])
    np.testing.assert_allclose(sigmoid(a), [0.5, 0.75, 0.25], rtol=1e-15)


@given(LOGITS)
def test_sigmoid_is_symmetric(a):
    np.testing.assert_allclose(sigmoid(a) + sigmoid(-a), 1, rtol=1e-14)


def test_softmax_of_known_odds():
    np.testing.assert_allclose(softmax(np.log([1.0, 2, 5])), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)


@given(LOGITS)
def test_softmax_rows_sum_to_one_and_do_not_mind_a_shift(a):
    np.testing.assert_allclose(softmax(a).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(a + 1000), softmax(a), rtol=1e-10)


def test_softmax_treats_every_row_alone():
    batch = np.log(np.array([[1.0, 1], [1, 3]]))
    np.testing.assert_allclose(softmax(batch), [[0.5, 0.5], [0.25, 0.75]], rtol=1e-15)


def test_half_squared_error_by_hand():
    assert half_squared_error(np.array([[1.0, 2], [0, 0]]), np.array([[0.0, 0], [0, 3]])) == 7


def test_cross_entropy_by_hand():
    y = np.array([[0.25, 0.75], [0.5, 0.5]])
    t = np.array([[1, 0], [0, 1]])
    expected = -(math.log(0.25 + 1e-7) + math.log(0.5 + 1e-7)) / 2
    assert cross_entropy_error(y, t) == pytest.approx(expected, rel=1e-15)
    assert cross_entropy_error(y[0], t[0]) == pytest.approx(-math.log(0.25 + 1e-7), rel=1e-15)


def test_cross_entropy_of_a_certain_error_is_finite():
    y, t = np.array([1.0, 0]), np.array([0, 1])
    assert cross_entropy_error(y, t) == pytest.approx(7 * math.log(10))


def test_labels_and_one_hot_rows_give_the_same_cross_entropy():
    y = np.array([[0.25, 0.75], [0.5, 0.5]])
    one_hot = np.array([[1, 0], [0, 1]])
    by_labels = cross_entropy_error(y, np.array([0, 1]))
    assert by_labels == pytest.approx(cross_entropy_error(y, one_hot), rel=1e-15)
    assert cross_entropy_error(y[0], np.array(1)) == pytest.approx(-math.log(0.75 + 1e-7))


def test_step_and_relu_at_and_around_zero():
    a = np.array([-1.0, 0.0, 1e-9, 2.0])
    assert step(a).tolist() == [0, 0, 1, 1]
    assert relu(a).tolist() == [0, 0, 1e-9, 2]


def test_large_scores_overflow_only_without_the_maximum():
    a = np.array([1000.0, 1001.0])
    np.testing.assert_allclose(softmax(a), [1 / (1 + math.e), math.e / (1 + math.e)], rtol=1e-14)
    with np.errstate(all="ignore"):
        assert np.isnan(softmax_without_maximum(a)).all()


def test_softmax_without_maximum_is_the_same_formula():
    odds = np.log(np.array([[1.0, 2, 5], [1, 1, 2]]))
    expected = [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 2 / 4]]
    np.testing.assert_allclose(softmax_without_maximum(odds), expected, rtol=1e-15)


def test_proportions_of_the_source_row_by_row():
    assert proportions(np.array([1.0, 2.0])).tolist() == [1 / 3, 2 / 3]
    assert proportions(np.array([[1.0, 2], [3, 1]])).tolist() == [[1 / 3, 2 / 3], [3 / 4, 1 / 4]]


def test_mean_squared_error_by_hand():
    assert mean_squared_error(np.array([[1.0, 2], [0, 0]]), np.array([[0.0, 0], [0, 3]])) == 14 / 4


def test_binary_cross_entropy_by_hand_and_when_saturated():
    y, t = np.array([[0.25], [0.25]]), np.array([[0.0], [1.0]])
    expected = -(math.log(0.75) + math.log(0.25))
    assert binary_cross_entropy_error(y, t) == pytest.approx(expected, rel=1e-15)
    assert binary_cross_entropy_error(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0
