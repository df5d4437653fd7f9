"""What a net of one hidden layer may be: activations, loss, reduction, L2 term, as formulas.

A description is a choice of one of each. It gives the formulas by which its numbers, their error
bounds and its mistakes are computed, and the Keras code of its twin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.judge.conventions import EPSILON, epsilon_term
from experiments.subjects import hidden_layer
from experiments.subjects.formulas import Formula, Formulas, Values
from experiments.subjects.sigmoid import sigmoid_by_tanh
from experiments.subjects.subject import Mistake, mistakes
from experiments.subjects.two_layer_net import FAMILY
from scratch.functions import softmax

LEAKS = {"leaky relu": 0.01, "leaky relu 0.1": 0.1, "leaky relu 0.2": 0.2}
"""Slopes of leaky ReLUs below 0."""


def _leaky(leak: float) -> Formulas:
    return {
        "z1": lambda v: np.where(v.a1 > 0, v.a1, leak * v.a1),
        "slope": lambda v: np.where(v.a1 > 0, 1.0, leak),
    }


HIDDEN: dict[str, Formulas] = {
    "sigmoid": {"z1": lambda v: sigmoid_by_tanh(v.a1)},
    "relu": hidden_layer.RELU,
    "tanh": {"z1": lambda v: np.tanh(v.a1), "slope": lambda v: 1 - v.z1 * v.z1},
    **{name: _leaky(leak) for name, leak in LEAKS.items()},
    "identity": {"z1": lambda v: v.a1 * 1.0, "slope": lambda v: 1.0},
}
"""What the hidden layer's activation changes in the net's formulas; the sigmoid in that right form
of it that rounds most."""

OUTPUTS: dict[str, Formula] = {
    "softmax": lambda v: softmax(v.a2),
    "sigmoid": lambda v: sigmoid_by_tanh(v.a2),
    "tanh": lambda v: np.tanh(v.a2),
    "identity": lambda v: v.a2 * 1.0,
}


STEPS: dict[str, Formula] = {
    "step": lambda v: (v.a2 > 0) * 1.0,
    "step from 0": lambda v: (v.a2 >= 0) * 1.0,
    "sign": lambda v: np.where(v.a2 > 0, 1.0, -1.0),
    "sign from 0": lambda v: np.where(v.a2 >= 0, 1.0, -1.0),
}
"""Outputs of a perceptron, which has one layer and learns by y − t."""

RECTIFIED: dict[str, Formula] = {"relu": lambda v: v.a2 * (v.a2 > 0)}
"""Outputs that are looked for in Keras models only: positive ones say nothing of an activation."""

PERCEPTRON = "perceptron criterion"


@dataclass(frozen=True)
class Loss:
    """A loss, summed over all outputs and samples, and its derivative by the outputs."""

    value: Callable[[Values, float], np.ndarray]
    derivative: Callable[[Values], np.ndarray]


LOSSES = {
    "cross-entropy": Loss(
        lambda v, epsilon: -(v.t * np.log(v.y + epsilon)).sum(), lambda v: -(v.t / v.y)
    ),
    "binary cross-entropy": Loss(
        lambda v, epsilon: (
            -(v.t * np.log(v.y + epsilon) + (1 - v.t) * np.log((1 - v.y) + epsilon)).sum()
        ),
        lambda v: (v.y - v.t) / (v.y * (1 - v.y)),
    ),
    "half squared error": Loss(lambda v, _: 0.5 * ((v.y - v.t) ** 2).sum(), lambda v: v.y - v.t),
    "squared error": Loss(lambda v, _: ((v.y - v.t) ** 2).sum(), lambda v: 2 * (v.y - v.t)),
    "absolute error": Loss(
        lambda v, _: np.abs(v.y - v.t).sum(), lambda v: 0 * v.y + np.where(v.y > v.t, 1.0, -1.0)
    ),
    PERCEPTRON: Loss(lambda v, _: ((v.y - v.t) * v.a2).sum(), lambda v: v.y - v.t),
}

NATURAL = {("cross-entropy", "softmax"), ("binary cross-entropy", "sigmoid")}
"""Losses whose derivative by the net inputs of that output is y − t."""

REDUCTIONS: dict[str, Callable[[Values], int]] = {
    "sum": lambda v: 1,
    "mean": lambda v: len(v.x),
    "mean of all": lambda v: v.t.size,
}
"""By what the sum over all outputs and samples is divided."""

EPSILONS = (EPSILON, 0.0, 1e-8, 1e-10, 1e-12, 1e-15, 1e-6, 1e-5, 1e-9)
"""What may be added inside a logarithm."""


@dataclass(frozen=True)
class Description:
    """A net of one hidden layer.

    Attributes:
        hidden: a key of `HIDDEN`.
        output: a key of `OUTPUTS`, `STEPS` or `RECTIFIED`.
        loss: a key of `LOSSES`.
        reduction: a key of `REDUCTIONS`.
        epsilon: inside the loss's logarithms.
        l2: λ of ½ λ (Σ W1² + Σ W2²).
        scores: whether `predict` gives the net inputs of the last layer, without its activation.
    """

    hidden: str = "sigmoid"
    output: str = "softmax"
    loss: str = "cross-entropy"
    reduction: str = "mean"
    epsilon: float = EPSILON
    l2: float = 0.0
    scores: bool = False

    @property
    def is_the_books(self) -> bool:
        """Whether it is one of the book's nets."""
        of_the_book = Description(hidden=self.hidden, scores=self.scores)
        return self == of_the_book and self.hidden in ("sigmoid", "relu")

    @property
    def is_one_sided(self) -> bool:
        """Whether its loss asks for outputs of 1 only, and its outputs do not compete."""
        return (self.output, self.loss) == ("sigmoid", "cross-entropy")

    @property
    def has_the_books_layers(self) -> bool:
        """Whether the book's corrections fit: a sigmoid layer, and an output that goes with it."""
        losses = (("softmax", "cross-entropy"), ("sigmoid", "half squared error"))
        return self.hidden == "sigmoid" and (self.output, self.loss) in losses

    @property
    def formulas(self) -> Formulas:
        """Of everything that the net computes, by name."""
        if self.is_the_books:
            return {**FAMILY.formulas, **HIDDEN[self.hidden]}
        divisor = REDUCTIONS[self.reduction]
        decay: Formulas = {
            "gW1": lambda v: v.x.T @ v.delta1 + self.l2 * v.W1,
            "gW2": lambda v: v.z1.T @ v.delta2 + self.l2 * v.W2,
        }
        return {
            **FAMILY.formulas,
            **HIDDEN[self.hidden],
            "y": (OUTPUTS | STEPS | RECTIFIED)[self.output],
            "loss": lambda v: self.loss_of(v, ("W1", "W2")),
            "delta2": lambda v: self._delta(v) / divisor(v),
            **(decay if self.l2 else {}),
        }

    def loss_of(self, v: Values, weights: Sequence[str]) -> np.ndarray:
        """The loss of a batch, with the L2 term of the weights of these names."""
        of_data = LOSSES[self.loss].value(v, self.epsilon) / REDUCTIONS[self.reduction](v)
        squares = (getattr(v, name) for name in weights if self.l2)
        return sum((0.5 * self.l2 * (w * w).sum() for w in squares), of_data)

    def _delta(self, v: Values) -> np.ndarray:
        """The derivative of the summed loss by the net inputs of the last layer."""
        if (self.loss, self.output) in NATURAL or self.loss == PERCEPTRON:
            return v.y - v.t
        slope = LOSSES[self.loss].derivative(v)
        if self.output == "sigmoid":
            return slope * v.y * (1 - v.y)
        if self.output == "tanh":
            return slope * (1 - v.y * v.y)
        if self.output == "relu":
            return slope * (v.a2 > 0)
        if self.output == "softmax":
            return v.y * (slope - (slope * v.y).sum(axis=1, keepdims=True))
        return slope

    def epsilon_term(self, activations: Mapping[str, np.ndarray], t: np.ndarray) -> float:
        """What ε takes off the loss of a batch; Keras' losses have none."""
        if "entropy" not in self.loss or not self.epsilon:
            return 0.0
        if self.is_the_books:
            return -epsilon_term(activations["a2"], t)
        v = Values({}, y=activations["y"], t=t, x=t)
        value = LOSSES[self.loss].value
        return float(value(v, self.epsilon) - value(v, 0.0)) / REDUCTIONS[self.reduction](v)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Those of one pass that such a net can have."""
        if self.is_the_books:
            possible = [m for m in FAMILY.mistakes if m.rung in ("layers", "loss", "gradient")]
            if self.hidden != "relu":
                return tuple(possible)
            return (*(m for m in possible if "slope" not in m.formulas), *RELU_WITHOUT_SLOPE)
        divisor = REDUCTIONS[self.reduction]

        def times(factor: Callable[[Values], float]) -> Formulas:
            return {"delta2": lambda v: factor(v) * self._delta(v) / divisor(v)}

        deltas = {
            "delta-doubled": times(lambda v: 2.0),
            "delta-halved": times(lambda v: 0.5),
            "delta-sign": times(lambda v: -1.0),
            "delta-divided-twice": times(lambda v: 1 / len(v.x)),
        }
        if self.reduction != "sum":
            deltas["delta-not-divided"] = times(divisor)
        has_slope = self.output not in ("identity", *STEPS)
        if (self.loss, self.output) not in NATURAL and has_slope:
            deltas["output-slope-missing"] = {
                "delta2": lambda v: LOSSES[self.loss].derivative(v) / divisor(v)
            }
        return (
            *(m for m in hidden_layer.MISTAKES if self.hidden == "sigmoid" or _fits_all(m)),
            *mistakes("gradient", deltas),
            *_other_slopes(self.hidden),
        )


RELU_WITHOUT_SLOPE = mistakes(
    "gradient",
    {
        "relu-slope-missing": {"slope": lambda v: 1.0},
        "hidden-slope-inverted": {"slope": lambda v: (v.a1 <= 0) * 1.0},
    },
)
"""What is said of the book's net with ReLUs, whose slope is 0 or 1."""


