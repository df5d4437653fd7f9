"""The twin of `scratch.three_layer_net`."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras, tf
from keras_ref.weights import set_params


def ThreeLayerNet(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """Dense and sigmoid twice, Dense and softmax; categorical cross-entropy and SGD."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((len(params["W1"]),)),
            layers.Dense(params["W1"].shape[1], name="a1"),
            layers.Activation("sigmoid", name="z1"),
            layers.Dense(params["W2"].shape[1], name="a2"),
            layers.Activation("sigmoid", name="z2"),
            layers.Dense(params["W3"].shape[1], name="a3"),
            layers.Activation("softmax", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.CategoricalCrossentropy())
    set_params(model, params)
    return model


def predict_one_by_one(net: keras.Sequential, x: np.ndarray) -> np.ndarray:
    """Probabilities of every sample, each in a (compiled) pass of its own."""
    predict = tf.function(net)
    return np.concatenate([predict(sample[np.newaxis]).numpy() for sample in x])


def predict_in_batches(net: keras.Sequential, x: np.ndarray, batch_size: int) -> np.ndarray:
    """The same in batches."""
    predict = tf.function(net)
    return np.concatenate(
        [predict(x[i : i + batch_size]).numpy() for i in range(0, len(x), batch_size)]
    )
