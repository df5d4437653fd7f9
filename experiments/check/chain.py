"""A dense net of any depth as somebody trains it: what it computes, and the mistakes it can have.

The layers are counted from the outputs, so that the last two have the names W2 and W1 that all
formulas and mistakes of a net with one hidden layer know; those before them are W0, W_1 and so on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from types import SimpleNamespace

import numpy as np

from experiments.check.grammar import HIDDEN, Description
from experiments.subjects.formulas import Formula, Formulas, Values
from experiments.subjects.sigmoid_mlp import CROSS_ENTROPY_MISTAKES, OUTPUT_MISTAKES
from experiments.subjects.subject import Mistake, mistakes
from experiments.subjects.training_loop import loop, update_mistakes
from experiments.subjects.two_layer_net import OUTPUT_MISTAKES as SOFTMAX_MISTAKES

LAYERS = ("2", "1", "0", "_1", "_2")
"""Of a chain, the last one first."""

LONG_RUNNING = ("momentum", "rate-decays")
"""What is a mistake in a loop of plain gradient descent, and here another optimizer."""


@dataclass(frozen=True)
class Chain:
    """A net that a loop trains by gradient descent.

    Attributes:
        of: its activations and loss.
        widths: units from the inputs to the outputs.
        biased: layers that have a bias, by the names of `LAYERS`.
        bias_unit: whether the last hidden unit is overwritten by 1.
        rate: by which the gradient is multiplied.
        shares: of layers with a rate of their own: how many times that rate it is.
    """

    of: Description
    widths: tuple[int, ...]
    biased: frozenset[str]
    bias_unit: bool = False
    rate: float = 1.0
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of its layers, from the inputs to the outputs."""
        return tuple(reversed(LAYERS[: len(self.widths) - 1]))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(
            name
            for layer in self.layers
            for name in (f"W{layer}", f"b{layer}")
            if name[0] == "W" or layer in self.biased
        )

    @cached_property
    def formulas(self) -> Formulas:
        """Of everything that it computes in one step of its training."""
        outputs = {name: self.of.formulas[name] for name in ("y", "delta2")}
        table: dict[str, Formula] = {**outputs, **loop(self.parameters)}
        weights = [f"W{layer}" for layer in self.layers]
        table["loss"] = lambda v: self.of.loss_of(v, weights)
        if len(self.layers) == 1:
            table["z1"] = lambda v: v.x
        for layer, below in zip(self.layers, (None, *self.layers), strict=False):
            table |= _layer(layer, below, layer in self.biased, self.of.l2)
        table |= {
            f"new_{name}": _scaled_update(name, self.shares[name[1:]])
            for name in self.parameters
            if name[1:] in self.shares
        }
        for layer, above in pairwise(self.layers):
            table |= _hidden(layer, above, self.of.hidden, self.bias_unit)
        return table

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Those of one step, as far as such a net can have them."""
        possible = {m.id: m for m in (*self.of.mistakes, *self._of_the_output())}
        possible |= {m.id: m for m in update_mistakes(self.parameters) if m.id not in LONG_RUNNING}
        below = _of_the_layer_below() if len(self.layers) > 2 else ()
        everywhere = (*possible.values(), *OF_HIDDEN_LAYERS, *below, *WITHOUT_INPUT)
        unbiased = {f"a{layer}" for layer in self.layers if layer not in self.biased}
        of_inputs = {"z1"} if len(self.layers) == 1 else set()
        known = self.formulas.keys() - unbiased - of_inputs
        carried = {f"carried_{name}" for name in self.parameters}
        return tuple(
            m
            for m in everywhere
            if m.formulas.keys() <= known | carried
            and not (of_inputs and m.id in ("W2-from-a1", "W2-reshaped"))
        )

    def _of_the_output(self) -> tuple[Mistake, ...]:
        if self.of.output == "sigmoid" and self.of.loss == "half squared error":
            back = ERROR_BACK if len(self.layers) > 1 else ()
            return (*OUTPUT_MISTAKES, *WITHOUT_SLOPE_AT_ONE, *back)
        if (self.of.output, self.of.loss) == ("sigmoid", "binary cross-entropy"):
            return CROSS_ENTROPY_MISTAKES
        if self.of.output == "softmax" and self.of.loss == "cross-entropy":
            possible = tuple(m for m in SOFTMAX_MISTAKES if m.rung != "loss")
            return tuple(map(_summed, possible)) if self.of.reduction == "sum" else possible
        return ()


WITHOUT_SLOPE_AT_ONE = mistakes(
    "gradient", {"W2-without-output-slope": {"gW2": lambda v: v.z1.T @ (v.y - v.t)}}
)
"""A slope that is in the hidden layer's delta and not in the output's gradient."""

ERROR_BACK = mistakes(
    "gradient", {"hidden-delta-of-error": {"back": lambda v: (v.y - v.t) @ v.W2.T}}
)
"""An error that goes back to the hidden layer without the output's slope."""

