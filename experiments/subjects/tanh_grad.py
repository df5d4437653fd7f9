"""The derivative of the hyperbolic tangent."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged

SUBJECT = Subject(
    name="tanh_grad",
    names=("tanh_grad", "tanh_derivative"),
    questions=lambda given: {"slope of the tanh": elementwise(given["scores"])},
    formulas={
        "tanh_slope_function": lambda v: lambda a: 1 - v.tanh_function(a) * v.tanh_function(a),
        "slope of the tanh": lambda v: v.tanh_slope_function(v.scores),
    },
    twin=lambda keras: {
        "tanh_slope_function": lambda v: keras.slope(keras.layers.Activation("tanh"))
    },
    mistakes=exchanged(
        "tanh_slope_function",
        {
            "tanh-slope-of-output": lambda a: 1 - a * a,
            "tanh-slope-not-squared": lambda a: 1 - np.tanh(a),
            "tanh-slope-plus": lambda a: 1 + np.tanh(a) ** 2,
        },
        conventions=("tanh-slope-of-output",),
    ),
    traces={"tanh_slope_function": r"return"},
    parts=lambda given: {
        "slope of the tanh": (
            "1 - tanh(x) * tanh(x)",
            {"tanh(x)": np.tanh(given["scores"]), "x": given["scores"]},
        )
    },
)
