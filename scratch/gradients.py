"""Gradients by differences, which know nothing of backpropagation, and descent (000, 003, 004)."""

from collections.abc import Callable, Iterable

import numpy as np


def numerical_gradient(
    f: Callable[[np.ndarray], float],
    x: np.ndarray,
    h: float = 1e-4,
    at: Iterable[tuple[int, ...]] | None = None,
) -> np.ndarray:
    """Central differences: ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / 2h.

    Each element of `x` is moved in place and put back, so `f` may read `x` from where it lives
    (a net's parameter) and ignore its argument.

    Args:
        f: function of the whole array.
        x: array of any shape, of a floating type.
        h: the step; 1e-4 in the sources.
        at: indices to differentiate at; every index if not given.

    Returns:
        An array shaped like `x`; zero where `at` leaves an index out.
    """
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape) if at is None else at:
        value = x[i]
        x[i] = value + h
        above = f(x)
        x[i] = value - h
        below = f(x)
        x[i] = value
        gradient[i] = (above - below) / (2 * h)
    return gradient


def gradient_descent(
    gradient: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    learning_rate: float = 0.01,
    steps: int = 100,
) -> np.ndarray:
    """Gradient descent, x ← x − η f′(x); `x` itself is left as it was.

    Args:
        gradient: f′, a function of a point.
        x: the starting point, any shape.
        learning_rate: η; 0.01 in sources 000 and 003.
        steps: number of steps; 100 in both.

    Returns:
        All points visited, the start first: shape (steps + 1, *x.shape).
    """
    path = [np.array(x)]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


def parabola(x: np.ndarray) -> np.ndarray:
    """The loss of source 003's lab: y = (x − 3)² + 10, smallest at x = 3, where y = 10."""
    return (x - 3) ** 2 + 10


def parabola_gradient(x: np.ndarray) -> np.ndarray:
    """The slope of source 003's lab: y′ = 2x − 6."""
    return 2 * x - 6


def descend_parabola(x: float, learning_rate: float, steps: int) -> np.ndarray:
    """The points that gradient descent on the parabola visits."""
    return gradient_descent(parabola_gradient, np.array(x), learning_rate, steps)
