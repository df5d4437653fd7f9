"""The NAND gate (source 000)."""

from experiments.subjects.asking import gate
from experiments.subjects.asking import perceptron as _perceptron
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, exchanged

FORMULAS: Formulas = {
    "nand_gate": lambda v: v.gates.NAND,
    "NAND": lambda v: v.nand_gate(v.x1, v.x2),
}

MISTAKES = (
    *exchanged(
        "nand_gate",
        {
            "nand-not-negated": _perceptron(0.5, 0.7),
            "nand-bias-not-negated": _perceptron(-0.5, 0.7),
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"NAND": gate(given)}


SUBJECT = Subject(
    name="NAND",
    names=("NAND",),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
    traces={"nand_gate": r"="},
)
