"""XOR with six hidden units, the last one overwritten as a bias unit (source 003)."""

import numpy as np

from experiments.data import Dataset
from experiments.spec import Evaluation, Experiment, Package, Training, in_order, uniform


def shapes(package: Package, data: Dataset) -> dict[str, str]:
    """Rows and columns of the source's arrays, and of what comes out of the layer that it draws.

    The drawn layer has three units on four inputs; four examples go in at once, one per column.
    """
    drawn = {"W1": (4, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
    net = package("sigmoid_mlp").SigmoidMLP({name: np.ones(shape) for name, shape in drawn.items()})
    x = np.ones((4, 4))
    layers = package("layers").forward(net, x) if hasattr(net, "layers") else net.forward(x)
    return {
        "X": "{}행*{}열".format(*data.x.shape),
        "y": "{}행*{}열".format(*data.t.shape),
        "drawn outputs": "{}x{}".format(*layers["a1"].T.shape),
    }


EXPERIMENT = Experiment(
    name="xor-mlp-6",
    lesson=30,
    sources=("003",),
    trainings=(
        Training(
            name="3-6-1",
            model="sigmoid_mlp.SigmoidMLP",
            options={"bias_unit": True},
            data="xor",
            start=uniform(W1=(3, 6), W2=(6, 1)),
            order=in_order(4),
            learning_rate=0.2,
            steps=10_000,
            evaluate_at=(1_552, 1_553),
            seed=5,
        ),
    ),
    evaluations=(
        Evaluation(name="shapes", compute=shapes, data="xor", printed=("y", "drawn outputs")),
    ),
)
