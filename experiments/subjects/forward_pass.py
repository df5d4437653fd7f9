"""Chapter 3's way forth: a function that takes a dict of parameters and samples (source 000)."""

from typing import Any

import numpy as np

from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Ask, Given, Questions, Subject, Twin, mistakes
from scratch.functions import identity, relu, sigmoid, softmax

LAYERS = ("1", "2", "3")
ACTIVATIONS = ("sigmoid", "sigmoid", "linear")
"""Keras' names of the book's."""


class _Network(dict):
    """Parameters whose names may be written in small letters."""

    def __missing__(self, name: str) -> np.ndarray:
        upper = name[:1].upper() + name[1:]
        if upper == name or upper not in self:
            raise KeyError(name)
        return self[upper]


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""

    def of(x: np.ndarray) -> Ask:
        names = [f"{kind}{layer}" for layer in LAYERS for kind in "Wb"]
        return lambda f: f(_Network({n: given[f"deep_{n}"].copy() for n in names}), x.copy())

    x = given["deep_x"]
    return {"forward pass": of(x), "forward pass, one sample": of(x[0])}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places: a chain of dense layers."""

    def net(x: Any) -> Any:  # noqa: ANN401 - tensors
        for number, activation in zip(LAYERS, ACTIVATIONS, strict=True):
            weights = [keras.given[f"deep_{kind}{number}"] for kind in "Wb"]
            layer = keras.layers.Dense(weights[1].size, activation=activation)
            layer.build(x.shape)
            layer.set_weights(weights)
            x = layer(x)
        return np.asarray(x)

    return {"deep_a3": lambda v: net(v.deep_x)}


def _softmax_over_all(a: np.ndarray) -> np.ndarray:
    e = np.exp(a - a.max())
    return e / e.sum()


SUBJECT = Subject(
    name="forward",
    names=("forward", "predict"),
    questions=questions,
    formulas={
        "deep_a1": lambda v: v.deep_x @ v.deep_W1 + v.deep_b1,
        "deep_z1": lambda v: sigmoid(v.deep_a1),
        "deep_a2": lambda v: v.deep_z1 @ v.deep_W2 + v.deep_b2,
        "deep_z2": lambda v: sigmoid(v.deep_a2),
        "deep_a3": lambda v: v.deep_z2 @ v.deep_W3 + v.deep_b3,
        "output_function": lambda v: identity,
        "forward pass": lambda v: v.output_function(v.deep_a3),
        "forward pass, one sample": lambda v: v.output_function(v.deep_a3[0]),
    },
    twin=twin,
    mistakes=mistakes(
        "values",
        {
            "forward-a1-for-z1": {"deep_z1": lambda v: v.deep_a1 * 1.0},
            "forward-a2-for-z2": {"deep_z2": lambda v: v.deep_a2 * 1.0},
            "forward-bias1-missing": {"deep_a1": lambda v: v.deep_x @ v.deep_W1},
            "forward-bias2-missing": {"deep_a2": lambda v: v.deep_z1 @ v.deep_W2},
            "forward-bias3-missing": {"deep_a3": lambda v: v.deep_z2 @ v.deep_W3},
            "forward-activation-twice": {"deep_z1": lambda v: sigmoid(sigmoid(v.deep_a1))},
            "forward-softmax": {"output_function": lambda v: softmax},
            "forward-softmax-over-all": {"output_function": lambda v: _softmax_over_all},
            "forward-sigmoid-output": {"output_function": lambda v: sigmoid},
            "forward-relu": {
                "deep_z1": lambda v: relu(v.deep_a1),
                "deep_z2": lambda v: relu(v.deep_a2),
            },
            "forward-tanh": {
                "deep_z1": lambda v: np.tanh(v.deep_a1),
                "deep_z2": lambda v: np.tanh(v.deep_a2),
            },
            "forward-two-layers": {"deep_a3": lambda v: v.deep_a2 * 1.0},
        },
        conventions=(
            *("forward-softmax", "forward-sigmoid-output"),
            *("forward-relu", "forward-tanh", "forward-two-layers"),
        ),
    ),
    of_batches=("forward pass",),
    arguments=2,
    is_vague=True,
    traces={
        "deep_a1": r"W1|\bx\b",
        "deep_z1": r"W2|z1",
        "deep_a2": r"W2",
        "deep_z2": r"W3|z2",
        "deep_a3": r"W3",
        "output_function": r"softmax|return",
    },
)
