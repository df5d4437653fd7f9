"""The twins of `scratch.functions`: what Keras itself offers for the same formulas."""

import numpy as np

from keras_ref.runtime import keras

ops = keras.ops


def step(a: np.ndarray) -> np.ndarray:
    """Keras has no step activation: this is `keras.ops.greater`, as numbers."""
    return ops.cast(ops.greater(a, 0), a.dtype)


def sigmoid(a: np.ndarray) -> np.ndarray:
    """`keras.activations.sigmoid`."""
    return keras.activations.sigmoid(a)


def relu(a: np.ndarray) -> np.ndarray:
    """`keras.activations.relu`."""
    return keras.activations.relu(a)


def identity(a: np.ndarray) -> np.ndarray:
    """`keras.activations.linear`."""
    return keras.activations.linear(a)


def softmax(a: np.ndarray) -> np.ndarray:
    """`keras.activations.softmax`, which takes batches only: one sample is made a row."""
    return ops.reshape(keras.activations.softmax(np.atleast_2d(a)), a.shape)


def softmax_without_maximum(a: np.ndarray) -> np.ndarray:
    """The formula in Keras' own operations; Keras' softmax always subtracts the maximum."""
    e = ops.exp(a)
    return e / ops.sum(e, axis=-1, keepdims=True)


def proportions(a: np.ndarray) -> np.ndarray:
    """Sum to one by `keras.ops`."""
    return a / ops.sum(a, axis=-1, keepdims=True)


def half_squared_error(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """`MeanSquaredError` undone: times the number of outputs, times ½."""
    y, t = np.atleast_2d(y), np.atleast_2d(t)
    return keras.losses.MeanSquaredError(reduction="sum")(t, y) * (y.shape[1] / 2)


def mean_squared_error(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """`keras.losses.MeanSquaredError`."""
    return keras.losses.MeanSquaredError()(np.atleast_2d(t), np.atleast_2d(y))


def cross_entropy_error(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """`CategoricalCrossentropy`, or the sparse one for labels.

    Given probabilities they clip them to [1e-7, 1 − 1e-7] instead of adding ε.
    """
    y = np.atleast_2d(y)
    if np.size(t) == y.size:
        return keras.losses.CategoricalCrossentropy()(np.reshape(t, y.shape), y)
    return keras.losses.SparseCategoricalCrossentropy()(np.atleast_1d(t), y)


def binary_cross_entropy_error(y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """`BinaryCrossentropy` undone: times the number of outputs."""
    y, t = np.atleast_2d(y), np.atleast_2d(t)
    return keras.losses.BinaryCrossentropy(reduction="sum")(t, y) * y.shape[1]
