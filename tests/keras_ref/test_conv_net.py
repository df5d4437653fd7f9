"""The convolutional twin, which has its filters, its images and its rows in another order."""

import numpy as np

from experiments.data.probe import probe_of_images
from keras_ref.conv_net import ConvNet
from keras_ref.gradients import loss_and_gradient
from keras_ref.layers import forward
from keras_ref.runtime import use_dtype
from keras_ref.weights import get_params
from scratch import conv_net


def test_weights_layers_and_gradients_come_in_the_books_order():
    use_dtype("float64")
    params, data = probe_of_images("float64")
    model, net = ConvNet(params), conv_net.ConvNet(params)
    for name, values in get_params(model).items():
        np.testing.assert_array_equal(values, params[name])
    layers = forward(model, data.x)
    for name, values in net.forward(data.x).items():
        np.testing.assert_allclose(layers[name], values, rtol=1e-12, atol=1e-14)
    _, gradient = loss_and_gradient(model, data.x, data.t)
    for name, values in net.gradient(data.x, data.t).items():
        np.testing.assert_allclose(gradient[name], values, rtol=1e-10, atol=1e-14)
