"""The delta rule on XOR, which one unit cannot learn (source 002)."""

from experiments.spec import Experiment, Training, in_order, uniform

EXPERIMENT = Experiment(
    name="delta-xor",
    lesson=21,
    sources=("002",),
    trainings=(
        Training(
            name="XOR",
            model="delta_rule.DeltaRule",
            data="xor",
            start=uniform(W=(3, 1)),
            order=in_order(1),
            learning_rate=0.9,
            steps=40_000,
        ),
    ),
)
