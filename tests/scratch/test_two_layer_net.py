import numpy as np
import pytest

from scratch.functions import EPSILON
from scratch.gradients import numerical_gradient
from scratch.two_layer_net import TwoLayerNet, structured_numerical_gradient


def test_gradient_agrees_with_differences(probe):
    """The differentiated loss contains ε, the backprop formula does not: y_t / (y_t + ε) apart."""
    params, x, t = probe
    net = TwoLayerNet(params)
    smallest = net.predict(x)[t == 1].min()
    backprop, differences = net.gradient(x, t), net.numerical_gradient(x, t)
    for name, expected in differences.items():
        # ε's share of a gradient is at most ε / y_t; h² M₃ / 6 with h = 1e-4 stays below 1e-8.
        allowed = EPSILON / smallest * np.abs(expected).max() + 1e-8
        np.testing.assert_allclose(backprop[name], expected, rtol=0, atol=allowed)


def test_output_deltas_of_every_sample_sum_to_zero(probe):
    params, x, t = probe
    assert np.abs(TwoLayerNet(params).gradient(x, t)["b2"].sum()) < 1e-16


def test_duplicating_the_batch_changes_nothing(probe):
    params, x, t = probe
    net = TwoLayerNet(params)
    once, twice = net.gradient(x, t), net.gradient(np.tile(x, (2, 1)), np.tile(t, (2, 1)))
    for name in once:
        np.testing.assert_allclose(twice[name], once[name], rtol=0, atol=1e-15)


def test_a_constant_input_has_the_gradient_of_the_bias(probe):
    params, x, t = probe
    x[:, 3] = 1
    gradient = TwoLayerNet(params).gradient(x, t)
    np.testing.assert_allclose(gradient["W1"][3], gradient["b1"], rtol=1e-12)


def test_loss_of_a_net_that_knows_nothing_is_log_of_the_classes(probe):
    params, x, t = probe
    zeros = {name: np.zeros_like(values) for name, values in params.items()}
    assert TwoLayerNet(zeros).loss(x, t) == pytest.approx(np.log(5), abs=1e-6)


def test_accuracy_counts_the_most_probable_class():
    net = TwoLayerNet({"W1": np.eye(3), "b1": np.zeros(3), "W2": np.eye(3), "b2": np.zeros(3)})
    x = np.array([[9.0, 0, 0], [0, 9, 0], [0, 0, 9], [9, 0, 0]])
    assert net.accuracy(x, np.eye(3)[[0, 1, 2, 1]]) == 0.75


@pytest.mark.parametrize(("h", "weights"), [(1e-4, 1), (0.01, 3), (2.0, 1), (5.0, 40)])
def test_structured_differences_are_the_plain_ones(h, weights, probe):
    """The same quotients; the plain way loses u·L/h by cancellation. Dark pixels included.

    A large step or weight moves an output so far that no series is short.
    """
    params, x, t = probe
    x[:, ::3] = 0
    params["W2"] *= weights
    net = TwoLayerNet(params)
    structured = structured_numerical_gradient(net, x, t, h)
    for name, values in net.params.items():
        expected = numerical_gradient(lambda _: net.loss(x, t), values, h)
        cancellation = 20 * 2.0**-53 * max(net.loss(x, t), 1) / h
        np.testing.assert_allclose(structured[name], expected, rtol=1e-13, atol=cancellation)
