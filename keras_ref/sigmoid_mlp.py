"""The twin of `scratch.sigmoid_mlp`: two sigmoid layers."""

from collections.abc import Mapping

import numpy as np

from keras_ref.layers import BiasUnit
from keras_ref.runtime import keras
from keras_ref.weights import set_params


def SigmoidMLP(params: Mapping[str, np.ndarray], bias_unit: bool = False) -> keras.Sequential:
    """Two Dense layers without biases, each with a sigmoid, compiled with ½ Σ (y − t)² and SGD.

    Keras' squared error averages over the outputs and carries no ½, so the stock loss, summed over
    the batch, is given the weight outputs / 2.
    """
    layers = keras.layers
    inputs, hidden = params["W1"].shape
    outputs = params["W2"].shape[1]
    hidden_layer = [layers.Activation("sigmoid", name="z1")]
    if bias_unit:
        hidden_layer = [layers.Activation("sigmoid", name="sigmoid1"), BiasUnit(name="z1")]
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(hidden, use_bias=False, name="a1"),
            *hidden_layer,
            layers.Dense(outputs, use_bias=False, name="a2"),
            layers.Activation("sigmoid", name="y"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(),
        loss=keras.losses.MeanSquaredError(reduction="sum"),
        loss_weights=[outputs / 2],
    )
    set_params(model, params)
    return model
