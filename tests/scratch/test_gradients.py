import numpy as np
import pytest

from scratch.gradients import (
    descend_parabola,
    gradient_descent,
    numerical_gradient,
    parabola,
)


def test_central_differences_of_a_quadratic_form(rng):
    """d/dX tr(XᵀAX) = (A + Aᵀ)X, and central differences are exact on quadratics."""
    a, x = rng.normal(size=(3, 3)), rng.normal(size=(3, 2))
    gradient = numerical_gradient(lambda x: np.trace(x.T @ a @ x), x)
    np.testing.assert_allclose(gradient, (a + a.T) @ x, rtol=0, atol=1e-10)


def test_only_where_asked_and_x_is_left_as_it_was(rng):
    x = rng.normal(size=(2, 3))
    before = x.copy()
    gradient = numerical_gradient(lambda x: np.sum(x**2), x, at=[(0, 1)])
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(gradient, [[0, 2 * x[0, 1], 0], [0, 0, 0]], rtol=0, atol=1e-10)


def test_descent_on_the_parabola_is_a_geometric_series():
    """Every step multiplies the distance to 3 by 1 − 2η."""
    path = descend_parabola(10.0, 0.01, 100)
    np.testing.assert_allclose(path, 3 + 7 * 0.98 ** np.arange(101), rtol=1e-13)


def test_descent_gives_the_points_and_leaves_its_start_alone():
    start = np.array([[1.0, -2.0], [3.0, 0.5]])
    path = gradient_descent(lambda x: x, start, 0.5, 2)
    np.testing.assert_array_equal(path, [start, start / 2, start / 4])
    assert start[0, 0] == 1


def test_the_parabola_and_where_it_is_smallest():
    assert parabola(np.array([3.0, 10.0, 0.0, 3.5])).tolist() == [10, 59, 19, 10.25]


def test_descent_takes_a_hundred_steps_of_a_hundredth_unless_told_otherwise():
    """x ← x − 0.01 x, a hundred times."""
    path = gradient_descent(lambda x: x, np.array(1.0))
    np.testing.assert_allclose(path, 0.99 ** np.arange(101), rtol=1e-14)


def test_the_step_of_the_differences_is_the_sources():
    """On x³ central differences are off by exactly h²."""
    gradient = numerical_gradient(lambda x: x[0] ** 3, np.array([2.0]))
    assert gradient[0] - 12 == pytest.approx(1e-4**2, rel=1e-2)
