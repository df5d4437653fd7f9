"""The layer that an oddity of the sources needs, and the walk through a model's layers."""

import numpy as np

from keras_ref.runtime import keras


class BiasUnit(keras.layers.Layer):
    """Overwrites the last unit by 1, as source 003 does: (B, n) → (B, n)."""

    def call(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Replace the last column by ones; no gradient flows through it."""
        return keras.ops.concatenate([z[:, :-1], keras.ops.ones_like(z[:, -1:])], axis=1)


CHUNK = 10_000
"""Samples per pass: what a convolution makes of all images of MNIST takes some GB."""


def forward(model: keras.Sequential, x: np.ndarray) -> dict[str, np.ndarray]:
    """Every layer's output by the layer's name, in order: the twin of a scratch `forward`.

    The pass is one of training. Images are given as in the book, the channels first.
    """
    activations = {}
    for layer in model.layers:
        x = layer(x, training=True)
        output = keras.ops.convert_to_numpy(x)
        activations[layer.name] = output.transpose(0, 3, 1, 2) if output.ndim == 4 else output
    return activations


def accuracy(model: keras.Sequential, x: np.ndarray, t: np.ndarray) -> float:
    """Keras' own metric: categorical accuracy of one-hot targets, binary of a single output.

    Counted in float64, in which a share of whole samples is exact.
    """
    new = keras.metrics.BinaryAccuracy if t.shape[1] == 1 else keras.metrics.CategoricalAccuracy
    metric = new(dtype="float64")
    for first in range(0, len(x), CHUNK):
        part = slice(first, first + CHUNK)
        metric.update_state(t[part], model(x[part]))
    return float(metric.result())
