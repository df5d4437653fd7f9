"""A dense net's one pass by formulas of the judge's own, so that no side under test sets its bound.

Only the bounds of other nets come from their own code, see `OwnNet`. The formulas are written for
`Bounded` arrays: what comes out is how far any right computation of the same quantity may be off. A
side whose own way of computing needs more than that is not right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from scipy.special import xlog1py, xlogy

from experiments.judge import optimizers
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import EPSILON, KERAS_MINUS_SOURCE

Arrays = Mapping[str, np.ndarray]
Array = Any
"""`Bounded`, or an array of NumPy's."""


def _sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def _softmax(a: Array) -> Array:
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Loss:
    """A loss and its delta.

    Attributes:
        value: of outputs and targets of shape (…, B, C), summed over the last two axes.
        delta: its derivative by the net inputs of the last layer, from outputs and targets.
        is_mean: whether it is a mean over the samples, and not their sum.
    """

    value: Callable[[Array, np.ndarray], Array]
    delta: Callable[[Array, np.ndarray], Array]
    is_mean: bool


def _sum(terms: Array) -> Array:
    return terms.sum(axis=(-2, -1))


LOSSES = {
    "half_squared_error": Loss(
        lambda y, t: 0.5 * _sum((y - t) ** 2),
        lambda y, t: (y - t) * y * (1 - y),
        is_mean=False,
    ),
    "mean_squared_error": Loss(
        lambda y, t: _sum((y - t) ** 2) / (y.shape[-2] * y.shape[-1]),
        lambda y, t: 2 * (y - t) * y * (1 - y) / t.size,
        is_mean=True,
    ),
    "binary_cross_entropy_error": Loss(
        lambda y, t: -_sum(xlogy(t, y) + xlog1py(1 - t, -y)),
        lambda y, t: y - t,
        is_mean=False,
    ),
    "cross_entropy_error": Loss(
        lambda y, t: -_sum(t * np.log(y + EPSILON)) / y.shape[-2],
        lambda y, t: (y - t) / len(t),
        is_mean=True,
    ),
}
"""By the names that the sources' code gives them. The deltas are those behind a sigmoid, the
cross-entropy's that behind a softmax; a linear output's is the error's own."""

OUTPUTS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "identity": lambda a: a,
}


@dataclass(frozen=True)
class Net:
    """What a dense net with sigmoid hidden layers computes.

    Attributes:
        output: activation of the last layer: a key of `OUTPUTS`.
        loss: a key of `LOSSES`.
        bias_unit: whether the last hidden unit is overwritten by 1.
    """

    output: str
    loss: str
    bias_unit: bool = False
    is_dense: ClassVar[bool] = True

    @property
    def has_known_term(self) -> bool:
        """Whether Keras' loss is in another convention than the source's."""
        return self.loss in KERAS_MINUS_SOURCE

    def known_term(self, activations: Mapping[str, Array], t: np.ndarray) -> Array:
        """What has to be added to the source's loss to make it Keras'."""
        if not self.has_known_term:
            return 0.0
        scores = list(activations.values())[-2]
        return KERAS_MINUS_SOURCE[self.loss](scores, t)

    def forward(self, params: Mapping[str, Array], x: Array) -> dict[str, Array]:
        """Named activations in order, as the sides name them."""
        activations: dict[str, Array] = {}
        layers = layers_of(params)
        z = x
        for layer in layers:
            a = z @ params[f"W{layer}"]
            if f"b{layer}" in params:
                a = a + params[f"b{layer}"]
            activations[f"a{layer}"] = a
            if layer == layers[-1]:
                activations["y"] = OUTPUTS[self.output](a)
                break
            z = _sigmoid(a)
            if self.bias_unit:
                z[:, -1] = 1.0
            activations[f"z{layer}"] = z
        return activations

    def backward(
        self, params: Mapping[str, Array], x: Array, activations: Mapping[str, Array], t: np.ndarray
    ) -> dict[str, Array]:
        """Gradients of the loss by parameter name."""
        y = activations["y"]
        delta = 2 * (y - t) / t.size if self.output == "identity" else LOSSES[self.loss].delta(y, t)
        gradient: dict[str, Array] = {}
        layers = layers_of(params)
        for layer, below in zip(reversed(layers), [*reversed(layers[:-1]), None], strict=True):
            z = x if below is None else activations[f"z{below}"]
            gradient[f"W{layer}"] = z.T @ delta
            if f"b{layer}" in params:
                gradient[f"b{layer}"] = delta.sum(axis=0)
            if below is not None:
                delta = (delta @ params[f"W{layer}"].T) * (z * (1 - z))
        return {name: gradient[name] for name in params if name in gradient}

    def predict(self, params: Mapping[str, Array], x: Array) -> Array:
        """Outputs y when it does not learn."""
        return self.forward(params, x)["y"]

    def statistics(self, params: Mapping[str, Array], x: Array) -> dict[str, Array]:
        """What a pass of training renews beside the gradients' work: nothing."""
        return {}


