"""The derivative of ReLU."""

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged
from scratch import functions

SUBJECT = Subject(
    name="relu_grad",
    names=("relu_grad",),
    questions=lambda given: {"slope of the ReLU": elementwise(given["scores"])},
    formulas={
        "relu_slope_function": lambda v: lambda a: (a > 0) * 1.0,
        "slope of the ReLU": lambda v: v.relu_slope_function(v.scores),
    },
    twin=lambda keras: {"relu_slope_function": lambda v: keras.slope(keras.functions.relu)},
    mistakes=exchanged(
        "relu_slope_function",
        {"relu-slope-at-zero": lambda a: (a >= 0) * 1.0, "relu-slope-is-relu": functions.relu},
        conventions=("relu-slope-at-zero",),
    ),
    traces={"relu_slope_function": r">|return"},
)
