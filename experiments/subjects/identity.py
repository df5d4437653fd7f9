"""The output activation of regression (source 001)."""

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject

SUBJECT = Subject(
    name="identity",
    names=("identity_function",),
    questions=lambda given: {"identity": elementwise(given["scores"])},
    formulas={
        "identity_function": lambda v: v.functions.identity,
        "identity": lambda v: v.identity_function(v.scores) * 1.0,
    },
)
