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
    title="Keras example: XOR with two hidden units",
    title_ko="Keras 예제: 은닉 노드 2개로 XOR 학습",
    sources=("003",),
    trainings=(SOLVED, replace(SOLVED, name="2-2-1, stuck", seed=7)),
    discussion="""
Here Keras is the original and NumPy the twin: Glorot start, squared error, one sample per update
in a new order every epoch.

{% set early = s["2-2-1"]["solved@4000"] %}
{% set late = s["2-2-1"]["solved@40000"] %}
{% if late %}
Two hidden units are just enough for XOR, and gradient descent does not always find the way. Of
{{ late | length }} seeds {{ early | sum | int }} decide all four rows rightly after 1,000 epochs,
and {{ late | sum | int }} after 10,000. Those that do not sit where two of the four rows share an
output near ½ or ⅔, as the second training below.

The outputs that the source prints after 1,000 epochs are those of an unfinished run (three rows
above ½), as most are by then. Those printed after 10,000 epochs belong to a solved run, and they
are judged among the solved runs only: against all seeds the range would be so wide that nothing
could contradict it.
{% endif %}

The stuck run ends with the outputs
{{ outputs("2-2-1, stuck", 40000) }} and a loss of
{{ "%.4f" | format(m["2-2-1, stuck"]["loss@40000"]) }} that hardly moves any more.
""",
)
