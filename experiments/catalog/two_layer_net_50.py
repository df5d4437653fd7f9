"""TwoLayerNet with 50 hidden units on MNIST (source 000)."""

from experiments.spec import Experiment, Training, normal, with_replacement

EXPERIMENT = Experiment(
    name="two-layer-net-50",
    lesson=41,
    title="TwoLayerNet on MNIST, 50 hidden units",
    title_ko="MNIST 2층 신경망, 은닉 노드 50개",
    sources=("000",),
    trainings=(
        Training(
            name="784-50-10",
            model="two_layer_net.TwoLayerNet",
            data="mnist",
            start=normal(0.01, W1=(784, 50), b1=(50,), W2=(50, 10), b2=(10,)),
            order=with_replacement(100),
            learning_rate=0.1,
            steps=10_000,
            evaluate_at=tuple(range(1, 10_001, 600)),
        ),
    ),
    discussion="""
The slides show the program and no result of this training, so nothing printed can be compared;
the accuracies below are what the program gives. They are taken as the slides do it, after 1, 601,
…, 9,601 updates.

**How much data is used?** The slides ask: "쓰는 데이터 : 10000 * 100 (?)". A million draws are made,
with replacement, from 60,000 images. All of them miss a given image with probability
(1 − 1/60,000)^1,000,000, about 6 in a hundred million, so all 60,000 are expected to be seen; this
run saw {{ "{:,}".format(m["784-50-10"]["distinct_images@10000"] | int) }} different ones. A single
epoch of 600 such batches leaves out more than a third: (1 − 1/60,000)^60,000 is
{{ "%.3f" | format((1 - 1 / 60000) ** 60000) }}.
""",
)
