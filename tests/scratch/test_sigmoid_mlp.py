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
        np.testing.assert_allclose(backprop[name], expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    "error", ["half_squared_error", "mean_squared_error", "binary_cross_entropy_error"]
)
def test_every_loss_with_biases_agrees_with_differences(error, rng, batch):
    biases = {"b1": rng.normal(size=6), "b2": rng.normal(size=2)}
    net = SigmoidMLP(params(rng) | biases, error=error)
    backprop, differences = net.gradient(*batch), net.numerical_gradient(*batch)
    for name, expected in differences.items():
        np.testing.assert_allclose(backprop[name], expected, rtol=0, atol=1e-7)


def test_bias_unit_is_one_and_its_incoming_weights_never_move(rng, batch):
    net = SigmoidMLP(params(rng), bias_unit=True)
    np.testing.assert_array_equal(net.forward(batch[0])["z1"][:, -1], 1)
    backprop, differences = net.gradient(*batch), net.numerical_gradient(*batch)
    np.testing.assert_array_equal(backprop["W1"][:, -1], 0)
    for name, expected in differences.items():
        np.testing.assert_allclose(backprop[name], expected, rtol=0, atol=1e-8)


def test_forward_by_hand():
    """Two units that see 0: z1 = ½; a2 = ½ · 2 + ½ · 2 = 2."""
    net = SigmoidMLP({"W1": np.zeros((1, 2)), "W2": np.array([[2.0], [2.0]])})
    activations = net.forward(np.array([[5.0]]))
    assert activations["a2"][0, 0] == 2
    assert activations["y"][0, 0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert list(activations) == ["a1", "z1", "a2", "y"]


def test_nets_in_a_stack_are_the_nets_alone(rng):
    """Mean squared error, where samples and outputs differ in number."""
    x, t = rng.normal(size=(7, 3)), rng.random((7, 2))
    nets = [
        {
            "W1": rng.normal(size=(3, 4)),
            "b1": rng.normal(size=4),
            "W2": rng.normal(size=(4, 2)),
            "b2": rng.normal(size=2),
        }
        for _ in range(3)
    ]
    stack = {name: np.stack([net[name] for net in nets]) for name in nets[0]}
    stack |= {name: stack[name][:, np.newaxis] for name in ("b1", "b2")}
    together = SigmoidMLP(stack, error="mean_squared_error").gradient(x, t)
    for index, net in enumerate(nets):
        alone = SigmoidMLP(net, error="mean_squared_error").gradient(x, t)
        for name, gradient in alone.items():
            found = together[name][index].reshape(gradient.shape)
            np.testing.assert_allclose(found, gradient, rtol=1e-12)
