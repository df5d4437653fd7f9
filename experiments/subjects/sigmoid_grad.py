"""The derivative of the sigmoid."""

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import slope_at
from experiments.subjects.subject import Subject, exchanged
from scratch import functions

SUBJECT = Subject(
    name="sigmoid_grad",
    names=("sigmoid_grad", "sigmoid_derivative"),
    questions=lambda given: {"slope of the sigmoid": elementwise(given["scores"])},
    formulas={
        "slope_function": lambda v: lambda a: slope_at(v.sigmoid_function(a)),
        "slope of the sigmoid": lambda v: v.slope_function(v.scores),
    },
    twin=lambda keras: {"slope_function": lambda v: keras.slope(keras.functions.sigmoid)},
    mistakes=exchanged(
        "slope_function",
        {
            "sigmoid-slope-of-output": lambda a: a * (1 - a),
            "sigmoid-slope-half": lambda a: 1 - functions.sigmoid(a),
            "sigmoid-slope-is-sigmoid": functions.sigmoid,
        },
        conventions=("sigmoid-slope-of-output",),
    ),
    traces={"slope_function": r"return"},
    parts=lambda given: {
        "slope of the sigmoid": (
            "sigmoid(x) * (1 - sigmoid(x))",
            {"sigmoid(x)": functions.sigmoid(given["scores"]), "x": given["scores"]},
        )
    },
)
