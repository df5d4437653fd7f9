"""The OR gate (source 000)."""

from experiments.subjects.asking import gate
from experiments.subjects.asking import perceptron as _perceptron
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, exchanged

FORMULAS: Formulas = {
    "or_gate": lambda v: v.gates.OR,
    "OR": lambda v: v.or_gate(v.x1, v.x2),
}

MISTAKES = (
    *exchanged(
        "or_gate",
        {
            "or-is-and": _perceptron(0.5, 0.7),
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"OR": gate(given)}


SUBJECT = Subject(
    name="OR",
    names=("OR",),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
    traces={"or_gate": r"="},
)
