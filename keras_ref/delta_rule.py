"""The twin of `scratch.delta_rule`: one sigmoid unit."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params


def DeltaRule(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """One Dense layer without bias and a sigmoid, compiled with ½ Σ (y − t)² and SGD.

    Keras' squared error carries no ½ and averages over the outputs (one, in the sources), so the
    stock loss is given the weight outputs / 2.
    """
    inputs, outputs = params["W"].shape
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(outputs, use_bias=False, name="a"),
            keras.layers.Activation("sigmoid", name="y"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(),
        loss=keras.losses.MeanSquaredError(reduction="sum"),
        loss_weights=[outputs / 2],
    )
    set_params(model, params)
    return model
