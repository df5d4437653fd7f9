"""The XOR gate, made of the others (source 000)."""

from experiments.subjects.asking import gate
from experiments.subjects.subject import Subject, mistakes

SUBJECT = Subject(
    name="XOR",
    names=("XOR",),
    questions=lambda given: {"XOR": gate(given)},
    formulas={"xor_gate": lambda v: v.gates.XOR, "XOR": lambda v: v.xor_gate(v.x1, v.x2)},
    mistakes=(
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
    ),
    traces={"xor_gate": r"return"},
)
