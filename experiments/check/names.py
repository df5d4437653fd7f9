"""By which names the book's readers call what is checked."""

import difflib
from collections.abc import Mapping

from experiments.check.source import Source

FUNCTIONS = {
    "step_function": "step",
    "step": "step",
    "sigmoid": "sigmoid",
    "relu": "relu",
    "identity_function": "identity",
    "sigmoid_grad": "sigmoid_grad",
    "sigmoid_derivative": "sigmoid_grad",
    "relu_grad": "relu_grad",
    "softmax": "softmax",
    "mean_squared_error": "half_squared_error",
    "sum_squared_error": "half_squared_error",
    "sum_squares_error": "half_squared_error",
    "cross_entropy_error": "cross_entropy_error",
    "numerical_gradient": "numerical_gradient",
    "numerical_diff": "numerical_diff",
    "gradient_descent": "gradient_descent",
    "AND": "AND",
    "OR": "OR",
    "NAND": "NAND",
    "XOR": "XOR",
    "calc_output": "unit_output",
    "calc_error": "delta",
    "calc_delta": "delta",
    "calcDelta_ce": "cross_entropy_delta",
    "calc_delta_ce": "cross_entropy_delta",
    "calc_delta1": "hidden_delta",
    "calcDelta1_ce": "hidden_delta",
    "delta_GD": "delta_GD",
    "backprop_XOR": "backprop_XOR",
    "BackpropCE": "BackpropCE",
    "train": "train",
    "train_net": "train",
    "train_network": "train",
    "training": "train",
    "Relu": "Relu",
    "ReLU": "Relu",
    "Sigmoid": "Sigmoid",
    "Affine": "Affine",
    "SoftmaxWithLoss": "SoftmaxWithLoss",
    "MulLayer": "MulLayer",
    "AddLayer": "AddLayer",
}
"""Our name of every function and layer that can be checked, by the book's."""


def with_others(others: Mapping[str, str]) -> dict[str, str]:
    """Our name of everything that can be checked, by the book's name or another (`--map`).

    Args:
        others: the book's name by a name of the file.
    """
    return FUNCTIONS | {theirs: FUNCTIONS[book] for theirs, book in others.items()}


def nearly_known(source: Source) -> dict[str, str]:
    """Functions whose names are nearly the book's: the book's name by theirs."""
    found = {}
    for name in source.defined:
        near = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=0.85)
        if "." not in name and name not in FUNCTIONS and near and near[0] not in source.defined:
            found[name] = near[0]
    return found


def classes_of(source: Source) -> list[str]:
    """The classes of a file; which of them are nets is seen when they are loaded."""
    return [
        name
        for name in source.defined
        if "." not in name and any(other.startswith(f"{name}.") for other in source.defined)
    ]
