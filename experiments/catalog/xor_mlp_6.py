"""XOR with six hidden units, the last one overwritten as a bias unit (source 003)."""

from experiments.spec import Experiment, Training, in_order, uniform

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
            seed=5,
        ),
    ),
)
