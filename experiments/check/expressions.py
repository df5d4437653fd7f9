"""What a formula is that no known mistake explains: the shortest expression with these numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from experiments.subjects.subject import Mistake

ANOTHER_FORMULA = Mistake("another-formula", "values", {"": lambda v: None})
"""What is said where no known mistake has these numbers, and an expression has."""

MOST = 4
"""Parts that an expression is made of."""

CLOSE = 1e-11
"""How far, relative to the largest element, an expression's numbers may lie off."""

SUM, PRODUCT, PART = 1, 2, 3
"""How strongly an expression holds together."""

OPERATORS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}


@dataclass(frozen=True)
class Expression:
    """A formula as one would write it, and its numbers."""

    text: str
    strength: int
    values: np.ndarray


def expression_of(target: np.ndarray, parts: Mapping[str, np.ndarray]) -> str | None:
    """The shortest expression of some parts, 1 and 2 that equals an array everywhere.

    Args:
        target: the array.
        parts: what it may be made of, by name, of the same shape or of one that broadcasts.
    """
    if target.ndim == 0 or not np.isfinite(target).all() or not target.any():
        return None
    ones = {"1": np.ones(target.shape), "2": np.full(target.shape, 2.0)}
    levels = [[
        Expression(name, PART, np.broadcast_to(values, target.shape).astype(float))
        for name, values in {**parts, **ones}.items()
    ]]  # fmt: skip
    seen = {_key(one.values) for one in levels[0]}
    allowed = CLOSE * np.abs(target).max()
    while True:
        for sign, one in product((1, -1), levels[-1]):
            if np.abs(sign * one.values - target).max() <= allowed:
                return one.text if sign > 0 else _negated(one)
        if len(levels) == MOST:
            return None
        levels.append(_longer(levels, seen))


def _negated(one: Expression) -> str:
    return f"-{one.text}" if one.strength > SUM else f"-({one.text})"


@np.errstate(all="ignore")
def _longer(levels: list[list[Expression]], seen: set[bytes]) -> list[Expression]:
    """All expressions of one part more, but those with numbers that are there already."""
    found, size = [], len(levels) + 1
    for first in range(1, size):
        for a, b in product(levels[first - 1], levels[size - first - 1]):
            for operator, strength in OPERATORS.items():
                if operator in "+*" and a.text > b.text:
                    continue
                values = _combined(a.values, operator, b.values)
                if not np.isfinite(values).all():
                    continue
                key = _key(values)
                if key not in seen:
                    seen.add(key)
                    found.append(Expression(_text(a, operator, b, strength), strength, values))
    return found


def _combined(a: np.ndarray, operator: str, b: np.ndarray) -> np.ndarray:
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    return a * b if operator == "*" else a / b


def _text(a: Expression, operator: str, b: Expression, strength: int) -> str:
    left = a.text if a.strength >= strength else f"({a.text})"
    right = (
        b.text
        if b.strength > strength or (b.strength == strength and operator in "+*")
        else f"({b.text})"
    )
    return f"{left} {operator} {right}"


def _key(values: np.ndarray) -> bytes:
    return np.round(values, 9).tobytes()
