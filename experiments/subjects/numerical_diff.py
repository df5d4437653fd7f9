"""The derivative of a function of one number by differences (source 000)."""

import numpy as np

from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Subject, Twin, exchanged


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    slope = keras.back(lambda x: x**3, np.array(1.5), dout=np.ones(()))[0]
    return {"numerical derivative": lambda v: slope}


SUBJECT = Subject(
    name="numerical_diff",
    names=("numerical_diff",),
    questions=lambda given: {"numerical derivative": lambda f: f(lambda x: x**3, 1.5)},
    formulas={
        "derivative_function": lambda v: (
            lambda f, x: v.numerical_gradient(lambda point: f(point[0]), np.array([x]))[0]
        ),
        "numerical derivative": lambda v: v.derivative_function(lambda x: x**3, 1.5),
    },
    twin=twin,
    mistakes=exchanged(
        "derivative_function",
        {
            "derivative-step-1e-3": lambda f, x: (f(x + 1e-3) - f(x - 1e-3)) / 2e-3,
            "derivative-vanishes": lambda f, x: 0.0 * x,
        },
        conventions=("derivative-step-1e-3",),
    ),
    traces={"derivative_function": r"/"},
)
