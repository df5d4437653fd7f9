"""The AND gate (source 000)."""

from experiments.subjects.asking import gate
from experiments.subjects.asking import perceptron as _perceptron
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, exchanged

FORMULAS: Formulas = {
    "and_gate": lambda v: v.gates.AND,
    "AND": lambda v: v.and_gate(v.x1, v.x2),
}

MISTAKES = (
    *exchanged(
        "and_gate",
        {
            "and-is-or": _perceptron(0.5, 0.3),
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"AND": gate(given)}


SUBJECT = Subject(
    name="AND",
    names=("AND",),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
    traces={"and_gate": r"="},
)
