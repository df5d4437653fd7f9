"""By which names strangers call what is checked."""

import ast
import difflib
import re
from collections.abc import Mapping

from experiments import subjects
from experiments.check.source import Source

Meant = Mapping[str, tuple[str, ...]]
"""Names of the subjects that may be meant, by a name of the file."""


def with_others(others: Mapping[str, str]) -> Meant:
    """Everything that can be checked, by the book's names and others (`--map`).

    Args:
        others: the book's name by a name of the file.
    """
    book = {name: tuple(s.name for s in found) for name, found in subjects.names().items()}
    return book | {theirs: book[name] for theirs, name in others.items()}


SYNONYMS = {
    "sigmoid": ("my_sigmoid", "sigmoid_function", "sigmoid_func"),
    "softmax": (
        *("my_softmax", "softmax_function", "softmax_func", "stable_softmax"),
        *("soft_max", "soft_max_function"),
    ),
    "relu": ("my_relu", "relu_function", "relu_func"),
    "sigmoid_grad": ("sigmoid_prime", "d_sigmoid", "sigmoid_deriv", "dsigmoid"),
    "relu_grad": ("relu_derivative", "relu_prime", "d_relu", "drelu"),
    "cross_entropy_error": ("cross_entropy", "cross_entropy_loss", "crossentropy", "cee"),
    "mean_squared_error": (
        *("mse", "mse_loss", "sse", "squared_error", "mean_square_error", "half_mse"),
        *("quadratic_cost", "quadratic_loss", "squared_loss", "sum_of_squares"),
        *("sum_of_squares_error", "sum_of_squared_error", "sum_squared_error", "sum_squares_error"),
    ),
    "tanh_grad": ("tanh_prime", "d_tanh", "tanh_deriv", "dtanh"),
    "numerical_gradient": (
        *("numerical_grad", "numeric_gradient", "num_gradient", "numerical_derivative"),
    ),
    "and": ("and_gate", "andgate", "gate_and"),
    "or": ("or_gate", "orgate", "gate_or"),
    "nand": ("nand_gate", "nandgate", "not_and", "not_and_gate", "gate_nand"),
    "xor": ("xor_gate", "xorgate", "gate_xor"),
}
"""Other names that are often seen for the book's; capitals do not count."""

LAYERS = {
    "affine": ("affinelayer", "dense", "denselayer", "fc", "fullyconnected", "linearlayer"),
    "sigmoid": ("sigmoidlayer",),
    "relu": ("relulayer",),
    "mullayer": ("mul", "multiply", "multiplylayer", "mulnode"),
    "addlayer": ("add", "addnode"),
    "softmaxwithloss": ("softmaxwithlosslayer", "softmaxloss", "softmaxwithcrossentropy"),
    "sgd": ("stochasticgradientdescent",),
}
"""The same of layers and optimizers, in small letters."""


OF_METHODS = (
    *("AND", "OR", "NAND", "XOR", "step", "sigmoid", "relu", "tanh", "softmax"),
    *("sigmoid_grad", "relu_grad", "tanh_grad", "cross_entropy_error"),
)
"""Functions that are checked as methods as well, if these need nothing of their object."""

AROUND = re.compile(
    r"^(my|new|old|naive|simple|stable|safe|np|numpy|better|improved)?_?|"
    r"_?(\d|\dd|no_batch|v\d|my|new|old|naive|simple|stable|safe|np|numpy|better|improved|func|function|fn)$"
)
"""What people put before or after a function's name to tell versions apart."""


def also_meant(source: Source, known: Meant) -> Meant:
    """What a file's names mean: functions by synonym or in capitals, layers in other capitals.

    `Softmax` may be a function as well as a layer; what it is defined as decides.
    """
    of_layers = {n for n, possible in known.items() if subjects.load()[possible[0]].is_class}
    layers = {n.lower(): known[n] for n in of_layers}
    layers |= {other: layers[name] for name, others in LAYERS.items() for other in others}
    functions = {n.lower(): possible for n, possible in known.items() if n not in of_layers}
    functions |= {other: functions[name] for name, others in SYNONYMS.items() for other in others}
    found = {}
    for name, node in source.defined.items():
        kind, _, own = name.rpartition(".")
        small = own.lower()
        plain = small if small in functions else AROUND.sub("", small)
        possible = functions.get(plain, ())
        is_known = name in known and name not in of_layers
        if isinstance(node, ast.FunctionDef) and possible and not is_known:
            if not kind or (possible[0] in OF_METHODS and _needs_no_object(name, source)):
                found[name] = possible
        elif isinstance(node, ast.ClassDef) and name not in known and _plain(small) in layers:
            found[name] = layers[_plain(small)]
    return found


def _needs_no_object(name: str, source: Source, asked: frozenset[str] = frozenset()) -> bool:
    """Whether a method reads nothing of its object but such methods, or that is made of nothing.

    Args:
        name: of the method, with its class.
        source: the file.
        asked: methods that are being looked at.
    """
    method, kind = source.defined.get(name), name.rpartition(".")[0]
    if not isinstance(method, ast.FunctionDef):
        return False
    if _is_made_of_nothing(source.defined.get(f"{kind}.__init__")):
        return True
    read = {
        f"{kind}.{node.attr}"
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    }
    return all(_needs_no_object(other, source, asked | {name}) for other in read - asked - {name})


def _is_made_of_nothing(constructor: ast.stmt | None) -> bool:
    """Whether a constructor is there, and takes nothing but its object."""
    if not isinstance(constructor, ast.FunctionDef):
        return False
    taken = constructor.args
    return len(taken.args) == 1 + len(taken.defaults) and not (taken.kwonlyargs or taken.vararg)


def _plain(name: str) -> str:
    return name.replace("_", "")


FORTH_AND_BACK = re.compile(r"(for|back)(ward)?_?(prop|pass)|^forward|^backward|^predict|^grad")
"""What the functions of a net are called that are handed its parameters."""


def may_be_functions_of_a_net(source: Source) -> bool:
    """Whether a file has functions of a net: by their names, or by weights that they take."""
    functions = [n for n in source.defined.values() if isinstance(n, ast.FunctionDef)]
    taken = [{arg.arg.lower() for arg in node.args.args} for node in functions]
    return any(FORTH_AND_BACK.search(node.name.lower()) for node in functions) or any(
        {"w1", "w2"} <= names or ("w" in names and len(names) > 2) for names in taken
    )


def nearly_known(source: Source) -> dict[str, str]:
    """Functions whose names are nearly the book's: the book's name by theirs."""
    known, found = subjects.names(), {}
    for name in source.defined:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        if "." not in name and name not in known and near and near[0] not in source.defined:
            found[name] = near[0]
    return found
