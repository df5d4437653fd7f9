"""XOR with two hidden units, Keras' own example (source 003)."""

from dataclasses import replace

from experiments.spec import Experiment, Training, glorot, shuffled

SOLVED = Training(
    name="2-2-1",
    model="sigmoid_mlp.SigmoidMLP",
    options={"error": "mean_squared_error"},
    data="xor-2-inputs",
    start=glorot(W1=(2, 2), b1=(2,), W2=(2, 1), b2=(1,)),
    order=shuffled(1),
    learning_rate=0.1,
    steps=40_000,
    seed=1,
    evaluate_at=(4_000,),
    seeds=500,
)

EXPERIMENT = Experiment(
    name="keras-xor",
    lesson=33,
    sources=("003",),
    trainings=(SOLVED, replace(SOLVED, name="2-2-1, stuck", seed=7)),
)
