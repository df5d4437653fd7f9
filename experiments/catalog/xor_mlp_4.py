"""XOR with four hidden units, one sample at a time (source 002)."""

from experiments.spec import Experiment, Training, in_order, uniform_by_unit

TRAINING = Training(
    name="3-4-1",
    model="sigmoid_mlp.SigmoidMLP",
    data="xor",
    start=uniform_by_unit(W1=(3, 4), W2=(4, 1)),
    order=in_order(1),
    learning_rate=0.9,
    steps=40_000,
)

EXPERIMENT = Experiment(name="xor-mlp-4", lesson=22, sources=("002",), trainings=(TRAINING,))
