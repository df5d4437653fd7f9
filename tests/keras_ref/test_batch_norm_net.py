"""The normalising twin: its weights, a pass of training, and one that does not learn."""

import numpy as np

from experiments.data.probe import probe_like
from keras_ref.batch_norm_net import BatchNormNet
from keras_ref.gradients import loss_and_gradient
from keras_ref.layers import forward
from keras_ref.runtime import use_dtype
from keras_ref.weights import get_params, set_params
from scratch import batch_norm_net

SHAPES = {
    "W1": (12, 9),
    **dict.fromkeys(("gamma1", "beta1", "mean1", "var1"), (9,)),
    "W2": (9, 5),
    "b2": (5,),
}


def test_it_computes_the_same_with_the_same_weights():
    use_dtype("float64")
    params, data = probe_like(SHAPES, "float64")
    model, net = BatchNormNet(params), batch_norm_net.BatchNormNet(dict(params))
    assert {name: v.shape for name, v in get_params(model).items()} == SHAPES
    np.testing.assert_allclose(model(data.x).numpy(), net.predict(data.x), rtol=1e-12)
    layers = forward(model, data.x)
    for name, values in net.forward(data.x).items():
        np.testing.assert_allclose(layers[name], values, rtol=1e-10, atol=1e-13)
    for name in ("mean1", "var1"):
        np.testing.assert_allclose(get_params(model)[name], net.params[name], rtol=1e-13)
    set_params(model, params)
    _, gradient = loss_and_gradient(model, data.x, data.t)
    for name, values in net.gradient(data.x, data.t).items():
        np.testing.assert_allclose(gradient[name], values, rtol=1e-9, atol=1e-14)
