"""The MLP lab on MNIST with 512 hidden units (source 003)."""

from dataclasses import replace

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
    evaluate_at=tuple(epoch * EPOCH for epoch in (1, 5, 10, 17, 18, 19, 20)),
    seeds=19,
    curtailed=True,
    dtype="float32",  # Keras' own, in which the source trained
)


def parameter_counts(package: Package) -> dict[str, int | str]:
    """Sizes of the layers, as `model.summary()` prints them."""
    import numpy as np

    shapes = dict(AT_0_1.start.shapes)
    params = {name: np.zeros(shape) for name, shape in shapes.items()}
    net = package("sigmoid_mlp").SigmoidMLP(params)
    if hasattr(net, "layers"):
        sizes = [layer.count_params() for layer in net.layers if layer.count_params()]
        widths = [layer.output.shape for layer in net.layers if layer.count_params()]
    else:
        sizes = [sum(net.params[n + i].size for n in "Wb") for i in "12"]
        widths = [(None, net.params["b" + i].size) for i in "12"]
    return {
        "hidden layer": sizes[0],
        "output layer": sizes[1],
        "total": f"{sum(sizes):,}",
        "hidden shape": str(tuple(widths[0])),
        "output shape": str(tuple(widths[1])),
    }


EXPERIMENT = Experiment(
    name="keras-mnist-512",
    lesson=34,
    sources=("003",),
    trainings=(AT_0_1, replace(AT_0_1, name="rate 0.01", learning_rate=0.01)),
    evaluations=(
        Evaluation(
            name="parameter counts",
            compute=parameter_counts,
            printed=("hidden layer", "output layer", "total", "hidden shape", "output shape"),
        ),
    ),
)
