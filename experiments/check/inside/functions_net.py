"""A net of functions that are handed its parameters, behind the book's face."""

import ast
import contextlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np

from experiments.check.inside.faces import BACKWARD, FORWARD, LOSS, PARAMETERS, ROLES
from experiments.check.inside.loading import FAILURES, SECONDS_PER_CALL, time_limit
from experiments.words import Problem

FORTH = (
    *FORWARD,
    *("forward_prop", "f_propagation", "forwardprop", "propagate_forward", "model_forward"),
)
BACK = (
    *("gradient", "gradients", *BACKWARD, "backward_prop", "back_prop", "b_propagation"),
    *("backwardprop", "model_backward", "compute_gradients"),
)
COSTS = (*LOSS, "cost_function", "loss_function", "cross_entropy_cost")
ACTIVATIONS = ("z1", "a1", "z2", "a2")
"""What a way forth returns that returns four arrays, in the course's names."""

MORE_ROLES = {
    **ROLES,
    "x": (*ROLES["x"], "a0"),
    "output": (*ROLES["output"], "a2", "al", "a"),
    "cache": ("cache", "caches", "memory", "activations"),
}


class Functions:
    """A net of functions that are handed its parameters: as a dict, as a list, or one by one.

    Attributes:
        params: the parameters, as the book has them.
        names: of the functions, the one that goes back first.
        columns: whether samples are columns.
    """

    METHODS = ("gradient",)

    def __init__(
        self,
        namespace: Mapping[str, Any],
        given: Mapping[str, np.ndarray],
        outputs: int | None = None,
    ) -> None:
        """Find the functions of a namespace, and how they take samples.

        Args:
            namespace: of the stranger's file.
            given: the probe: "net_W1" and so on, "net_x", "net_t".
            outputs: how many of the probe's outputs it is to have, if not all.

        Raises:
            LookupError: if there are no functions that go forth and back by parameters.
        """
        self.params = {name: np.array(given[f"net_{name}"]) for name in PARAMETERS}
        by_small = {n.lower(): n for n, f in namespace.items() if inspect.isfunction(f)}

        def found(names: tuple[str, ...]) -> str:
            known = (by_small[name] for name in names if name in by_small)
            return next((name for name in known if _takes_params(namespace[name])), "")

        forth, back = found(FORTH), found(BACK)
        if not (forth and back):
            raise LookupError
        cost = next((by_small[name] for name in COSTS if name in by_small), "")
        self.names = tuple(filter(None, (back, forth, cost)))
        self._forth, self._back = namespace[forth], namespace[back]
        if cost:
            self._cost = namespace[cost]
            self.loss = self._loss
        self.columns = self._labels = self._listed = False
        ways = self._ways(given["net_x"], given["net_t"])
        self.columns, self._labels, self._listed = next(ways)
        for name in PARAMETERS[2:]:
            self.params[name] = self.params[name][..., :outputs]

    def _ways(self, x: np.ndarray, t: np.ndarray) -> Iterator[tuple[bool, bool, bool]]:
        """Whether samples are columns, targets labels and parameters in a list."""
        for columns, labels, listed in product((False, True), (False, True), (False, True)):
            self.columns, self._labels, self._listed = columns, labels, listed
            try:
                with time_limit(SECONDS_PER_CALL):
                    gradient = self.gradient(x.copy(), t.copy())
            except FAILURES:
                continue
            sizes = {n: np.size(values) for n, values in gradient.items()}
            if all(sizes.get(name) in (a.size, 1) for name, a in self.params.items()):
                yield columns, labels, listed
        for columns, listed in product((False, True), repeat=2):
            self.columns, self._labels, self._listed = columns, False, listed
            with contextlib.suppress(*FAILURES), time_limit(SECONDS_PER_CALL):
                if np.shape(self.predict(x.copy())) == t.shape:
                    yield columns, False, listed
        yield False, False, False

    def predict(self, x: np.ndarray) -> Any:  # noqa: ANN401
        """The outputs, one row per sample."""
        values = self._went(x)
        output = values["output"]
        return output.T if self.columns and isinstance(output, np.ndarray) else output

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, Any]:
        """What the way back gives, by parameter, as the book has them."""
        values = self._went(x)
        found = _called(self._back, {**values, "t": self._targets(t)})
        if isinstance(found, tuple | list) and len(found) == len(PARAMETERS):
            found = dict(zip(_in_order(self._back), found, strict=True))
        if not isinstance(found, dict):
            raise Problem("check.why.no gradients", type=type(found).__name__)
        return {
            name: self._as_the_books(name, array)
            for key, array in found.items()
            if (name := _parameter(str(key)))
        }

    def _as_the_books(self, name: str, array: Any) -> Any:  # noqa: ANN401
        """A gradient in the book's shape; of a bias a single number is that of every unit."""
        if self.columns and name[0] == "W" and isinstance(array, np.ndarray):
            return array.T
        if name in self.params and name[0] == "b" and np.size(array) == 1:
            return np.full(self.params[name].shape, array)
        return array

    def _loss(self, x: np.ndarray, t: np.ndarray) -> object:
        values = self._went(x)
        return _called(self._cost, {**values, "t": self._targets(t)})

    def _targets(self, t: np.ndarray) -> np.ndarray:
        if self._labels and t.ndim == 2:
            return t.argmax(axis=1)
        if self.columns and t.ndim == 1 and not self._labels:
            raise Problem("check.why.one-hot only")
        return t.T if self.columns else t

    def _went(self, x: np.ndarray) -> dict[str, Any]:
        """What the way forth gives and all else that may be handed on, by role or small name."""
        held = dict(self.params)
        if self.columns:
            held = {
                name: array.T if name[0] == "W" else array[:, np.newaxis]
                for name, array in held.items()
            }
        values: dict[str, Any] = {name.lower(): array for name, array in held.items()}
        params = list(held.values()) if self._listed else held
        values |= {"params": params, "x": x.T if self.columns else x}
        returned = _called(self._forth, values)
        if isinstance(returned, tuple):
            values |= dict(zip(_returned_names(self._forth, len(returned)), returned, strict=True))
            caches = [one for one in returned if isinstance(one, dict | list | tuple)]
            arrays = [one for one in returned if isinstance(one, np.ndarray)]
            values |= {"cache": caches[-1]} if caches else {}
            values["output"] = arrays[0] if caches else arrays[-1]
        else:
            values["output"] = returned
        return values


