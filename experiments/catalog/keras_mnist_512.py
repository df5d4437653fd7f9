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
    title="Keras lab: MNIST with 512 hidden units",
    title_ko="Keras 실습: 은닉 노드 512개의 MLP로 MNIST 인식",
    sources=("003",),
    trainings=(AT_0_1, replace(AT_0_1, name="rate 0.01", learning_rate=0.01)),
    evaluations=(Evaluation(name="parameter counts", compute=parameter_counts),),
    discussion="""
The printed program makes an optimizer `SGD(lr=0.1)` and then does not use it: `compile` gets the
text 'sgd', which means a rate of 0.01. Both rates are trained here, 20 epochs each.

| | test accuracy | test loss |
|---|---|---|
| printed | {{ p["rate 0.1"]["test_accuracy@9380"] }} | {{ p["rate 0.1"]["test_loss@9380"] }} |
| rate 0.1 | {{ "%.4f" | format(m["rate 0.1"]["test_accuracy@9380"]) }} | {{ "%.4f" | format(m["rate 0.1"]["test_loss@9380"]) }} |
| rate 0.01 | {{ "%.4f" | format(m["rate 0.01"]["test_accuracy@9380"]) }} | {{ "%.4f" | format(m["rate 0.01"]["test_loss@9380"]) }} |

The printed result is that of rate 0.1; the printed program cannot have given it.

Both sides compute in float32 here, as Keras does unless it is told otherwise: differences are some
10⁻⁷ of what they are taken of, where the other nets' are 10⁻¹⁵. `--dtype float64` trains this net
like the others, and takes longer.

The training accuracies that Keras logs are running means over an epoch. Here they are taken as the
mean of the accuracies before and after the epoch, which comes near but is another quantity; these
rows are shown and not judged.
""",
)
