"""TwoLayerNet with 50 hidden units on MNIST (source 000)."""

from experiments.catalog.two_layer_net_20 import batches
from experiments.spec import Evaluation, Experiment, Training, normal, with_replacement

TRAINING = Training(
    name="784-50-10",
    model="two_layer_net.TwoLayerNet",
    data="mnist",
    start=normal(0.01, W1=(784, 50), b1=(50,), W2=(50, 10), b2=(10,)),
    order=with_replacement(100),
    learning_rate=0.1,
    steps=10_000,
    evaluate_at=tuple(range(1, 10_001, 600)),
)

EXPERIMENT = Experiment(
    name="two-layer-net-50",
    lesson=41,
    sources=("000",),
    trainings=(TRAINING,),
    evaluations=(
        Evaluation(
            name="batches",
            compute=batches,
            data="mnist",
            training=TRAINING,
            compared=False,
            printed=("images of a batch", "updates", "epochs", "images drawn"),
        ),
    ),
)
