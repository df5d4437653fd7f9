"""The same net with the cross-entropy delta, as printed and as meant (source 002)."""

from dataclasses import replace

from experiments.catalog.xor_mlp_4 import TRAINING
from experiments.spec import Experiment, first_sample

CORRECTED = replace(TRAINING, name="corrected", options={"error": "binary_cross_entropy_error"})

EXPERIMENT = Experiment(
    name="xor-mlp-4-cross-entropy",
    lesson=23,
    sources=("002",),
    trainings=(
        replace(CORRECTED, name="as printed", order=first_sample(), steps=10_000),
        CORRECTED,
    ),
)