def _other_slopes(hidden: str) -> tuple[Mistake, ...]:
    """Wrong derivatives of a hidden activation, those of other activations among them."""
    if hidden == "sigmoid":
        return ()
    others: dict[str, Formula] = {
        "hidden-slope-sigmoid": lambda v: v.z1 * (1 - v.z1),
        "hidden-slope-of-tanh": lambda v: 1 - v.z1 * v.z1,
        "hidden-slope-of-relu": lambda v: (v.a1 > 0) * 1.0,
        **{f"hidden-slope-leak-{n}": HIDDEN[name]["slope"] for name, n in LEAKS.items()},
        "hidden-slope-not-squared": lambda v: 1 - v.z1,
        "tanh-slope-at-z": lambda v: 1 - np.tanh(v.z1) ** 2,
        "tanh-slope-of-a": lambda v: 1 - v.a1 * v.a1,
    }
    of_tanh = {"hidden-slope-not-squared", "tanh-slope-at-z", "tanh-slope-of-a"}
    own = {"tanh": "hidden-slope-of-tanh", "relu": "hidden-slope-of-relu"}
    own |= {name: f"hidden-slope-leak-{leak}" for name, leak in LEAKS.items()}
    left_out = {own.get(hidden), *(() if hidden == "tanh" else of_tanh)}
    return mistakes(
        "gradient", {name: {"slope": f} for name, f in others.items() if name not in left_out}
    )


def _fits_all(mistake: Mistake) -> bool:
    """Whether a mistake of a sigmoid layer is one of any hidden layer."""
    return not {"z1", "slope"} & mistake.formulas.keys() or mistake.id == "hidden-slope-missing"
