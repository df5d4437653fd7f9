import numpy as np
import pytest

from scratch.sigmoid_mlp import SigmoidMLP


@pytest.fixture
def batch(rng):
    return rng.normal(size=(7, 3)), rng.uniform(size=(7, 2))


def params(rng):
    return {"W1": rng.normal(size=(3, 6)), "W2": rng.normal(size=(6, 2))}


def test_gradient_agrees_with_differences(rng, batch):
    net = SigmoidMLP(params(rng))
    backprop, differences = net.gradient(*batch), net.numerical_gradient(*batch)
    for name, expected in differences.items():
        np.testing.assert_allclose(backprop[name], expected, atol=1e-8)


def test_bias_unit_is_one_and_its_incoming_weights_never_move(rng, batch):
    net = SigmoidMLP(params(rng), bias_unit=True)
    np.testing.assert_array_equal(net.forward(batch[0])["z1"][:, -1], 1)
    backprop, differences = net.gradient(*batch), net.numerical_gradient(*batch)
    np.testing.assert_array_equal(backprop["W1"][:, -1], 0)
    for name, expected in differences.items():
        np.testing.assert_allclose(backprop[name], expected, atol=1e-8)


def test_forward_by_hand():
    """Two units that see 0: z1 = ½; a2 = ½ · 2 + ½ · 2 = 2."""
    net = SigmoidMLP({"W1": np.zeros((1, 2)), "W2": np.array([[2.0], [2.0]])})
    activations = net.forward(np.array([[5.0]]))
    assert activations["a2"][0, 0] == 2
    assert activations["y"][0, 0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert list(activations) == ["a1", "z1", "a2", "y"]
