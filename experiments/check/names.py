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
    "softmax": "softmax",
    "mean_squared_error": "half_squared_error",
    "sum_squared_error": "half_squared_error",
    "sum_squares_error": "half_squared_error",
    "cross_entropy_error": "cross_entropy_error",
    "numerical_gradient": "numerical_gradient",
    "numerical_diff": "numerical_diff",
    "AND": "AND",
    "OR": "OR",
    "NAND": "NAND",
    "XOR": "XOR",
}
"""Our name of every function that can be checked, by the book's."""


def functions_of(source: Source, others: Mapping[str, str]) -> dict[str, str]:
    """The functions of a file that can be checked, our names by theirs.

    Args:
        source: the file.
        others: the book's name by a name of the file (`--map`).
    """
    known = FUNCTIONS | {theirs: FUNCTIONS[book] for theirs, book in others.items()}
    return {name: known[name] for name in source.defined if name in known}


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
