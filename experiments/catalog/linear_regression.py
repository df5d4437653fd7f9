"""One linear unit on a noisy line (source 003, Keras example 1)."""

from experiments.data import Dataset
from experiments.spec import Evaluation, Experiment, Package, Training, in_order, uniform


def closed_form(package: Package, data: Dataset) -> dict[str, float]:
    """Slope and intercept of the least-squares line, without training."""
    slope, intercept = package("linear_regression").least_squares(data.x, data.t)
    return {"slope": float(slope), "intercept": float(intercept)}


EXPERIMENT = Experiment(
    name="linear-regression",
    lesson=31,
    title="Keras example: linear regression",
    title_ko="Keras 예제: 선형 회귀",
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
    evaluations=(Evaluation(name="closed form", compute=closed_form, data="line", roundings=100),),
    discussion="""
The source shows a title and a picture of this example, no code and no number: nothing printed can
be compared. Here one linear unit learns y = 2x + 1 from 64 noisy points, by full-batch descent on
the mean squared error, with the closed form as the third opinion:

| | slope | intercept |
|---|---|---|
| gradient descent, 500 updates | {{ "%.12f" | format(w["line"]["W"][0][0]) }} | {{ "%.12f" | format(w["line"]["b"][0]) }} |
| least squares in closed form | {{ "%.12f" | format(m["closed form"]["slope"]) }} | {{ "%.12f" | format(m["closed form"]["intercept"]) }} |
""",
)
