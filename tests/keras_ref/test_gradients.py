import numpy as np

from keras_ref.gradients import descend_parabola, loss_and_gradient
from keras_ref.runtime import use_dtype
from keras_ref.two_layer_net import TwoLayerNet
from keras_ref.weights import set_params


def test_autodiff_agrees_with_differences_of_keras_own_loss(probe):
    use_dtype("float64")
    params, x, t = probe
    model = TwoLayerNet(params)
    _, gradient = loss_and_gradient(model, x, t)
    h = 1e-5
    for name, values in params.items():
        index = tuple(size // 2 for size in values.shape)
        losses = []
        for sign in (1, -1):
            moved = {key: array.copy() for key, array in params.items()}
            moved[name][index] += sign * h
            set_params(model, moved)
            losses.append(loss_and_gradient(model, x, t)[0])
        np.testing.assert_allclose(
            gradient[name][index], (losses[0] - losses[1]) / (2 * h), rtol=0, atol=1e-9
        )


def test_sgd_on_the_parabola_is_a_geometric_series():
    use_dtype("float64")
    path = descend_parabola(10.0, 0.01, 20)
    np.testing.assert_allclose(path, 3 + 7 * 0.98 ** np.arange(21), rtol=1e-13)
