import math

import numpy as np
import pytest

from keras_ref import functions
from keras_ref.runtime import use_dtype


@pytest.fixture(autouse=True)
def _double():
    use_dtype("float64")


def test_activations_of_known_values():
    a = np.array([-1.0, 0.0, 2.0])
    assert np.asarray(functions.step(a)).tolist() == [0, 0, 1]
    assert np.asarray(functions.relu(a)).tolist() == [0, 0, 2]
    assert np.asarray(functions.identity(a)).tolist() == a.tolist()
    odds = np.log(np.array([1.0, 2, 5]))
    np.testing.assert_allclose(functions.softmax(odds), [1 / 8, 2 / 8, 5 / 8], rtol=1e-14)
    np.testing.assert_allclose(functions.proportions(a + 2), [1 / 7, 2 / 7, 4 / 7], rtol=1e-14)


def test_losses_by_hand():
    y, t = np.array([[0.25, 0.75], [0.5, 0.5]]), np.array([[1.0, 0], [0, 1]])
    squares = 0.75**2 * 2 + 0.5**2 * 2
    assert float(functions.half_squared_error(y, t)) == pytest.approx(squares / 2)
    assert float(functions.mean_squared_error(y, t)) == pytest.approx(squares / 4)
    cross_entropy = (math.log(4) + math.log(2)) / 2
    assert float(functions.cross_entropy_error(y, t)) == pytest.approx(cross_entropy)
    assert float(functions.cross_entropy_error(y, np.array([0, 1]))) == pytest.approx(cross_entropy)
    binary = 2 * math.log(4) + 2 * math.log(2)
    assert float(functions.binary_cross_entropy_error(y, t)) == pytest.approx(binary, rel=1e-6)
