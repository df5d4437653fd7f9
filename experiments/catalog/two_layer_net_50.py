"""TwoLayerNet with 50 hidden units on MNIST (source 000)."""

from dataclasses import replace

from experiments.catalog.two_layer_net_20 import TRAINING as OF_20
from experiments.catalog.two_layer_net_20 import batches
from experiments.spec import Evaluation, Experiment, normal

TRAINING = replace(
    OF_20, name="784-50-10", start=normal(0.01, W1=(784, 50), b1=(50,), W2=(50, 10), b2=(10,))
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
