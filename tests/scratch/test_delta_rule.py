import math

import numpy as np
import pytest

from scratch.delta_rule import DeltaRule


def test_gradient_is_minus_delta_times_x():
    """By hand: v = 0.5·1 − 0.25·0 + 0.1·1 = 0.6, δ = y (1 − y) (d − y), ∂E/∂W = −δ x."""
    unit = DeltaRule({"W": np.array([[0.5], [-0.25], [0.1]])})
    x, d = np.array([[1.0, 0, 1]]), np.array([[0.0]])
    y = 1 / (1 + math.exp(-0.6))
    delta = y * (1 - y) * (0 - y)
    assert unit.predict(x)[0, 0] == pytest.approx(y, rel=1e-15)
    assert unit.loss(x, d) == pytest.approx(y**2 / 2, rel=1e-15)
    np.testing.assert_allclose(unit.gradient(x, d)["W"], [[-delta], [0], [-delta]], rtol=1e-14)


def test_gradient_agrees_with_differences(rng):
    unit = DeltaRule({"W": rng.normal(size=(3, 1))})
    x, d = rng.normal(size=(4, 3)), rng.integers(2, size=(4, 1)).astype(float)
    np.testing.assert_allclose(
        unit.gradient(x, d)["W"], unit.numerical_gradient(x, d)["W"], rtol=0, atol=1e-8
    )


def test_accuracy_counts_outputs_on_the_right_side():
    unit = DeltaRule({"W": np.array([[1.0]])})
    assert unit.accuracy(np.array([[2.0], [-2], [1], [3]]), np.array([[1], [0], [0], [1]])) == 0.75
