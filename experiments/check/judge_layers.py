"""The book's layers of two numbers, gone back through one by one by a script (chapter 5)."""

from collections.abc import Iterator

from experiments.check.apart import Outcome, WayBack
from experiments.check.finding import Assessment, Finding
from experiments.subjects.subject import Mistake
from experiments.words import Problem

EXACT = 1e-12
"""How far what a layer is given may lie off, relative to what is right: a few roundings."""

OUT_OF_ORDER = Mistake("backward-out-of-order", "gradient", {"x": lambda v: None})


def judge_layers(outcome: Outcome) -> Iterator[Finding]:
    """Wrong at the first layer that is used otherwise than once ahead and once back, rightly."""
    by_line = sorted(outcome.ways_back, key=lambda way: way.line)
    for way in by_line:
        if note := _what_is_wrong(way):
            yield Finding(
                f"{way.name}.backward", "layers", Assessment.WRONG,
                faults=(OUT_OF_ORDER,), note=note, line=way.line,
            )  # fmt: skip
            return
    note = Problem("check.ways back", names=", ".join(f"`{way.name}`" for way in by_line))
    if by_line:
        yield Finding(f"{by_line[0].name}.backward", "layers", Assessment.RIGHT, note=note)


def _what_is_wrong(way: WayBack) -> Problem | None:
    if way.ahead > 1:
        return Problem("check.way ahead twice", name=way.name, n=way.ahead)
    if way.before:
        return Problem("check.way back twice", name=way.name)
    if abs(way.given - way.right) > EXACT * max(abs(way.given), abs(way.right)):
        given, right = f"{way.given:g}", f"{way.right:g}"
        return Problem("check.way back", name=way.name, given=given, right=right)
    return None
