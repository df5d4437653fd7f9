"""TwoLayerNet with 20 hidden units on MNIST (source 004)."""

from dataclasses import replace

import numpy as np

from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.spec import Evaluation, Experiment, Package, Training, normal, with_replacement

TRAINING = Training(
    name="784-20-10",
    model="two_layer_net.TwoLayerNet",
    data="mnist",
    start=normal(0.01, W1=(784, 20), b1=(20,), W2=(20, 10), b2=(10,)),
    order=with_replacement(100),
    learning_rate=0.1,
    steps=10_000,
    evaluate_at=tuple(range(1, 10_001, 600)),
)

SQUARED_ERROR = replace(
    TRAINING,
    name="squared error, rate 0.1",
    model="sigmoid_mlp.SigmoidMLP",
    options={"error": "mean_squared_error"},
    evaluate_at=TRAINING.evaluate_at[-1:],
)
"""The same net from the same start on the same batches, but for its outputs and its loss."""


def shapes(package: Package, data: Dataset, training: Training) -> dict[str, int | str]:
    """Shapes in a pass over the first batch, written as the source's comments write them."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batch = draw_batches(training.order, len(data.x), 1, rng)[0]
    x = data.x[batch]
    net = package("two_layer_net").TwoLayerNet(start)
    if hasattr(net, "layers"):
        params, layers = package("weights").get_params(net), package("layers").forward(net, x)
    else:
        params, layers = net.params, net.forward(x)

    def of_any_batch(array: np.ndarray) -> str:
        rows, columns = array.shape
        return f"({'batch_size' if rows == len(batch) else rows}, {columns})"

    def by_stars(array: np.ndarray) -> str:
        return "*".join(map(str, array.shape))

    scores = layers["a2"].T  # as the source's softmax turns them
    largest = scores.max(axis=0)
    return {
        "input_size": params["W1"].shape[0],
        "hidden_size": params["W1"].shape[1],
        "output_size": params["W2"].shape[1],
        **{f"{name}.shape": str(values.shape) for name, values in params.items()},
        "x": of_any_batch(x),
        **{name: of_any_batch(layers[name]) for name in ("a1", "z1", "a2")},
        "softmax, x.T": by_stars(scores),
        "softmax, maximum": by_stars(largest),
        "softmax, x - maximum": by_stars(scores - largest),
        "dimensions of y": layers["y"].ndim,
    }


def batches(package: Package, data: Dataset, training: Training) -> dict[str, int | str]:
    """What the sources say of batches and epochs, counted on the batches that are drawn."""
    rng = np.random.RandomState(training.seed)
    drawn = draw_batches(training.order, len(data.x), training.steps, rng)
    updates, size = np.shape(drawn)
    per_epoch = len(data.x) // size
    return {
        "training images": len(data.x),
        "images of a batch": len(data.x[drawn[0]]),
        "targets of a batch": len(data.t[drawn[0]]),
        "updates": updates,
        "updates per epoch": per_epoch,
        "epochs": f"{updates} / {per_epoch}",
        "images drawn": f"{updates} * {size}",
        "updates that begin an epoch": ", ".join(map(str, range(updates)[::per_epoch][:4])),
    }


EXPERIMENT = Experiment(
    name="two-layer-net-20",
    lesson=40,
    sources=("004",),
    trainings=(
        TRAINING,
        SQUARED_ERROR,
        replace(SQUARED_ERROR, name="squared error, rate 10", learning_rate=10.0),
    ),
    evaluations=(
        Evaluation(
            name="shapes",
            compute=shapes,
            data="mnist",
            training=TRAINING,
            printed=(
                *("input_size", "hidden_size", "output_size"),
                *("W1.shape", "b1.shape", "W2.shape", "b2.shape"),
                *("x", "a1", "z1", "a2"),
                *("softmax, x.T", "softmax, maximum", "softmax, x - maximum"),
                "dimensions of y",
            ),
        ),
        Evaluation(
            name="batches",
            compute=batches,
            data="mnist",
            training=TRAINING,
            compared=False,
            printed=(
                "training images",
                "images of a batch",
                "targets of a batch",
                "updates per epoch",
                "updates that begin an epoch",
            ),
        ),
    ),
)
