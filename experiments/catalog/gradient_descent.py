"""Gradient descent on a parabola (source 003), and the general one of source 000."""

import numpy as np

from experiments.spec import Evaluation, Experiment, Given, Package


def lab(package: Package) -> dict[str, np.ndarray | Given]:
    """The points visited from x = 10 with rate 0.01 in 100 steps, and the loss there."""
    gradients = package("gradients")
    path = gradients.descend_parabola(10.0, 0.01, 100)
    return {
        "x": Given(np.arange(101.0)),
        "point": path,
        "loss": np.asarray(gradients.parabola(path)),
    }


def source_000(package: Package) -> dict[str, float | Given]:
    """What the printed gradient_descent returns, and what its lines do to matrices and starts."""
    gradients = package("gradients")
    path = gradients.descend_parabola(10.0, 0.01, 100)
    matrix = np.zeros((2, 3))
    try:
        for index in range(matrix.size):
            matrix[index] = float(index)
        said = "no error"
    except IndexError as error:
        said = str(error)
    start = np.array([10.0])
    x = start
    x -= 0.01 * gradients.parabola_gradient(x)
    return {
        "the point reached": float(path[-1]),
        "the gradient returned instead": float(gradients.parabola_gradient(path[-2])),
        "indexing a 2x3 matrix by range(x.size)": Given(said),
        "the caller's start after one step": Given(float(start[0])),
    }


def two_formulas(package: Package) -> dict[str, float | Given]:
    """The slope at x = 10 by both sides, and by the two printed formulas with h = 1e-4."""
    gradients, x, h = package("gradients"), np.array(10.0), 1e-4
    below, at, above = (float(gradients.parabola(x + step)) for step in (-h, 0.0, h))
    return {
        "slope": float(gradients.parabola_gradient(x)),
        "slope by the formula": Given((above - at) / h),
        "slope by the program": Given((above - below) / (2 * h)),
    }


EXPERIMENT = Experiment(
    name="gradient-descent",
    lesson=19,
    sources=("003", "000"),
    shows=("gradients.descend_parabola",),
    # One step rounds three times and shrinks what is left of earlier errors by 0.98: they add up
    # to less than 3 / 0.02; squaring for the loss doubles it.
    evaluations=(
        Evaluation(
            name="lab", compute=lab, printed=("point", "loss"), roundings=300, picture="descent"
        ),
        Evaluation(name="source 000", compute=source_000, roundings=300),
        Evaluation(name="two formulas", compute=two_formulas, roundings=2),
    ),
)
