"""The gradient by differences: the opinion that knows nothing of backpropagation (000, 004)."""

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
