"""The twin of `scratch.batch_norm_net`: `BatchNormalization` with the book's numbers."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params

EPSILON, KEPT = 1e-7, 0.9


def BatchNormNet(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """Dense, BatchNormalization, sigmoid, Dense, softmax; categorical cross-entropy and SGD.

    Keras' own defaults are a momentum of 0.99 and an ε of 10⁻³.
    """
    inputs, units = params["W1"].shape
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(units, use_bias=False, name="a1"),
            layers.BatchNormalization(momentum=KEPT, epsilon=EPSILON, name="n1"),
            layers.Activation("sigmoid", name="z1"),
            layers.Dense(params["W2"].shape[1], name="a2"),
            layers.Activation("softmax", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.CategoricalCrossentropy())
    set_params(model, params)
    return model
