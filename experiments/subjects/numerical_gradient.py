"""The gradient by central differences (sources 000, 004)."""

from collections.abc import Callable

import numpy as np

from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import H, cubes
from experiments.subjects.subject import Subject, Twin, exchanged


def _in_a_row(v: Values, at: np.ndarray) -> np.ndarray:
    """The numerical gradient at a matrix, element by element."""

    def flat(x: np.ndarray) -> float:
        return v.cubes(x.reshape(at.shape))

    return v.numerical_gradient(flat, at.flatten()).reshape(at.shape)


def _difference(quotient: Callable[[Callable, np.ndarray, int], float]) -> Callable:
    """A numerical gradient that takes a wrong quotient at every element."""

    def numerical_gradient(f: Callable, x: np.ndarray) -> np.ndarray:
        return np.array([quotient(f, x, i) for i in range(x.size)])

    return numerical_gradient


def _moved(x: np.ndarray, i: int, by: float) -> np.ndarray:
    return x + by * (np.arange(x.size) == i)


def _central(f: Callable, x: np.ndarray, i: int) -> float:
    return (f(_moved(x, i, H)) - f(_moved(x, i, -H))) / (2 * H)


def _not_restored(f: Callable, x: np.ndarray) -> np.ndarray:
    gradient = np.zeros_like(x)
    for i in range(x.size):
        x[i] += H
        above = f(x)
        x[i] -= 2 * H
        gradient[i] = (above - f(x)) / (2 * H)
    return gradient


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def exact(at: str) -> Callable[[Values], np.ndarray]:
        return lambda v: keras.back(keras.cubes, keras.given[at], dout=np.ones(()))[0]

    return {"numerical gradient": exact("at"), "numerical gradient, matrix": exact("at_matrix")}


SUBJECT = Subject(
    name="numerical_gradient",
    names=("numerical_gradient",),
    questions=lambda given: {
        "numerical gradient": lambda f: f(cubes, given["at"].copy()),
        "numerical gradient, matrix": lambda f: f(cubes, given["at_matrix"].copy()),
    },
    formulas={
        "numerical_gradient": lambda v: v.gradients.numerical_gradient,
        "numerical gradient": lambda v: v.numerical_gradient(v.cubes, v.at.copy()),
        "numerical gradient, matrix": lambda v: _in_a_row(v, v.at_matrix),
    },
    twin=twin,
    mistakes=exchanged(
        "numerical_gradient",
        {
            "difference-forward": _difference(lambda f, x, i: (f(_moved(x, i, H)) - f(x)) / H),
            "difference-not-halved": _difference(
                lambda f, x, i: (f(_moved(x, i, H)) - f(_moved(x, i, -H))) / H
            ),
            "difference-through-a-view": _difference(
                lambda f, x, i: (f(_moved(x, i, H)) - f(x)) / (2 * H)
            ),
            "difference-precedence": _difference(
                lambda f, x, i: (f(_moved(x, i, H)) - f(_moved(x, i, -H))) / 2 * H
            ),
            "difference-not-restored": _not_restored,
            "difference-first-only": lambda f, x: (
                (np.arange(x.size) == 0) * _difference(_central)(f, x)
            ),
            "difference-vanishes": lambda f, x: np.zeros_like(x),
            "difference-step-1e-3": _difference(
                lambda f, x, i: (f(_moved(x, i, 1e-3)) - f(_moved(x, i, -1e-3))) / 2e-3
            ),
            "difference-sign": _difference(
                lambda f, x, i: (f(_moved(x, i, -H)) - f(_moved(x, i, H))) / (2 * H)
            ),
        },
        conventions=("difference-step-1e-3",),
    ),
    of_batches=("numerical gradient, matrix",),
    traces={"numerical_gradient": r"/"},
    methods={"numerical_gradient": "numerical_gradient"},
)
