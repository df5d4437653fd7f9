"""The book's layers of two numbers, gone back through one by one by a script (chapter 5)."""

from collections.abc import Iterator

from experiments.check.apart import Outcome
from experiments.check.finding import Assessment, Finding
from experiments.subjects.subject import Mistake
from experiments.words import Problem

EXACT = 1e-12
"""How far what a layer is given may lie off, relative to what is right: a few roundings."""

OUT_OF_ORDER = Mistake("backward-out-of-order", "gradient", {"x": lambda v: None})


def judge_layers(outcome: Outcome) -> Iterator[Finding]:
    """Wrong at the first layer, on the way back, that is given another number than is right."""
    by_line = sorted(outcome.ways_back, key=lambda way: way.line)
    names = ", ".join(f"`{way.name}`" for way in by_line)
    for way in by_line:
        if abs(way.given - way.right) > EXACT * max(abs(way.given), abs(way.right)):
            note = Problem(
                "check.way back", name=way.name, given=f"{way.given:g}", right=f"{way.right:g}"
            )  # fmt: skip
            yield Finding(
                f"{way.name}.backward", "layers", Assessment.WRONG,
                faults=(OUT_OF_ORDER,), note=note, line=way.line,
            )  # fmt: skip
            return
    note = Problem("check.ways back", names=names)
    if by_line:
        yield Finding(f"{by_line[0].name}.backward", "layers", Assessment.RIGHT, note=note)
