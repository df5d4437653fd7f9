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

EXPERIMENT = Experiment(
    name="xor-mlp-4",
    lesson=22,
    title="XOR with four hidden units",
    title_ko="은닉 노드 4개로 XOR 학습 (오차역전파)",
    sources=("002",),
    trainings=(TRAINING,),
    discussion="""
The remedy for the single unit: four hidden sigmoid units between the inputs and the output,
trained by backpropagation, one update per sample, 10,000 epochs. The output unit has no bias. The
source prints no outputs; here the four rows end at
{{ outputs("3-4-1", 40000, 4) }}.
""",
)
