import numpy as np

from scratch.linear_regression import LinearRegression, least_squares
from scratch.train import train


def test_gradient_agrees_with_differences(rng):
    net = LinearRegression({"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2)})
    x, t = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    for name, expected in net.numerical_gradient(x, t).items():
        np.testing.assert_allclose(net.gradient(x, t)[name], expected, rtol=0, atol=1e-8)


def test_descent_arrives_at_the_closed_form(rng):
    x = rng.normal(size=(20, 1))
    t = 3 * x - 2
    net = LinearRegression({"W": np.zeros((1, 1)), "b": np.zeros(1)})
    train(net, x, t, np.tile(np.arange(20), (2000, 1)), 0.1)
    np.testing.assert_allclose(least_squares(x, t), [3, -2], rtol=1e-13)
    np.testing.assert_allclose([net.params["W"][0, 0], net.params["b"][0]], [3, -2], rtol=1e-12)
