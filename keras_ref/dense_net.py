"""The twin of any net of one hidden layer: its activations, loss and L2 term chosen by name."""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params

LOSSES = {
    "cross-entropy": "CategoricalCrossentropy",
    "binary cross-entropy": "BinaryCrossentropy",
    "half squared error": "MeanSquaredError",
    "squared error": "MeanSquaredError",
    "absolute error": "MeanAbsoluteError",
}
"""Keras' classes; all but the first are means over the outputs of a sample."""


def DenseNet(
    params: Mapping[str, np.ndarray],
    hidden: str,
    output: str,
    loss: str,
    reduction: str,
    l2: float = 0.0,
) -> keras.Sequential:
    """Dense, activation, Dense, activation, compiled with a loss and SGD.

    Keras' own L2 and LeakyReLU hold their numbers in float32; here they are functions.

    Args:
        params: W1, b1, W2, b2.
        hidden: "sigmoid", "tanh", "relu", "leaky relu" (slope 0.01) or "identity".
        output: "softmax", "sigmoid" or "identity".
        loss: a key of `LOSSES`, summed over the outputs of a sample.
        reduction: "sum" over the batch, its "mean", or the "mean of all" numbers.
        l2: λ of ½ λ (Σ W1² + Σ W2²), which is added to the loss; Keras' `l2` has no ½.
    """
    inputs, units = params["W1"].shape
    outputs = params["W2"].shape[1]
    regularizer = (lambda w: l2 / 2 * keras.ops.sum(w * w)) if l2 else None
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, kernel_regularizer=regularizer, name="a1"),
            _activation(hidden, "z1"),
            keras.layers.Dense(outputs, kernel_regularizer=regularizer, name="a2"),
            _activation(output, "y"),
        ]
    )
    per_sample = 1.0 if loss == "cross-entropy" else float(outputs)
    factor = per_sample * (0.5 if loss.startswith("half") else 1.0)
    factor /= outputs if reduction == "mean of all" else 1
    over_batch = "sum" if reduction == "sum" else "sum_over_batch_size"
    model.compile(
        optimizer=keras.optimizers.SGD(),
        loss=getattr(keras.losses, LOSSES[loss])(reduction=over_batch),
        loss_weights=[factor],
    )
    set_params(model, params)
    return model


def _activation(kind: str, name: str) -> keras.layers.Layer:
    if kind == "leaky relu":
        return keras.layers.Activation(lambda a: keras.ops.maximum(a, 0.01 * a), name=name)
    return keras.layers.Activation("linear" if kind == "identity" else kind, name=name)
