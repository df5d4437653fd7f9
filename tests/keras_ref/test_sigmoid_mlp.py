import pytest

from keras_ref.gradients import loss_and_gradient
from keras_ref.layers import forward
from keras_ref.runtime import use_dtype
from keras_ref.sigmoid_mlp import SigmoidMLP


@pytest.mark.parametrize("bias_unit", [False, True])
def test_loss_is_half_the_summed_square_over_all_outputs_and_samples(bias_unit, rng):
    use_dtype("float64")
    params = {"W1": rng.normal(size=(3, 6)), "W2": rng.normal(size=(6, 2))}
    model = SigmoidMLP(params, bias_unit=bias_unit)
    x, t = rng.normal(size=(4, 3)), rng.uniform(size=(4, 2))
    y = forward(model, x)["y"]
    loss, gradient = loss_and_gradient(model, x, t)
    assert loss == pytest.approx(sum((y - t).ravel() ** 2) / 2, rel=1e-13)
    assert bool((gradient["W1"][:, -1] == 0).all()) is bias_unit
