"""The delta rule on the table that source 002 calls AND."""

from dataclasses import replace

from experiments.spec import Experiment, Training, in_order, uniform

AS_PRINTED = Training(
    name="as printed",
    model="delta_rule.DeltaRule",
    data="and-as-printed",
    start=uniform(W=(3, 1)),
    order=in_order(1),
    learning_rate=0.9,
    steps=40_000,
)

EXPERIMENT = Experiment(
    name="delta-and",
    lesson=20,
    title="Delta rule on AND",
    title_ko="델타 규칙으로 AND 학습",
    sources=("002",),
    trainings=(AS_PRINTED, replace(AS_PRINTED, name="true AND", data="and")),
    discussion="""
One sigmoid unit with three inputs, the third fixed at 1 as its bias; 10,000 epochs of four
updates, one per sample, at learning rate 0.9.

The targets that the source prints under the heading AND are 0, 0, 1, 1: a copy of the first input.
The unit learns what it is given. With the printed targets the weight of the first input ends at
{{ "%.2f" | format(w["as printed"]["W"][0][0]) }} and that of the second, which does not matter, at
{{ "%.4f" | format(w["as printed"]["W"][1][0]) }}; with true AND both inputs end with the same
weight, {{ "%.2f" | format(w["true AND"]["W"][0][0]) }} and
{{ "%.2f" | format(w["true AND"]["W"][1][0]) }}. Both tables can be separated by a line, so both
are learnt; only the second one is AND.
""",
)
