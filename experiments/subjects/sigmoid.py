"""The sigmoid (sources 000 to 004)."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged

FORMULAS: Formulas = {
    "sigmoid_function": lambda v: v.functions.sigmoid,
    "sigmoid": lambda v: v.sigmoid_function(v.scores),
}

MISTAKES = (
    *exchanged(
        "sigmoid_function",
        {
            "sigmoid-exponent-sign": lambda a: 1 / (1 + np.exp(a)),
            "sigmoid-minus": lambda a: 1 / (1 - np.exp(-a)),
            "sigmoid-not-inverted": lambda a: 1 + np.exp(-a),
            "sigmoid-is-tanh": np.tanh,
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"sigmoid": elementwise(given["scores"])}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    return {"sigmoid_function": lambda v: keras.functions.sigmoid}


SUBJECT = Subject(
    name="sigmoid",
    names=("sigmoid",),
    questions=questions,
    formulas=FORMULAS,
    twin=twin,
    mistakes=MISTAKES,
    traces={"sigmoid_function": r"exp"},
    methods={"sigmoid_function": "forward"},
)
