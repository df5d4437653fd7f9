"""The twin of `scratch.sigmoid_mlp`: two sigmoid layers."""

from collections.abc import Mapping

import numpy as np

from keras_ref.layers import BiasUnit
from keras_ref.runtime import keras
from keras_ref.weights import set_params


def SigmoidMLP(
    params: Mapping[str, np.ndarray], bias_unit: bool = False, error: str = "half_squared_error"
) -> keras.Sequential:
    """Two Dense layers, each with a sigmoid, compiled with SGD and the loss called `error`.

    Keras' losses average over the outputs, and its squared error carries no ½. For the losses of
    sources 002 and 003's NumPy part the stock loss is summed over the batch and weighted back:
    outputs / 2 gives ½ Σ (y − t)², outputs gives −Σ [t log y + (1 − t) log(1 − y)].
    """
    layers, losses = keras.layers, keras.losses
    inputs, hidden = params["W1"].shape
    outputs = params["W2"].shape[1]
    loss, weight = {
        "half_squared_error": (losses.MeanSquaredError(reduction="sum"), outputs / 2),
        "mean_squared_error": (losses.MeanSquaredError(), 1.0),
        "binary_cross_entropy_error": (losses.BinaryCrossentropy(reduction="sum"), outputs),
    }[error]
    hidden_layer = [layers.Activation("sigmoid", name="z1")]
    if bias_unit:
        hidden_layer = [layers.Activation("sigmoid", name="sigmoid1"), BiasUnit(name="z1")]
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            layers.Dense(hidden, use_bias="b1" in params, name="a1"),
            *hidden_layer,
            layers.Dense(outputs, use_bias="b2" in params, name="a2"),
            layers.Activation("sigmoid", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=loss, loss_weights=[weight])
    set_params(model, params)
    return model
