import numpy as np

from scratch.gradients import numerical_gradient


def test_central_differences_of_a_quadratic_form(rng):
    """d/dX tr(XᵀAX) = (A + Aᵀ)X, and central differences are exact on quadratics."""
    a, x = rng.normal(size=(3, 3)), rng.normal(size=(3, 2))
    gradient = numerical_gradient(lambda x: np.trace(x.T @ a @ x), x)
    np.testing.assert_allclose(gradient, (a + a.T) @ x, atol=1e-10)


def test_only_where_asked_and_x_is_left_as_it_was(rng):
    x = rng.normal(size=(2, 3))
    before = x.copy()
    gradient = numerical_gradient(lambda x: np.sum(x**2), x, at=[(0, 1)])
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(gradient, [[0, 2 * x[0, 1], 0], [0, 0, 0]], atol=1e-10)
