"""The XOR gate, made of the others (source 000)."""

from experiments.subjects.asking import gate
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, mistakes

FORMULAS: Formulas = {
    "xor_gate": lambda v: v.gates.XOR,
    "XOR": lambda v: v.xor_gate(v.x1, v.x2),
}

MISTAKES = (
    *mistakes(
        "values",
        {
            "xor-without-nand": {
                "xor_gate": lambda v: (
                    lambda x1, x2: v.and_gate(v.or_gate(x1, x2), v.and_gate(x1, x2))
                )
            }
        },
    ),
    *mistakes(
        "values",
        {
            "xor-of-or": {
                "xor_gate": lambda v: (
                    lambda x1, x2: v.or_gate(v.or_gate(x1, x2), v.nand_gate(x1, x2))
                )
            }
        },
    ),
)


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    return {"XOR": gate(given)}


SUBJECT = Subject(
    name="XOR",
    names=("XOR",),
    questions=questions,
    formulas=FORMULAS,
    mistakes=MISTAKES,
    traces={"xor_gate": r"return"},
)
