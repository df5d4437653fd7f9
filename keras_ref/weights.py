"""The only place that maps named arrays to Keras variables and back.

The layer that gives a1 holds W1 (its kernel) and b1 (its bias); the layer that gives a holds W; a
normalisation that gives n1 holds gamma1, beta1 and its running mean1 and var1.
Filters are (FN, C, FH, FW) in the book and (FH, FW, C, FN) in Keras.
"""

from collections.abc import Mapping

import numpy as np

from keras_ref.runtime import keras


def variables(model: keras.Sequential) -> dict[str, keras.Variable]:
    """The variables under the names that the scratch side uses, in the model's order."""
    prefix = {"kernel": "W", "bias": "b", "moving_mean": "mean", "moving_variance": "var"}
    return {
        prefix.get(variable.name, variable.name) + layer.name.lstrip("an"): variable
        for layer in model.layers
        for variable in layer.variables
    }


def trained(model: keras.Sequential) -> dict[str, keras.Variable]:
    """Those of them that a gradient moves."""
    return {name: variable for name, variable in variables(model).items() if variable.trainable}


def as_in_the_book(values: np.ndarray) -> np.ndarray:
    """An array of a variable's shape with its axes in the book's order."""
    return values.transpose(3, 2, 0, 1) if values.ndim == 4 else values


def as_in_keras(values: np.ndarray) -> np.ndarray:
    """The other way round."""
    return values.transpose(2, 3, 1, 0) if values.ndim == 4 else values


def get_params(model: keras.Sequential) -> dict[str, np.ndarray]:
    """Copies of all parameters, by name."""
    return {
        name: as_in_the_book(variable.numpy()).copy() for name, variable in variables(model).items()
    }


def set_params(model: keras.Sequential, params: Mapping[str, np.ndarray]) -> None:
    """Set all parameters.

    Raises:
        ValueError: if the names are not exactly the model's, or a shape does not fit.
    """
    own = variables(model)
    if own.keys() != params.keys():
        raise ValueError(f"the model has {sorted(own)}, the given parameters are {sorted(params)}")
    for name, variable in own.items():
        variable.assign(as_in_keras(params[name]))
