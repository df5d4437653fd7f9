"""The models as named formulas, any of which can be exchanged: what a fault is made of.

A model's one training step is written as a table from a name to the formula of that quantity; a
formula reads the others as attributes. With one formula exchanged the table computes what a program
with that mistake would, and with two what one with both would. Names are those of `NUMERICS`: a1,
z1, a2, y, delta2, delta1; gW1 is the gradient of W1 and new_W1 the weight after the update.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from experiments.data.probe import FAR
from scratch.functions import cross_entropy_error, half_squared_error, sigmoid, softmax

Formula = Callable[["Values"], Any]
Formulas = Mapping[str, Formula]


class Values:
    """Quantities by name as attributes, each computed by its formula when it is first read.

    Args:
        formulas: by name.
        given: what needs no formula: for a step of a net the parameters it starts with (`start`),
            all samples and targets (`samples`, `targets`), the `rows` of the batch, the learning
            `rate`, the number of the `step` from 0, and the `previous` step's values or None.
    """

    def __init__(self, formulas: Formulas, **given: Any) -> None:  # noqa: ANN401
        self.__dict__.update(given, formulas=formulas, given=given)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        formulas = self.__dict__["formulas"]
        if name not in formulas:
            raise AttributeError(name)
        value = formulas[name](self)
        self.__dict__[name] = value
        return value

    def again(self, **changed: Any) -> "Values":  # noqa: ANN401
        """The same formulas with something else given."""
        return Values(self.formulas, **(self.given | changed))

    @property
    def updated(self) -> dict[str, np.ndarray]:
        """The parameters after the update, by name."""
        return {name: getattr(self, f"new_{name}") for name in self.start}


def _parameter(name: str) -> Formula:
    """At the first step as started, later as the step before left it."""
    return lambda v: v.start[name] if v.previous is None else getattr(v.previous, f"new_{name}")


def _update(name: str) -> Formula:
    return lambda v: getattr(v, name) - v.rate * getattr(v, f"g{name}")


def _loop(names: Iterable[str]) -> dict[str, Formula]:
    """What a training loop does around any net."""
    names = list(names)
    return {
        "initial": lambda v: v.drawn,
        "x": lambda v: v.samples[v.rows],
        "t": lambda v: v.targets[v.rows],
        "recorded": lambda v: v.loss,
        **{name: _parameter(name) for name in names},
        **{f"new_{name}": _update(name) for name in names},
    }


HIDDEN_LAYER: Formulas = {
    "a1": lambda v: v.x @ v.W1 + v.b1,
    "z1": lambda v: sigmoid(v.a1),
    "a2": lambda v: v.z1 @ v.W2 + v.b2,
    "back": lambda v: v.delta2 @ v.W2.T,
    "slope": lambda v: v.z1 * (1 - v.z1),
    "delta1": lambda v: v.back * v.slope,
    "gW1": lambda v: v.x.T @ v.delta1,
    "gb1": lambda v: v.delta1.sum(axis=0),
    "gW2": lambda v: v.z1.T @ v.delta2,
    "gb2": lambda v: v.delta2.sum(axis=0),
}

TWO_LAYER_NET: Formulas = {
    **_loop(("W1", "b1", "W2", "b2")),
    **HIDDEN_LAYER,
    "y": lambda v: softmax(v.a2),
    "loss": lambda v: cross_entropy_error(v.y, v.t),
    "delta2": lambda v: (v.y - v.t) / len(v.x),
    "far_y": lambda v: v.again(start=v.start | {"b2": v.start["b2"] + FAR}).y,
}
"""`scratch.two_layer_net.TwoLayerNet` and `scratch.train.train`."""

SIGMOID_MLP: Formulas = {
    **_loop(("W1", "b1", "W2", "b2")),
    **HIDDEN_LAYER,
    "y": lambda v: sigmoid(v.a2),
    "loss": lambda v: half_squared_error(v.y, v.t),
    "delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y),
}
"""`scratch.sigmoid_mlp.SigmoidMLP` with biases and half the squared error, and the loop."""

DELTA_RULE: Formulas = {
    **_loop(("W",)),
    "a": lambda v: v.x @ v.W,
    "y": lambda v: sigmoid(v.a),
    "loss": lambda v: half_squared_error(v.y, v.t),
    "delta": lambda v: (v.y - v.t) * v.y * (1 - v.y),
    "gW": lambda v: v.x.T @ v.delta,
}
"""`scratch.delta_rule.DeltaRule` and the loop."""
