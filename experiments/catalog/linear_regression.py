"""One linear unit on a noisy line (source 003, Keras example 1)."""

from experiments.data import Dataset
from experiments.spec import Evaluation, Experiment, Given, Package, Training, in_order, uniform


def closed_form(package: Package, data: Dataset) -> dict[str, float | Given]:
    """Slope and intercept of the least-squares line, without training."""
    slope, intercept = package("linear_regression").least_squares(data.x, data.t)
    samples = {"x": Given(data.x[:, 0]), "t": Given(data.t[:, 0])}
    return {"slope": float(slope), "intercept": float(intercept)} | samples


EXPERIMENT = Experiment(
    name="linear-regression",
    lesson=31,
    sources=("003",),
    trainings=(
        Training(
            name="line",
            model="linear_regression.LinearRegression",
            data="line",
            start=uniform(W=(1, 1), b=(1,)),
            order=in_order(64),
            learning_rate=0.1,
            steps=500,
        ),
    ),
    # The condition of this small least-squares problem is below 4, its solvers lose some 30 bits'
    # worth of roundings: 64 samples in sums of squares and a triangular solve.
    evaluations=(
        Evaluation(
            name="closed form", compute=closed_form, data="line", roundings=100, picture="line"
        ),
    ),
)
