import math

import numpy as np
import pytest

from keras_ref.delta_rule import DeltaRule
from keras_ref.gradients import loss_and_gradient
from keras_ref.runtime import use_dtype


def test_loss_and_gradient_by_hand():
    """v = 0.6, E = ½ y², ∂E/∂W = y · y (1 − y) · x for the target 0."""
    use_dtype("float64")
    model = DeltaRule({"W": np.array([[0.5], [-0.25], [0.1]])})
    loss, gradient = loss_and_gradient(model, np.array([[1.0, 0, 1]]), np.array([[0.0]]))
    y = 1 / (1 + math.exp(-0.6))
    assert loss == pytest.approx(y**2 / 2, rel=1e-14)
    slope = y * y * (1 - y)
    np.testing.assert_allclose(gradient["W"], [[slope], [0], [slope]], rtol=1e-14)
