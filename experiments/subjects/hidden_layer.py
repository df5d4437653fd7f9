"""A hidden sigmoid layer and what goes wrong in its backward pass: a part of several nets."""

import numpy as np

from experiments.subjects.formulas import Formulas, all_but_last, slope_at
from experiments.subjects.subject import mistakes
from scratch.functions import relu, sigmoid

FORMULAS: Formulas = {
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

RELU: Formulas = {"z1": lambda v: relu(v.a1), "slope": lambda v: (v.a1 > 0) * 1.0}
"""What a hidden layer of ReLUs changes."""

TRACES = {
    "a1": r"W1",
    "z1": r"sigmoid|relu|exp",
    "a2": r"W2",
    "back": r"W2",
    "slope": r"1(\.0)?\s*-|W2['\"\]]*\.T|sigmoid_grad",
    "gW1": r"W1['\"\]]*\s*=",
    "gb1": r"b1['\"\]]*\s*=",
    "gW2": r"W2['\"\]]*\s*=",
    "gb2": r"b2['\"\]]*\s*=",
}

METHODS = {
    **dict.fromkeys(("a1", "z1", "a2"), "predict"),
    **dict.fromkeys(("back", "slope", "delta1", "gW1", "gb1", "gW2", "gb2"), "gradient"),
}

MISTAKES = (
    *mistakes(
        "layers",
        {
            "bias1-missing": {"a1": lambda v: v.x @ v.W1},
            "bias2-missing": {"a2": lambda v: v.z1 @ v.W2},
            "bias1-subtracted": {"a1": lambda v: v.x @ v.W1 - v.b1},
            "sigmoid-sign": {"z1": lambda v: 1 / (1 + np.exp(v.a1))},
            "hidden-activation-missing": {"z1": lambda v: v.a1 * 1.0},
            "hidden-step": {"z1": lambda v: (v.a1 > 0) * 1.0},
            "hidden-relu": {"z1": lambda v: relu(v.a1)},
            "hidden-tanh": {"z1": lambda v: np.tanh(v.a1)},
        },
    ),
    *mistakes(
        "gradient",
        {
            "hidden-slope-missing": {"slope": lambda v: 1.0},
            "hidden-slope-at-z": {"slope": lambda v: slope_at(sigmoid(v.z1))},
            "hidden-slope-z-only": {"slope": lambda v: v.z1},
            "hidden-slope-one-minus-z-only": {"slope": lambda v: 1 - v.z1},
            "hidden-slope-plus": {"slope": lambda v: v.z1 * (1 + v.z1)},
            "hidden-slope-of-a": {"slope": lambda v: slope_at(v.a1)},
            "hidden-slope-tanh": {"slope": lambda v: 1 - v.z1**2},
            "hidden-slope-relu": {"slope": lambda v: (v.a1 > 0) * 1.0},
            "hidden-slope-twice": {"slope": lambda v: slope_at(v.z1) * slope_at(v.z1)},
            "back-sign": {"back": lambda v: -(v.delta2 @ v.W2.T)},
            "back-reshaped": {
                "back": lambda v: v.delta2 @ v.W2.reshape(v.W2.shape[1], v.W2.shape[0])
            },
            "back-through-new-W2": {"back": lambda v: v.delta2 @ (v.W2 - v.rate * v.gW2).T},
            "W1-without-slope": {"gW1": lambda v: v.x.T @ v.back},
            "b1-without-slope": {"gb1": lambda v: v.back.sum(axis=0)},
            "W2-from-a1": {"gW2": lambda v: v.a1.T @ v.delta2},
            "W2-reshaped": {"gW2": lambda v: v.z1.reshape(v.z1.shape[1], v.z1.shape[0]) @ v.delta2},
            "W1-reshaped": {"gW1": lambda v: v.x.reshape(v.x.shape[1], v.x.shape[0]) @ v.delta1},
            "b1-mean": {"gb1": lambda v: v.delta1.mean(axis=0)},
            "b2-mean": {"gb2": lambda v: v.delta2.mean(axis=0)},
            "b1-total": {"gb1": lambda v: v.delta1.sum() * np.ones(v.b1.shape)},
            "b2-total": {"gb2": lambda v: v.delta2.sum() * np.ones(v.b2.shape)},
            "last-unit-left-out": {"gW1": lambda v: all_but_last(v.x.T @ v.delta1)},
            "last-sample-only": {
                "gW1": lambda v: v.x[-1:].T @ v.delta1[-1:],
                "gb1": lambda v: v.delta1[-1:].sum(axis=0),
                "gW2": lambda v: v.z1[-1:].T @ v.delta2[-1:],
                "gb2": lambda v: v.delta2[-1:].sum(axis=0),
            },
            "weight-decay": {
                "gW1": lambda v: v.x.T @ v.delta1 + 0.1 * v.W1,
                "gW2": lambda v: v.z1.T @ v.delta2 + 0.1 * v.W2,
            },
        },
    ),
)
