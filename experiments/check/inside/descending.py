"""Central differences of a stranger's functions, where a loop of his goes down on one of them."""

import inspect
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from experiments.check.inside.loading import FAILURES, SECONDS_PER_CALL, time_limit
from experiments.check.inside.protocol import Answers, encode

H = 1e-4
MOST = 20
"""Elements of a point at which differences are taken."""

POINTS = ((-7.0, 2.0), (0.5, -1.5), (3.0, 0.25))
"""At which functions of two numbers are asked."""


def write_differences(
    answers: Answers, turns: Mapping[int, Sequence[Mapping[str, Any]]], names: Mapping[str, Any]
) -> None:
    """Write down what the functions of one argument give along a loop, and their differences.

    Args:
        answers: where to; one of the kind "along" for each loop, variable and function.
        turns: the arrays before every turn, by the line of the loop.
        names: of the program.
    """
    functions = {name: f for name, f in names.items() if _takes_one(f)}
    for line, states in turns.items():
        for variable in _moving(states):
            points = [np.array(state[variable], float) for state in states]
            for name, function in functions.items():
                try:
                    with time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
                        found = [np.array(function(_copy(point)), float) for point in points]
                        slopes = [_differences(function, point) for point in points]
                except FAILURES:
                    continue
                answers.write(
                    kind="along", line=line, variable=variable, function=name,
                    points=encode(np.array(points)), values=encode(np.array(found)),
                    slopes=encode(np.array(slopes)),
                )  # fmt: skip


def _takes_one(value: object) -> bool:
    if not inspect.isfunction(value):
        return False
    needed = [p for p in inspect.signature(value).parameters.values() if p.default is p.empty]
    return len(needed) == 1 and needed[0].kind is needed[0].POSITIONAL_OR_KEYWORD


def _moving(states: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Small arrays and numbers that are other ones at every turn."""
    for name, value in states[0].items():
        size, shape = np.size(value), np.shape(value)
        if size > MOST or not all(name in s and np.shape(s[name]) == shape for s in states):
            continue
        if len(states) > 2 and all(
            not np.array_equal(one[name], other[name]) for one, other in pairwise(states)
        ):
            yield name


def _copy(point: np.ndarray) -> Any:  # noqa: ANN401
    return point.copy() if point.ndim else float(point)


def _differences(function: Any, point: np.ndarray) -> np.ndarray:  # noqa: ANN401
    """Central differences of a function's only value, shaped like the point.

    Raises:
        ValueError: if it has several values.
    """
    slopes = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        ends = []
        for step in (H, -H):
            moved = point.copy()
            moved[index] += step
            ends.append(np.asarray(function(_copy(moved)), float).item())
        slopes[index] = (ends[0] - ends[1]) / (2 * H)
    return slopes


def write_slopes(answers: Answers, names: Mapping[str, Any]) -> None:
    """Write down what functions of two numbers give as another's slopes, and its differences.

    Args:
        answers: where to; one of the kind "slopes" for each pair.
        names: of the program.
    """
    functions = {name: f for name, f in names.items() if inspect.isfunction(f)}
    for name, other in with_slopes(functions):
        f, slopes = functions[name], functions[other]
        try:
            with time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
                given = [np.array(slopes(*point), float) for point in POINTS]
                right = [_differences(lambda moved: f(*moved), np.array(p)) for p in POINTS]  # noqa: B023
        except FAILURES:
            continue
        if np.shape(given) == np.shape(right):
            answers.write(
                kind="slopes", function=name, derivative=other, points=encode(np.array(POINTS)),
                given=encode(np.array(given)), right=encode(np.array(right)),
            )  # fmt: skip


def with_slopes(names: Collection[str]) -> list[tuple[str, str]]:
    """Functions, and what is called as if it gave their slopes."""
    forms = ("d{}", "d_{}", "grad_{}", "{}_grad", "{}_gradient")
    pairs = ((name, form.format(name)) for name in names for form in forms)
    return [(name, other) for name, other in pairs if other in names]
