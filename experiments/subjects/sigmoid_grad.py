"""The derivative of the sigmoid."""

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged
from scratch import functions

FORMULAS: Formulas = {
    "slope_function": lambda v: lambda a: slope_at(v.sigmoid_function(a)),
    "slope of the sigmoid": lambda v: v.slope_function(v.scores),
}

MISTAKES = (
    *exchanged(
        "slope_function",
        {
            "sigmoid-slope-of-output": lambda a: a * (1 - a),
            "sigmoid-slope-half": lambda a: 1 - functions.sigmoid(a),
            "sigmoid-slope-is-sigmoid": functions.sigmoid,
        },
        conventions=("sigmoid-slope-of-output",),
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"slope of the sigmoid": elementwise(given["scores"])}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    return {"slope_function": lambda v: keras.slope(keras.functions.sigmoid)}


SUBJECT = Subject(
    name="sigmoid_grad",
    names=("sigmoid_grad", "sigmoid_derivative"),
    questions=questions,
    formulas=FORMULAS,
    twin=twin,
    mistakes=MISTAKES,
    traces={"slope_function": r"return"},
)
