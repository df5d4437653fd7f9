"""A stranger's net behind the book's face: `predict`, `loss`, `gradient`, by whatever names.

Found by role: a method that takes samples and gives outputs, one that goes back through the net,
and arrays that can be set. What goes back may return the gradients, keep them, or change weights.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.words import Problem

PARAMETERS = ("W1", "b1", "W2", "b2")
FORWARD = (
    *("predict", "forward", "feedforward", "feed_forward"),
    *("forward_propagation", "forward_pass"),
)
BACKWARD = (
    *("backward", "backprop", "back_prop", "backpropagation"),
    *("backward_propagation", "back_propagation", "backward_pass"),
)
GRADIENT = ("grad", "gradients", "get_gradient", "compute_gradient", "calc_gradient")
"""Other names of the book's method."""

UPDATE = ("update", "update_weights", "update_params", "update_parameters", "step")
LOSS = ("loss", "cost", "compute_loss", "compute_cost")
ROLES = {
    "x": ("x", "inputs", "input", "x_batch", "x_train", "input_data", "data"),
    "t": (
        "t",
        "y",
        "target",
        "targets",
        "label",
        "labels",
        "y_true",
        "t_batch",
        "y_train",
        "teacher",
    ),
    "output": ("o", "output", "outputs", "y_hat", "yhat", "y_pred", "pred", "out"),
    "params": ("params", "parameters", "network", "weights", "net", "p", "param"),
    "rate": ("lr", "learning_rate", "rate", "alpha", "eta"),
}
"""What a method's parameter may be for, by its name in small letters."""

RATE = 2.0**30
"""By which weights are let change, where their change is all that is known: a power of two, and so
large that the weights themselves are lost in it and not the gradient."""

KEPT = ("d{}", "d_{}", "grad_{}", "g{}", "{}_grad", "delta_{}")
"""Where a net may keep the gradient of a parameter."""


def is_net(value: object) -> bool:
    """Whether a class has the face of a net: the book's, or a way forth and a way back."""
    if not isinstance(value, type):
        return False
    books = sum(
        hasattr(value, n) for n in ("predict", "loss", "gradient", "numerical_gradient", *GRADIENT)
    )
    return books > 1 or bool(_first(value, FORWARD) and _first(value, BACKWARD))


def faced(net: Any) -> Any:  # noqa: ANN401 - a stranger's net
    """The net itself, or, if it goes back by another name than `gradient`, it behind the face."""
    other = next((name for name in GRADIENT if hasattr(net, name)), "")
    if other and not hasattr(net, "gradient"):
        net.gradient = getattr(net, other)
    if hasattr(net, "gradient") or not (_first(net, FORWARD) and _first(net, BACKWARD)):
        return net
    return Face(net)


class Face:
    """A net with a way forth and a way back, as the book's."""

    METHODS = ("gradient",)

    def __init__(self, net: Any) -> None:  # noqa: ANN401
        self._net = net
        self._forward = getattr(net, _first(net, FORWARD))
        self._backward = getattr(net, _first(net, BACKWARD))
        if loss := _first(net, LOSS):
            self.loss: Callable[..., object] = getattr(net, loss)
        self.params = {name: held(net, name) for name in PARAMETERS}

    def predict(self, x: np.ndarray) -> object:
        """What the way forth gives; of several things the last."""
        found = self._forward(x)
        return found[-1] if isinstance(found, tuple) else found

    def gradient(self, x: np.ndarray, t: np.ndarray) -> object:
        """What the way back returns or keeps, or what it changes the weights by."""
        before = {name: np.array(held(self._net, name)) for name in PARAMETERS}
        returned = _called(self._backward, x=x, t=t, output=self.predict(x), rate=RATE)
        if isinstance(returned, dict) or (isinstance(returned, tuple) and len(returned) == 4):
            return returned
        kept = {name: _kept(self._net, name) for name in PARAMETERS}
        if all(values is not None for values in kept.values()):
            return kept
        if not self._changed(before) and (update := _first(self._net, UPDATE)):
            _called(getattr(self._net, update), x=x, t=t, rate=RATE)
        if not self._changed(before):
            raise Problem("check.why.no gradients", type=type(returned).__name__)
        return {name: (values - held(self._net, name)) / RATE for name, values in before.items()}

    def _changed(self, before: dict[str, np.ndarray]) -> bool:
        return not all(np.array_equal(v, held(self._net, name)) for name, v in before.items())


def held(net: Any, name: str) -> np.ndarray:  # noqa: ANN401
    """A net's own array of a parameter.

    Raises:
        AttributeError: if it has none of that name.
    """
    params = getattr(net, "params", None)
    if isinstance(params, dict):
        key = next((k for k in params if str(k).lower() == name.lower()), name)
        array: np.ndarray = params[name] if name in params else params[key]
        return array
    own = name if hasattr(net, name) else name.lower()
    return getattr(net, own)


def _kept(net: Any, name: str) -> np.ndarray | None:  # noqa: ANN401
    grads = getattr(net, "grads", None)
    if isinstance(grads, dict):
        return grads.get(name)
    names = (form.format(own) for form in KEPT for own in (name, name.lower()))
    return next((getattr(net, one) for one in names if hasattr(net, one)), None)


def _first(thing: object, names: tuple[str, ...]) -> str:
    return next((name for name in names if callable(getattr(thing, name, None))), "")


def _called(method: Callable, **values: object) -> object:
    """A method with what its parameters are for.

    Raises:
        Problem: if that cannot be told of one of them that has no default.
    """
    arguments = []
    for name, parameter in inspect.signature(method).parameters.items():
        role = next((r for r, names in ROLES.items() if name.lower() in names), "")
        if role in values:
            arguments.append(values[role])
        elif parameter.default is inspect.Parameter.empty:
            raise Problem("check.why.parameter", name=name)
        else:
            break
    return method(*arguments)
