"""ReLU (source 001)."""

import numpy as np

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged

FAR = 100.0
"""How much larger than others net inputs may be."""

SUBJECT = Subject(
    name="relu",
    names=("relu",),
    questions=lambda given: {
        "relu": elementwise(given["scores"]),
        "relu, far": elementwise(FAR * given["scores"]),
    },
    formulas={
        "relu_function": lambda v: v.functions.relu,
        "relu": lambda v: v.relu_function(v.scores),
        "relu, far": lambda v: v.relu_function(FAR * v.scores),
    },
    mistakes=exchanged(
        "relu_function",
        {
            "relu-minimum": lambda a: np.where(a < 0, a, 0.0),
            "relu-is-identity": lambda a: a * 1.0,
            "relu-absolute": np.abs,
            "relu-indicator": lambda a: (a > 0) * 1.0,
            "relu-capped": lambda a: np.where(a > 6, 6.0, a * (a > 0)),
            "relu-leaky": lambda a: np.where(a > 0, a, 0.01 * a),
        },
    ),
    traces={"relu_function": r"return|max"},
    methods={"relu_function": "forward"},
)
