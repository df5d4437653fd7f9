"""Slopes of a program's own functions: a loop that goes by them, a function that gives them."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.check.apart import Along, Outcome
from experiments.check.finding import Assessment, Finding
from experiments.check.source import Source
from experiments.subjects.subject import Mistake
from experiments.words import Problem

CLOSE = 1e-5
"""How far central differences may lie from a slope, relative to the largest."""

UPHILL = Mistake("descent-uphill", "update", {"x": lambda v: None})
OTHER_SLOPE = Mistake("descent-by-another-slope", "gradient", {"x": lambda v: None})
OTHER_SLOPES = Mistake("slopes-of-another-function", "gradient", {"x": lambda v: None})


def judge_descents(outcome: Outcome, source: Source, known: set[str]) -> Iterator[Finding]:
    """What is found of loops that move a variable by the slope of a function.

    Args:
        outcome: of the file.
        source: the file.
        known: functions that are asked for themselves.
    """
    for line in dict.fromkeys(along.line for along in outcome.along):
        of_line = [a for a in outcome.along if a.line == line and a.function not in known]
        finding = _judge(of_line, source.called(line), source)
        if finding is not None:
            yield finding


def judge_slopes(outcome: Outcome) -> Iterator[Finding]:
    """What is found of functions that give the slopes of a function of two numbers."""
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


def _judge(candidates: Sequence[Along], name: str, source: Source) -> Finding | None:
    for one in candidates:
        rate = _rate(one.points, one.slopes)
        if rate is not None:
            uses = frozenset({one.function} | _gradients(candidates, one))
            note = Problem("check.descent", function=one.function, variable=one.variable,
                           start=_first(one.points), rate=f"{abs(rate):.6g}")  # fmt: skip
            verdict = Assessment.RIGHT if rate > 0 else Assessment.WRONG
            faults = () if rate > 0 else (UPHILL,)
            line = source.assigned(one.variable) if rate < 0 else None
            return Finding(name, "loop", verdict, faults=faults, note=note, line=line, uses=uses)
    for one in candidates:
        if one.values.shape != one.points.shape or _rate(one.points, one.values) is None:
            continue
        others = [o for o in candidates if o.variable == one.variable and o is not one]
        if len(others) == 1:
            (other,) = others
            note = Problem(
                "check.descent by another", gradient=one.function, function=other.function,
                point=_first(one.points), given=_first(one.values), slope=_first(other.slopes),
            )  # fmt: skip
            return Finding(
                name, "loop", Assessment.WRONG, faults=(OTHER_SLOPE,), note=note,
                line=source.assigned(one.function), uses=frozenset({one.function, other.function}),
            )  # fmt: skip
    return None


def _first(values: np.ndarray) -> str:
    first = values[0]
    return np.array2string(first, precision=6) if first.ndim else f"{first:.6g}"


def _gradients(candidates: Sequence[Along], of: Along) -> set[str]:
    """Functions that are the slope of another one."""
    scale = np.abs(of.slopes).max() or 1.0
    return {
        one.function
        for one in candidates
        if one.values.shape == of.slopes.shape
        and np.abs(one.values - of.slopes).max() < CLOSE * scale
    }


def _rate(points: np.ndarray, slopes: np.ndarray) -> float | None:
    """By which a slope was taken off at every turn; None if the changes are no such thing."""
    changes, slopes = np.diff(points, axis=0).ravel(), slopes[:-1].ravel()
    if not np.isfinite(slopes).all() or not slopes.any():
        return None
    rate = -float(changes @ slopes / (slopes @ slopes))
    off = np.abs(changes + rate * slopes).max()
    return rate if off < CLOSE * np.abs(changes).max() else None
