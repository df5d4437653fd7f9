"""The MLP lab on MNIST with 512 hidden units (source 003)."""

from dataclasses import replace

import numpy as np

from experiments.data import Dataset
from experiments.data.draws import draw_batches
from experiments.spec import Evaluation, Experiment, Package, Training, glorot, shuffled

EPOCH = 469
"""Updates: 60,000 images in batches of 128, the last of 96."""

AT_0_1 = Training(
    name="rate 0.1",
    model="sigmoid_mlp.SigmoidMLP",
    options={"error": "mean_squared_error"},
    data="mnist",
    start=glorot(W1=(784, 512), b1=(512,), W2=(512, 10), b2=(10,)),
    order=shuffled(128),
    learning_rate=0.1,
    steps=20 * EPOCH,
    evaluate_at=tuple(epoch * EPOCH for epoch in range(1, 21)),
    seeds=19,
    curtailed=True,
    dtype="float32",  # Keras' own, in which the source trained
)


def parameter_counts(package: Package) -> dict[str, int | str]:
    """Sizes of the layers, as `model.summary()` prints them.

    What a scratch net can train is what its backward pass has a gradient for.
    """
    shapes = dict(AT_0_1.start.shapes)
    params = {name: np.zeros(shape) for name, shape in shapes.items()}
    net = package("sigmoid_mlp").SigmoidMLP(params)
    if hasattr(net, "layers"):
        sizes = [layer.count_params() for layer in net.layers if layer.count_params()]
        widths = [layer.output.shape for layer in net.layers if layer.count_params()]
        trainable = sum(weight.numpy().size for weight in net.trainable_weights)
    else:
        sizes = [sum(net.params[n + i].size for n in "Wb") for i in "12"]
        widths = [(None, net.params["b" + i].size) for i in "12"]
        x, t = np.zeros((1, shapes["W1"][0])), np.zeros((1, shapes["W2"][1]))
        gradients = net.gradient(x, t)
        trainable = sum(net.params[name].size for name in gradients)
    return {
        "hidden layer": sizes[0],
        "output layer": sizes[1],
        "total": f"{sum(sizes):,}",
        "trainable": f"{trainable:,}",
        "not trainable": f"{sum(sizes) - trainable:,}",
        "hidden shape": str(tuple(widths[0])),
        "output shape": str(tuple(widths[1])),
    }


def log_of_fit(package: Package, data: Dataset, training: Training) -> dict[str, str]:
    """The epochs and samples of `fit`'s log, counted on the batches that are drawn."""
    rng = np.random.RandomState(training.seed)
    drawn = np.concatenate(draw_batches(training.order, len(data.x), training.steps, rng))
    epochs = len(drawn) // len(data.x)
    seen = [np.unique(epoch).size for epoch in np.split(drawn, len(data.x) * np.arange(1, epochs))]
    shown = (18, 19, 20)
    return {
        **{f"epoch {epoch}": f"{epoch}/{epochs}" for epoch in shown},
        **{f"samples of epoch {epoch}": f"{seen[epoch - 1]}/{len(data.x)}" for epoch in shown},
    }


def one_hot(package: Package) -> dict[str, str]:
    """The target of a 0, of which the source shows how it looks."""
    image, label = np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8)
    _, t = package("images").prepare(image, label, one_hot_label=True)
    return {"target of a 0": " ".join(f"{value:.0f}" for value in t[0])}


EXPERIMENT = Experiment(
    name="keras-mnist-512",
    lesson=34,
    sources=("003",),
    headline="test_accuracy",
    trainings=(AT_0_1, replace(AT_0_1, name="rate 0.01", learning_rate=0.01)),
    evaluations=(
        Evaluation(
            name="parameter counts",
            compute=parameter_counts,
            printed=(
                *("hidden layer", "output layer", "total", "trainable", "not trainable"),
                *("hidden shape", "output shape"),
            ),
        ),
        Evaluation(
            name="log of fit",
            compute=log_of_fit,
            data="mnist",
            training=AT_0_1,
            compared=False,
            printed=(
                *("epoch 18", "epoch 19", "epoch 20"),
                *("samples of epoch 18", "samples of epoch 19", "samples of epoch 20"),
            ),
        ),
        Evaluation(name="one-hot", compute=one_hot),
    ),
)
