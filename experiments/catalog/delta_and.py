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
    evaluate_at=(0,),
)

EXPERIMENT = Experiment(
    name="delta-and",
    lesson=20,
    sources=("002",),
    trainings=(AS_PRINTED, replace(AS_PRINTED, name="true AND", data="and")),
)
