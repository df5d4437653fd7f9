"""The step function (sources 000, 001)."""

from experiments.subjects.asking import elementwise
from experiments.subjects.subject import Subject, exchanged

SUBJECT = Subject(
    name="step",
    names=("step_function", "step"),
    questions=lambda given: {"step": elementwise(given["scores"])},
    formulas={
        "step_function": lambda v: v.functions.step,
        "step": lambda v: v.step_function(v.scores),
    },
    mistakes=exchanged("step_function", {"step-at-zero": lambda a: (a >= 0).astype(a.dtype)}),
)
