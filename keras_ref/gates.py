"""The twins of `scratch.gates`: Dense layers with a step activation."""

import numpy as np

from keras_ref.functions import step
from keras_ref.runtime import keras

PERCEPTRONS = {
    "AND": ((0.5, 0.5), -0.7),
    "OR": ((0.5, 0.5), -0.3),
    "NAND": ((-0.5, -0.5), 0.7),
}
"""Weights and bias; the bias is −θ. NAND answers 1 up to θ and AND 0: all signs exchanged.

NAND needs no care at the threshold itself: no pair of inputs gives exactly 0.7."""


def perceptrons(*gates: str) -> keras.Sequential:
    """One Dense layer, a unit per gate, with the step activation."""
    layer = keras.layers.Dense(len(gates), activation=step)
    model = keras.Sequential([keras.Input((2,)), layer])
    weights, biases = zip(*(PERCEPTRONS[gate] for gate in gates), strict=True)
    layer.set_weights([np.array(weights).T, np.array(biases)])
    return model


def _answers(model: keras.Sequential, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    inputs = np.stack([np.ravel(x1), np.ravel(x2)], axis=1)
    return np.reshape(model(inputs), np.shape(x1)).astype(int)


def AND(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """One unit."""
    return _answers(perceptrons("AND"), x1, x2)


def OR(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """One unit."""
    return _answers(perceptrons("OR"), x1, x2)


def NAND(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """One unit."""
    return _answers(perceptrons("NAND"), x1, x2)


def XOR(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """A two-layer Sequential: OR and NAND in the hidden layer, AND of them behind."""
    model = keras.Sequential([perceptrons("OR", "NAND"), perceptrons("AND")])
    return _answers(model, x1, x2)


def of_lines(
    x1: np.ndarray, x2: np.ndarray, w1: np.ndarray, w2: np.ndarray, theta: np.ndarray
) -> np.ndarray:
    """One Dense layer, a unit per line: answers of shape (lines, inputs)."""
    layer = keras.layers.Dense(len(theta), activation=step)
    layer.build((None, 2))
    layer.set_weights([np.stack([w1, w2]), -theta])
    return np.asarray(layer(np.stack([x1, x2], axis=1).astype(float))).T.astype(int)
