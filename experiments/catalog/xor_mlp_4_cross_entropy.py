"""The same net with the cross-entropy delta, as printed and as meant (source 002)."""

from dataclasses import replace

from experiments.catalog.xor_mlp_4 import TRAINING
from experiments.spec import Experiment, first_sample

CORRECTED = replace(TRAINING, name="corrected", options={"error": "binary_cross_entropy_error"})

EXPERIMENT = Experiment(
    name="xor-mlp-4-cross-entropy",
    lesson=23,
    title="XOR with four hidden units and the cross-entropy delta",
    title_ko="크로스 엔트로피 델타로 XOR 학습",
    sources=("002",),
    trainings=(
        replace(CORRECTED, name="as printed", order=first_sample(), steps=10_000),
        CORRECTED,
    ),
    discussion="""
With the cross-entropy as loss the output's delta is the plain error d − y. The source tries it and
finds: "결과가 약간 이상하게 나온다..?" (the result comes out somewhat strange). The reason is one
indentation: the `return` of BackpropCE stands inside the loop over the samples, so every call
learns the first sample, (0, 0) → 0, and leaves. After 10,000 epochs the outputs are
{{ outputs("as printed", 10000, 5) }}:
the net has learnt to say 0, whatever it is asked.

With the return behind the loop the same net gives
{{ outputs("corrected", 40000, 5) }}.
""",
)
