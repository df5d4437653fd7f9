"""The twin of `scratch.linear_regression`: one linear unit."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras, tf
from keras_ref.weights import set_params


def LinearRegression(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """One Dense unit, linear, compiled with the mean squared error and SGD."""
    inputs, outputs = params["W"].shape
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(outputs, name="a"),
            keras.layers.Activation("linear", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.MeanSquaredError())
    set_params(model, params)
    return model


def least_squares(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Slope and intercept in closed form, by TensorFlow's solver."""
    design = np.column_stack([x[:, 0], np.ones(len(x), x.dtype)])
    return tf.linalg.lstsq(design, t, fast=False)[:, 0].numpy()
