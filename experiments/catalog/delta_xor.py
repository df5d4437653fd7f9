"""The delta rule on XOR, which one unit cannot learn (source 002)."""

from experiments.spec import Experiment, Training, in_order, uniform

EXPERIMENT = Experiment(
    name="delta-xor",
    lesson=21,
    title="Delta rule on XOR",
    title_ko="델타 규칙으로 XOR 학습 (실패)",
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
    discussion="""
The same unit, the same rule, the targets of XOR. It cannot work: the unit says 1 on one side of a
straight line and 0 on the other, and no straight line has (0,1) and (1,0) on one side and (0,0)
and (1,1) on the other. The least loss that a sigmoid of w₁x₁ + w₂x₂ + w₃ can have here is that
of answering ½ everywhere, with zero weights: ½ · ¼ = 0.125 per sample.

That is where training goes. After 40,000 updates the outputs are
{% set xor = m["XOR"] %}
{% set y = [xor["output[0]@40000"], xor["output[1]@40000"],
            xor["output[2]@40000"], xor["output[3]@40000"]] %}
{{ y | map("round", 3) | join(", ") }}, and their mean loss is
{{ "%.4f" | format((y[0] ** 2 + (1 - y[1]) ** 2 + (1 - y[2]) ** 2 + y[3] ** 2) / 8) }}. They are
not exactly ½, because the updates come one sample at a time: at the resting point the four steps
of an epoch cancel, but each of them has moved the weights before the next sample is seen. For the
same reason the loss during training levels off higher, at
{{ "%.4f" | format(xor["loss@40000"]) }}: each sample is met by weights that the other samples
have just pulled away from it.

The source calls the result "엉망" (a mess) and goes on to a hidden layer, which is the remedy.
""",
)
