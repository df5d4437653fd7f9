import numpy as np

from keras_ref.gradients import loss_and_gradient
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
            gradient[name][index], (losses[0] - losses[1]) / (2 * h), atol=1e-9
        )
