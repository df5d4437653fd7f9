"""The output activation of regression (source 001)."""

from experiments.subjects.asking import elementwise
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject

FORMULAS: Formulas = {
    "identity_function": lambda v: v.functions.identity,
    "identity": lambda v: v.identity_function(v.scores) * 1.0,
}


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"identity": elementwise(given["scores"])}


SUBJECT = Subject(
    name="identity",
    names=("identity_function",),
    questions=questions,
    formulas=FORMULAS,
)
