import numpy as np
import pytest

from keras_ref.dense_net import DenseNet
from keras_ref.gradients import loss_and_gradient
from keras_ref.runtime import use_dtype


@pytest.mark.parametrize(
    ("loss", "reduction", "expected"),
    [
        ("half squared error", "sum", 0.5 * (0.25 + 1 + 0 + 4)),
        ("squared error", "mean", (0.25 + 1 + 0 + 4) / 2),
        ("absolute error", "mean of all", (0.5 + 1 + 0 + 2) / 4),
    ],
)
def test_losses_by_hand(loss, reduction, expected):
    use_dtype("float64")
    params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}
    net = DenseNet(params, "identity", "identity", loss, reduction, l2=0.1)
    x, t = np.array([[1.5, 1.0], [0.0, 2.0]]), np.array([[1.0, 2.0], [0.0, 0.0]])
    found, _ = loss_and_gradient(net, x, t)
    assert found == pytest.approx(expected + 0.05 * 4, rel=1e-15)


def test_a_leaky_relu_lets_a_hundredth_through():
    use_dtype("float64")
    params = {"W1": np.eye(2), "b1": np.zeros(2), "W2": np.eye(2), "b2": np.zeros(2)}
    net = DenseNet(params, "leaky relu", "identity", "squared error", "sum")
    assert net(np.array([[-3.0, 2.0]])).numpy().tolist() == [[-0.03, 2.0]]
