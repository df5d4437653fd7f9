"""The OR gate (source 000)."""

from experiments.subjects.asking import gate, perceptron
from experiments.subjects.subject import Subject, exchanged

SUBJECT = Subject(
    name="OR",
    names=("OR",),
    questions=lambda given: {"OR": gate(given)},
    formulas={"or_gate": lambda v: v.gates.OR, "OR": lambda v: v.or_gate(v.x1, v.x2)},
    mistakes=exchanged("or_gate", {"or-is-and": perceptron(0.5, 0.7)}),
    traces={"or_gate": r"="},
)
