"""The hyperbolic tangent, as an activation."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged
from scratch import functions

SUBJECT = Subject(
    name="tanh",
    names=("tanh",),
    questions=lambda given: {"tanh": elementwise(given["scores"])},
    formulas={"tanh_function": lambda v: np.tanh, "tanh": lambda v: v.tanh_function(v.scores)},
    twin=lambda keras: {"tanh_function": lambda v: keras.layers.Activation("tanh")},
    mistakes=exchanged(
        "tanh_function",
        {"tanh-is-sigmoid": functions.sigmoid, "tanh-sign": lambda a: np.tanh(-a)},
    ),
    by_strangers={  # as a quotient of exponentials
        "tanh": lambda v: (
            (np.exp(v.scores) - np.exp(-v.scores)) / (np.exp(v.scores) + np.exp(-v.scores))
        )
    },
    traces={"tanh_function": r"return"},
)