def _takes_params(function: Callable) -> bool:
    names = [name.lower() for name in inspect.signature(function).parameters]
    return any(name in ROLES["params"] for name in names) or {"w1", "w2"} <= set(names)


def _parameter(name: str) -> str:
    """The parameter that a gradient is of, by what it is called."""
    found = re.search(r"([wb])_?([12])$", name, re.IGNORECASE)
    return found[1].replace("w", "W").replace("B", "b") + found[2] if found else name


def _returned_names(function: Callable, count: int) -> list[str]:
    """The small names of what a function returns as a tuple; numbers for what has none."""
    names = list(ACTIVATIONS) if count == len(ACTIVATIONS) else [str(n) for n in range(count)]
    for node in _returns(function):
        if isinstance(node, ast.Tuple) and len(node.elts) == count:
            names = [
                one.id.lower() if isinstance(one, ast.Name) else name
                for one, name in zip(node.elts, names, strict=True)
            ]
    return names


def _in_order(function: Callable) -> tuple[str, ...]:
    """The parameters of which a function returns gradients, in its order."""
    names = [_parameter(name) for name in _returned_names(function, len(PARAMETERS))]
    return tuple(names) if set(names) == set(PARAMETERS) else PARAMETERS


def _returns(function: Callable) -> Iterator[ast.expr]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return
    yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Return) and n.value)


def _called(function: Callable, values: Mapping[str, object]) -> object:
    """A function with what its parameters are for.

    Raises:
        Problem: if that cannot be told of one of them that has no default.
    """
    arguments = []
    for name, parameter in inspect.signature(function).parameters.items():
        small = name.lower()
        roles = (r for r, names in MORE_ROLES.items() if small in names and r in values)
        role = small if small in values else next(roles, "")
        if role:
            arguments.append(values[role])
        elif parameter.default is inspect.Parameter.empty:
            raise Problem("check.why.parameter", name=name)
        else:
            break
    return function(*arguments)