@dataclass(frozen=True)
class OwnNet(Net):
    """A net that is more than dense layers: its bounds are those of its own code.

    A wrong pass has wrong bounds. They are no wider for it, as long as its numbers are about as
    large as the right ones.

    Attributes:
        new: makes the net from parameters.
    """

    new: Callable[[Mapping[str, Array]], Any] = field(kw_only=True)
    is_dense: ClassVar[bool] = False

    def forward(self, params: Mapping[str, Array], x: Array) -> dict[str, Array]:
        """Named activations in order, as the sides name them."""
        return self.new(dict(params)).forward(x)

    def backward(
        self, params: Mapping[str, Array], x: Array, activations: Mapping[str, Array], t: np.ndarray
    ) -> dict[str, Array]:
        """Gradients of the loss by parameter name."""
        return self.new(params).backward(x, activations, t)

    def predict(self, params: Mapping[str, Array], x: Array) -> Array:
        """Outputs y when it does not learn."""
        return self.new(params).predict(x)

    def statistics(self, params: Mapping[str, Array], x: Array) -> dict[str, Array]:
        """What a pass of training renews beside the gradients' work."""
        net = self.new(dict(params))
        net.forward(x)
        return {name: new for name, new in net.params.items() if new is not params[name]}


def layers_of(params: Mapping[str, Any]) -> list[str]:
    """What the names of a net's weights end with, in order: "1", "2", … , or "" of a single one."""
    return [name.removeprefix("W") for name in params if name.startswith("W")]


@dataclass(frozen=True)
class Allowed:
    """How far two right computations from the same parameters on one batch may lie apart.

    Attributes:
        activations: element by element.
        loss: in Keras' convention.
        gradient: element by element.
        updated: of the state after one step.
    """

    activations: Arrays
    loss: float
    gradient: Arrays
    updated: Arrays


def allowed(
    net: Net,
    state: Arrays,
    x: np.ndarray,
    t: np.ndarray,
    rate: float,
    optimizer: str = "SGD",
) -> Allowed:
    """Running error bounds of one pass and one update, in the parameters' precision.

    Args:
        net: what is computed.
        state: the parameters and what the optimizer remembers, one floating type.
        x: samples.
        t: targets.
        rate: the learning rate.
        optimizer: a key of `optimizers.DOWN`.
    """
    held = bounded(state)
    activations = net.forward(held, x)
    loss = LOSSES[net.loss].value(activations["y"], t) + net.known_term(activations, t)
    gradient = net.backward(held, x, activations, t)
    updated = optimizers.stepped(optimizer, rate, held, gradient) | net.statistics(held, x)

    def of(part: Mapping[str, Bounded]) -> Arrays:
        return {name: values.allowed for name, values in part.items()}

    return Allowed(of(activations), float(loss.allowed), of(gradient), of(updated))


def bounded(params: Arrays) -> dict[str, Bounded]:
    """Parameters as inputs of a computation whose bound is wanted."""
    return {name: Bounded(values, values.dtype) for name, values in params.items()}


@dataclass(frozen=True)
class Rounding:
    """What rounding may do to one pass and one update, each as a single number.

    Attributes:
        gradient: root mean square of how far a side's gradient may be off, by parameter.
        updated: ‖Δ‖ of two sides' states after the update.
        outputs: how far two sides' outputs may lie apart.
        loss: the same of the loss, in Keras' convention.
    """

    gradient: dict[str, float]
    updated: dict[str, float]
    outputs: float
    loss: float


def rounding(bounds: Sequence[Allowed]) -> Rounding:
    """The largest of some running error bounds of the same parameters."""
    first = bounds[0]
    return Rounding(
        {
            n: max(float(np.sqrt(np.mean(b.gradient[n] ** 2))) / 2 for b in bounds)
            for n in first.gradient
        },
        {n: max(float(np.linalg.norm(b.updated[n])) for b in bounds) for n in first.updated},
        max(float(b.activations["y"].max()) for b in bounds),
        max(b.loss for b in bounds),
    )
