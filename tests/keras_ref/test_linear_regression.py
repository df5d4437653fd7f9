import numpy as np
import pytest

from keras_ref.gradients import loss_and_gradient
from keras_ref.linear_regression import LinearRegression, least_squares
from keras_ref.runtime import use_dtype


def test_loss_and_gradient_by_hand():
    """y = 2·3 + 1 = 7, target 5: loss 4, dW = 2·2·3, db = 2·2."""
    use_dtype("float64")
    net = LinearRegression({"W": np.array([[2.0]]), "b": np.array([1.0])})
    loss, gradient = loss_and_gradient(net, np.array([[3.0]]), np.array([[5.0]]))
    assert loss == pytest.approx(4)
    assert gradient["W"].item() == pytest.approx(12)
    assert gradient["b"].item() == pytest.approx(4)


def test_least_squares_of_a_line():
    x = np.array([[0.0], [1], [2]])
    np.testing.assert_allclose(least_squares(x, 3 * x - 2), [3, -2], rtol=1e-12)
