"""The twin of `scratch.delta_rule`: one sigmoid unit."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params


def DeltaRule(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """One Dense unit without bias and a sigmoid, compiled with ½ Σ (y − t)² and SGD.

    Keras' squared error carries no ½, so the stock loss is given the weight ½.
    """
    model = keras.Sequential(
        [
            keras.Input((len(params["W"]),)),
            keras.layers.Dense(1, use_bias=False, name="a"),
            keras.layers.Activation("sigmoid", name="y"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(),
        loss=keras.losses.MeanSquaredError(reduction="sum"),
        loss_weights=[0.5],
    )
    set_params(model, params)
    return model
