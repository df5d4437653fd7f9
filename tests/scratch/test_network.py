import numpy as np
import pytest

from scratch.network import Network


class Doubling(Network):
    """y = w x, its loss the sum of y − t: by hand ∂L/∂w = Σ x."""

    error = staticmethod(lambda y, t: float(np.sum(y - t)))

    def forward(self, x):
        return {"y": x * self.params["w"]}

    def backward(self, x, activations, t):
        return {"w": np.array([x.sum()])}


@pytest.fixture
def net():
    return Doubling({"w": np.array([2.0])})


X, T = np.array([[1.0], [-3.0]]), np.array([[0.0], [1.0]])


def test_predict_loss_and_both_gradients(net):
    np.testing.assert_array_equal(net.predict(X), [[2], [-6]])
    assert net.loss(X, T) == -5
    assert net.gradient(X, T)["w"] == -2
    np.testing.assert_allclose(net.numerical_gradient(X, T)["w"], -2, rtol=1e-10)
    assert net.params["w"] == 2


def test_one_output_is_decided_against_a_half_and_many_by_the_largest(net):
    assert net.accuracy(np.array([[1.0], [0.1], [0.3], [1]]), np.array([[1], [0], [0], [0]])) == 0.5
    many = np.array([[1.0, 2, 3], [5, 1, 1]])
    assert net.accuracy(many, np.array([[0, 0, 1], [0, 1, 0]])) == 0.5
