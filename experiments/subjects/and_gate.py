"""The AND gate (source 000)."""

from experiments.subjects.asking import gate, perceptron
from experiments.subjects.subject import Subject, exchanged

SUBJECT = Subject(
    name="AND",
    names=("AND",),
    questions=lambda given: {"AND": gate(given)},
    formulas={"and_gate": lambda v: v.gates.AND, "AND": lambda v: v.and_gate(v.x1, v.x2)},
    mistakes=exchanged("and_gate", {"and-is-or": perceptron(0.5, 0.3)}),
    traces={"and_gate": r"="},
)
