"""The sigmoid (sources 000 to 004)."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged


def sigmoid_by_tanh(a: np.ndarray) -> np.ndarray:
    """The sigmoid as ½ (1 + tanh ½a): right as well, but far below 0 only to one rounding of 1."""
    return 0.5 * (1 + np.tanh(0.5 * a))


SUBJECT = Subject(
    name="sigmoid",
    names=("sigmoid",),
    questions=lambda given: {"sigmoid": elementwise(given["scores"])},
    formulas={
        "sigmoid_function": lambda v: v.functions.sigmoid,
        "sigmoid": lambda v: v.sigmoid_function(v.scores),
    },
    by_strangers={"sigmoid_function": lambda v: sigmoid_by_tanh},
    twin=lambda keras: {"sigmoid_function": lambda v: keras.functions.sigmoid},
    mistakes=exchanged(
        "sigmoid_function",
        {
            "sigmoid-exponent-sign": lambda a: 1 / (1 + np.exp(a)),
            "sigmoid-minus": lambda a: 1 / (1 - np.exp(-a)),
            "sigmoid-not-inverted": lambda a: 1 + np.exp(-a),
            "sigmoid-is-tanh": np.tanh,
        },
    ),
    traces={"sigmoid_function": r"exp"},
    methods={"sigmoid_function": "forward"},
)