WITHOUT_INPUT = mistakes(
    "gradient", {"gradient-without-input": {"gW2": lambda v: 0 * v.W2 + v.delta2.sum(axis=0)}}
)
"""The error alone, which is the bias's gradient, in place of that of the output's weights."""

OF_HIDDEN_LAYERS = mistakes(
    "gradient",
    {
        "back-not-transposed": {"back": lambda v: v.delta2 @ v.W2},
        "hidden-slope-inverted": {"slope": lambda v: (v.a1 <= 0) * 1.0},
        "b1-over-units": {"gb1": lambda v: v.delta1.sum(axis=1)},
    },
)
"""What shapes hide that happen to be alike, and a mask the wrong way round."""


def _summed(mistake: Mistake) -> Mistake:
    """A mistake of a mean over the batch as it is in a sum."""
    delta = mistake.formulas.get("delta2")
    if delta is None:
        return mistake
    return replace(mistake, formulas={**mistake.formulas, "delta2": lambda v: delta(v) * len(v.x)})


def _of_the_layer_below() -> tuple[Mistake, ...]:
    """A missing slope and a matrix not transposed, one hidden layer further down."""
    return mistakes(
        "gradient",
        {
            "hidden-slope-missing": {"slope0": lambda v: 1.0},
            "back-not-transposed": {"back0": lambda v: v.delta1 @ v.W1},
        },
    )


def _scaled_update(name: str, share: float) -> Formula:
    return lambda v: getattr(v, name) - v.rate * share * getattr(v, f"g{name}")


def _layer(layer: str, below: str | None, biased: bool, l2: float) -> Formulas:
    """Net inputs and gradients of a layer."""

    def inputs(v: Values) -> np.ndarray:
        return v.x if below is None else getattr(v, f"z{below}")

    def net_inputs(v: Values) -> np.ndarray:
        product = inputs(v) @ getattr(v, f"W{layer}")
        return product + getattr(v, f"b{layer}") if biased else product

    def gradient(v: Values) -> np.ndarray:
        own = inputs(v).T @ getattr(v, f"delta{layer}")
        return own + l2 * getattr(v, f"W{layer}") if l2 else own

    bias: Formulas = {f"gb{layer}": lambda v: getattr(v, f"delta{layer}").sum(axis=0)}
    return {
        f"a{layer}": net_inputs,
        f"gW{layer}": gradient,
        **(bias if biased else {}),
    }


def _hidden(layer: str, above: str, hidden: str, bias_unit: bool) -> Formulas:
    """A hidden layer's activation and its way back; the names of layer 1 are those of the book."""
    suffix = "" if layer == "1" else layer
    formulas = {"slope": lambda v: v.z1 * (1 - v.z1), **HIDDEN[hidden]}

    def as_layer_1(v: Values) -> SimpleNamespace:
        return SimpleNamespace(a1=getattr(v, f"a{layer}"), z1=getattr(v, f"z{layer}"))

    def activation(v: Values) -> np.ndarray:
        z = formulas["z1"](SimpleNamespace(a1=getattr(v, f"a{layer}")))
        return z * _but_last(z) + (1 - _but_last(z)) if bias_unit else z

    def slope(v: Values) -> np.ndarray:
        return formulas["slope"](as_layer_1(v))

    return {
        f"z{layer}": activation,
        f"slope{suffix}": slope,
        f"back{suffix}": lambda v: getattr(v, f"delta{above}") @ getattr(v, f"W{above}").T,
        f"delta{layer}": lambda v: getattr(v, f"back{suffix}") * getattr(v, f"slope{suffix}"),
    }


def _but_last(values: np.ndarray) -> np.ndarray:
    """1 for every unit but the last."""
    return (np.arange(values.shape[-1]) < values.shape[-1] - 1) * 1.0
