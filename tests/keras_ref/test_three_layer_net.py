from itertools import pairwise

import numpy as np

from keras_ref.runtime import use_dtype
from keras_ref.three_layer_net import ThreeLayerNet, predict_in_batches, predict_one_by_one


def test_one_by_one_and_in_batches_give_the_same(rng):
    use_dtype("float64")
    sizes = (6, 5, 4, 3)
    params = {}
    for layer, (inputs, units) in enumerate(pairwise(sizes), start=1):
        params[f"W{layer}"] = rng.normal(size=(inputs, units))
        params[f"b{layer}"] = rng.normal(size=units)
    net, x = ThreeLayerNet(params), rng.normal(size=(11, 6))
    single = predict_one_by_one(net, x)
    np.testing.assert_allclose(single, predict_in_batches(net, x, 4), rtol=1e-13)
    np.testing.assert_allclose(single.sum(axis=1), 1, rtol=1e-14)
