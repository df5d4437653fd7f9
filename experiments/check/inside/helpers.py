"""Right helpers in place of a stranger's, so that a caller can be judged without their mistakes."""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FunctionType

import numpy as np

from experiments.check.cell import names_in
from scratch import convolution, functions, gates, gradients

RIGHT: Mapping[str, Callable] = {
    **{n: getattr(functions, n) for n in ("sigmoid", "relu", "softmax", "cross_entropy_error")},
    **{name: getattr(gates, name) for name in ("AND", "OR", "NAND")},
    "numerical_gradient": gradients.numerical_gradient,
    "im2col": convolution.columns,
    "col2im": convolution.images,
}
"""By our name of the subject."""


NUMPY = "np"
"""What NumPy is called everywhere."""


def put_in(names: Collection[str]) -> dict[str, object]:
    """What a file reads and lacks, as far as it is known what is meant: NumPy, right functions."""
    found: dict[str, object] = {name: RIGHT[name] for name in names if name in RIGHT}
    return found | ({NUMPY: np} if NUMPY in names else {})


def helpers_of(thing: type | Callable, about: Mapping[str, str], namespace: dict) -> list[str]:
    """The names of a namespace by which a function or class calls what there is a right one of.

    Args:
        thing: a function or class that is defined in the namespace.
        about: our name of every function that is known, by its name there.
        namespace: of the stranger's file.

    What the classes call that it makes is among them.
    """
    used = _used(thing, namespace)
    made = [namespace[name] for name in used if inspect.isclass(namespace.get(name))]
    used = used.union(*(_used(kind, namespace) for kind in made))
    methods = {f"{_class_of(thing)}.{name}" for name in used}
    own = getattr(thing, "__qualname__", "")
    return [
        name
        for name, ours in about.items()
        if name in used | methods and ours in RIGHT and namespace.get(name) is not thing
        and name != own
    ]  # fmt: skip


def _class_of(thing: type | Callable) -> str:
    """The name of a class, or of that which a method is of."""
    name = getattr(thing, "__qualname__", "")
    return name if inspect.isclass(thing) else name.rpartition(".")[0]


@contextmanager
def right_ones(names: list[str], about: Mapping[str, str], namespace: dict) -> Iterator[None]:
    """A namespace in which some functions and methods are replaced by right ones, for a while."""
    with ExitStack() as undo:
        for name in names:
            kind, _, method = name.rpartition(".")
            right = RIGHT[about[name]]
            if kind:
                of = namespace[kind]
                undo.callback(setattr, of, method, vars(of)[method])
                setattr(of, method, staticmethod(right))
            else:
                undo.callback(namespace.__setitem__, name, namespace[name])
                namespace[name] = right
        yield


def _used(thing: type | Callable, namespace: dict) -> set[str]:
    """The names that a function or the methods of a class read."""
    return set().union(*(names_in(function.__code__) for function in _functions(thing, namespace)))


def _functions(thing: type | Callable, namespace: dict) -> Iterator[FunctionType]:
    found = vars(thing).values() if inspect.isclass(thing) else [thing]
    for function in (getattr(one, "__func__", one) for one in found):
        if isinstance(function, FunctionType) and function.__globals__ is namespace:
            yield function
