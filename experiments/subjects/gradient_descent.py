"""Gradient descent on a function that is given (source 000)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from experiments.judge.bounds import Bounded
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import H
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged, mistakes


def _descend(v: Values, steps: int = 100) -> np.ndarray:
    """The points after steps of 0.01 on (x − 3)² + 10, 100 of them in source 003's lab."""
    x = v.point
    for _ in range(steps):
        x = v.descent_step(x, v.descent_gradient)
    return x


def _by_differences(x: Any) -> Any:  # noqa: ANN401 - an array, or one with its bound
    """The parabola's gradient with the rounding that central differences bring into it."""
    slope = 2 * (x - 3)
    if not isinstance(x, Bounded):
        return slope
    height = np.sum((x.value - 3) ** 2 + 10)
    return Bounded(slope.value, "float64", slope.error + 4 * height / H)


BY_DIFFERENCES: Formulas = {"descent_gradient": lambda v: _by_differences}
"""The book's gradient_descent takes its gradient by differences."""


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""

    def parabola(x: np.ndarray) -> float:
        return float(np.sum((x - 3) ** 2 + 10))

    def descended(f: Callable) -> object:
        """The point, of functions that return the way to it as well."""
        found = f(parabola, given["point"].copy(), 0.01, 100)
        return found[0] if isinstance(found, tuple) else found

    return {"gradient descent": descended}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    descend = keras.gradients.descend_parabola
    reached = [descend(float(x), 0.01, 100)[-1] for x in keras.given["point"]]
    return {"gradient descent": lambda v: np.array(reached)}


SUBJECT = Subject(
    name="gradient_descent",
    names=("gradient_descent",),
    questions=questions,
    formulas={
        "descent_gradient": lambda v: lambda x: 2 * (x - 3),
        "descent_step": lambda v: lambda x, gradient: x - 0.01 * gradient(x),
        "gradient descent": lambda v: _descend(v),
    },
    twin=twin,
    mistakes=(
        *exchanged(
            "descent_step",
            {
                "descent-uphill": lambda x, gradient: x + 0.01 * gradient(x),
                "descent-without-rate": lambda x, gradient: x - gradient(x),
            },
        ),
        *mistakes(
            "values",
            {
                "descent-returns-gradient": {
                    "gradient descent": lambda v: v.descent_gradient(_descend(v, 99))
                }
            },
        ),
    ),
    traces={"descent_step": r"-=|\+=|-|\+"},
    changes_its_argument=True,
    by_strangers=BY_DIFFERENCES,
)
