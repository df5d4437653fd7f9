"""TwoLayerNet with 20 hidden units on MNIST (source 004)."""

from experiments.spec import Experiment, Training, normal, with_replacement

EXPERIMENT = Experiment(
    name="two-layer-net-20",
    lesson=40,
    title="TwoLayerNet on MNIST, 20 hidden units",
    title_ko="MNIST 2층 신경망, 은닉 노드 20개",
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
    discussion="""
The printed table has one row per 600 updates, counted from the first update: rows stand after 1,
601, …, 9,601 updates. The source does not print its seed, so its seventeen rows cannot be
reproduced digit by digit; they are one more draw from the same distribution as the runs with other
seeds below. Successive rows of one run move together, so only the last row is judged.
""",
)
