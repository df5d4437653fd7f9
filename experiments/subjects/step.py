"""The step function (sources 000, 001)."""

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, exchanged

FORMULAS: Formulas = {
    "step_function": lambda v: v.functions.step,
    "step": lambda v: v.step_function(v.scores),
}

MISTAKES = (
    *exchanged(
        "step_function",
        {
            "step-at-zero": lambda a: (a >= 0).astype(a.dtype),
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"step": elementwise(given["scores"])}


SUBJECT = Subject(
    name="step",
    names=("step_function", "step"),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
)
