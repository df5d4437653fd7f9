"""The twin of `scratch.two_layer_net`: the MNIST classifier."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params


def TwoLayerNet(params: Mapping[str, np.ndarray], hidden: str = "sigmoid") -> keras.Sequential:
    """Dense, sigmoid, Dense, softmax, compiled with categorical cross-entropy and SGD.

    With `hidden` "relu" it is the twin of the net that the book goes on to in its fifth chapter.

    Behind a softmax layer Keras computes its loss from the logits: no ε, and no clipping.
    """
    inputs, units = params["W1"].shape
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, name="a1"),
            keras.layers.Activation(hidden, name="z1"),
            keras.layers.Dense(params["W2"].shape[1], name="a2"),
            keras.layers.Activation("softmax", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.CategoricalCrossentropy())
    set_params(model, params)
    return model
