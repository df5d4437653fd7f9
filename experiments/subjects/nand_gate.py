"""The NAND gate (source 000)."""

from experiments.subjects.asking import gate, perceptron
from experiments.subjects.subject import Subject, exchanged

SUBJECT = Subject(
    name="NAND",
    names=("NAND",),
    questions=lambda given: {"NAND": gate(given)},
    formulas={"nand_gate": lambda v: v.gates.NAND, "NAND": lambda v: v.nand_gate(v.x1, v.x2)},
    mistakes=exchanged(
        "nand_gate",
        {"nand-not-negated": perceptron(0.5, 0.7), "nand-bias-not-negated": perceptron(-0.5, 0.7)},
    ),
    traces={"nand_gate": r"="},
)
