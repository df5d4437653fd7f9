"""TwoLayerNet with 20 hidden units on MNIST (source 004)."""

from experiments.spec import Experiment, Training, normal, with_replacement

EXPERIMENT = Experiment(
    name="two-layer-net-20",
    lesson=40,
    sources=("004",),
    trainings=(
        Training(
            name="784-20-10",
            model="two_layer_net.TwoLayerNet",
            data="mnist",
            start=normal(0.01, W1=(784, 20), b1=(20,), W2=(20, 10), b2=(10,)),
            order=with_replacement(100),
            learning_rate=0.1,
            steps=10_000,
            evaluate_at=tuple(range(1, 10_001, 600)),
        ),
    ),
)
