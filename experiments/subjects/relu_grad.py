"""The derivative of ReLU."""

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged
from scratch import functions

FORMULAS: Formulas = {
    "relu_slope_function": lambda v: lambda a: (a > 0) * 1.0,
    "slope of the ReLU": lambda v: v.relu_slope_function(v.scores),
}

MISTAKES = (
    *exchanged(
        "relu_slope_function",
        {
            "relu-slope-at-zero": lambda a: (a >= 0) * 1.0,
            "relu-slope-is-relu": functions.relu,
        },
        conventions=("relu-slope-at-zero",),
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"slope of the ReLU": elementwise(given["scores"])}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    return {"relu_slope_function": lambda v: keras.slope(keras.functions.relu)}


SUBJECT = Subject(
    name="relu_grad",
    names=("relu_grad",),
    questions=questions,
    formulas=FORMULAS,
    twin=twin,
    mistakes=MISTAKES,
    traces={"relu_slope_function": r">|return"},
)
