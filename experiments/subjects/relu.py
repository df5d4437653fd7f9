"""ReLU (source 001)."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, exchanged

FORMULAS: Formulas = {
    "relu_function": lambda v: v.functions.relu,
    "relu": lambda v: v.relu_function(v.scores),
}

MISTAKES = (
    *exchanged(
        "relu_function",
        {
            "relu-minimum": lambda a: np.where(a < 0, a, 0.0),
            "relu-is-identity": lambda a: a * 1.0,
            "relu-absolute": np.abs,
            "relu-indicator": lambda a: (a > 0) * 1.0,
            "relu-leaky": lambda a: np.where(a > 0, a, 0.01 * a),
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"relu": elementwise(given["scores"])}


SUBJECT = Subject(
    name="relu",
    names=("relu",),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
    traces={"relu_function": r"return|max"},
    methods={"relu_function": "forward"},
)
