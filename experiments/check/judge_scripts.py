"""Scripts of chapters 5 and 6: layers gone back through one by one, a function and its slopes."""

from collections.abc import Iterator

import numpy as np

from experiments.check.apart import Outcome
from experiments.check.finding import Assessment, Finding
from experiments.subjects.subject import Mistake
from experiments.words import Problem

EXACT = 1e-12
"""How far what a layer is given may lie off, relative to what is right: a few roundings."""

CLOSE = 1e-5
"""How far central differences may lie from a slope, relative to the largest."""

OUT_OF_ORDER = Mistake("backward-out-of-order", "gradient", {"x": lambda v: None})
OTHER_SLOPES = Mistake("slopes-of-another-function", "gradient", {"x": lambda v: None})


def judge_scripts(outcome: Outcome) -> Iterator[Finding]:
    """What is found of a script's layers, and of its functions of two numbers."""
    if outcome.ways_back:
        yield _of_layers(outcome)
    for slopes in outcome.slopes:
        largest = np.abs(slopes.right).max() or 1.0
        is_right = bool(np.abs(slopes.given - slopes.right).max() < CLOSE * largest)
        values = {"gradient": slopes.derivative, "function": slopes.function}
        if is_right:
            note = Problem("check.slopes of a function", **values)
            uses = frozenset({slopes.function})
            yield Finding(slopes.derivative, "slopes", Assessment.RIGHT, note=note, uses=uses)
            continue
        at = int(np.abs(slopes.given - slopes.right).max(axis=1).argmax())
        given, right = (np.array2string(a[at], precision=6) for a in (slopes.given, slopes.right))
        point = np.array2string(slopes.points[at], precision=6)
        note = Problem(
            "check.descent by another", point=point, given=given, slope=right, **values
        )  # fmt: skip
        yield Finding(
            slopes.derivative, "slopes", Assessment.WRONG, faults=(OTHER_SLOPES,), note=note
        )


def _of_layers(outcome: Outcome) -> Finding:
    """Wrong at the first layer, on the way back, that is given another number than is right."""
    by_line = sorted(outcome.ways_back, key=lambda way: way.line)
    names = ", ".join(f"`{way.name}`" for way in by_line)
    for way in by_line:
        if abs(way.given - way.right) > EXACT * max(abs(way.given), abs(way.right)):
            note = Problem(
                "check.way back", name=way.name, given=f"{way.given:g}", right=f"{way.right:g}"
            )  # fmt: skip
            return Finding(
                f"{way.name}.backward", "layers", Assessment.WRONG,
                faults=(OUT_OF_ORDER,), note=note, line=way.line,
            )  # fmt: skip
    note = Problem("check.ways back", names=names)
    return Finding(f"{by_line[0].name}.backward", "layers", Assessment.RIGHT, note=note)
