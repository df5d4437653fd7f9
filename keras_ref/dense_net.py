"""The twin of any dense net: its layers, activations, loss and L2 term chosen by name."""

from collections.abc import Mapping

import numpy as np

from keras_ref.layers import BiasUnit
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

STEPS = {"step": (0.0, False), "step from 0": (0.0, True), "sign": (-1.0, False),
         "sign from 0": (-1.0, True)}  # fmt: skip
"""The lower of a perceptron's two outputs (the upper one is 1), and whether 0 gives the upper."""


class PerceptronCriterion(keras.losses.Loss):
    """Σ (y − t) a over a sample's net inputs a, the output y = step(a) taken as a constant.

    Args:
        output: a key of `STEPS`.
        reduction: of the batch, as Keras calls it.
    """

    def __init__(self, output: str, reduction: str = "sum_over_batch_size") -> None:
        super().__init__(reduction=reduction)
        self._lower, self._from_zero = STEPS[output]

    def call(self, t: keras.KerasTensor, a: keras.KerasTensor) -> keras.KerasTensor:
        """The criterion of every sample, as a mean over its outputs."""
        upper = keras.ops.cast(a >= 0 if self._from_zero else a > 0, a.dtype)
        y = upper + self._lower * (1 - upper)
        return keras.ops.mean(keras.ops.stop_gradient(y - t) * a, axis=-1)


def DenseNet(
    params: Mapping[str, np.ndarray],
    hidden: str,
    output: str,
    loss: str,
    reduction: str,
    l2: float = 0.0,
    bias_unit: bool = False,
) -> keras.Sequential:
    """Dense layers, each with an activation, compiled with a loss and SGD.

    Keras' own L2 and LeakyReLU hold their numbers in float32; here they are functions.

    Args:
        params: W1, W2, … of shape (inputs, units), and b1, b2, … of those layers that have one.
        hidden: "sigmoid", "tanh", "relu", "leaky relu" (slope 0.01; another one stands behind it,
            as "leaky relu 0.2") or "identity".
        output: "softmax", "sigmoid", "tanh" or "identity"; of `STEPS`, whose model gives the net
            inputs.
        loss: a key of `LOSSES`, summed over the outputs of a sample; "perceptron criterion" with
            an output of `STEPS`.
        reduction: "sum" over the batch, its "mean", or the "mean of all" numbers.
        l2: λ of ½ λ Σ W², which is added to the loss; Keras' `l2` has no ½.
        bias_unit: whether the last unit of every hidden layer is overwritten by 1.
    """
    weights = [values for name, values in params.items() if name.startswith("W")]
    regularizer = (lambda w: l2 / 2 * keras.ops.sum(w * w)) if l2 else None
    stack = [keras.Input((weights[0].shape[0],))]
    for number, values in enumerate(weights, 1):
        is_last = number == len(weights)
        dense = keras.layers.Dense(
            values.shape[1],
            use_bias=f"b{number}" in params,
            kernel_regularizer=regularizer,
            name=f"a{number}",
        )
        stack += [dense, _activation(output, "y") if is_last else _activation(hidden, f"z{number}")]
        if bias_unit and not is_last:
            stack.append(BiasUnit(name=f"unit{number}"))
    model, outputs = keras.Sequential(stack), weights[-1].shape[1]
    per_sample = 1.0 if loss == "cross-entropy" else float(outputs)
    factor = per_sample * (0.5 if loss.startswith("half") else 1.0)
    factor /= outputs if reduction == "mean of all" else 1
    over_batch = "sum" if reduction == "sum" else "sum_over_batch_size"
    if output in STEPS:
        criterion = PerceptronCriterion(output, over_batch)
    else:
        criterion = getattr(keras.losses, LOSSES[loss])(reduction=over_batch)
    model.compile(optimizer=keras.optimizers.SGD(), loss=criterion, loss_weights=[factor])
    set_params(model, params)
    return model


def _activation(kind: str, name: str) -> keras.layers.Layer:
    if kind.startswith("leaky relu"):
        leak = float(kind.removeprefix("leaky relu") or 0.01)
        return keras.layers.Activation(lambda a: keras.ops.maximum(a, leak * a), name=name)
    linear = kind == "identity" or kind in STEPS
    return keras.layers.Activation("linear" if linear else kind, name=name)
