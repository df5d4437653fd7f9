"""What a loop does to the arrays in its reach: which stay, which change, which are copies."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

Arrays = Mapping[str, np.ndarray]

NOWHERE = np.array(np.nan)
"""What an array is that is not there: equal to nothing."""

NUMBERED = re.compile(r"(\w*[^\W\d]_?)\d")
WEIGHTS = re.compile(r"w|w_|weight_?", re.IGNORECASE)
"""What is called by a number, as one of several; and what a unit's weights are called so."""

CLOSE = 1e-6
"""How far, relative to the largest change, a fit may lie off before its bounds are worked out."""


def without_copies(states: Sequence[Arrays]) -> list[Arrays]:
    """The states without arrays that are others under another name."""
    first: dict[tuple, str] = {}
    copies = {
        name
        for name in states[0]
        if all(name in state and state[name].size > 1 for state in states)
        and name
        != first.setdefault(
            tuple((s[name].dtype.str, s[name].shape, s[name].tobytes()) for s in states), name
        )
    }
    return [{n: a for n, a in state.items() if n not in copies} for state in states]


def with_rows_of_numbers(states: Sequence[Arrays]) -> list[Arrays]:
    """The states with w1, w2, … as one array where a unit's weights are single numbers.

    So are x1, x2, …, if there are as many. The array is called by all their names.
    """
    rows: dict[str, list[str]] = {}
    for name, array in states[-1].items():
        if not array.ndim and (numbered := NUMBERED.fullmatch(name)):
            rows.setdefault(numbered[1], []).append(name)
    weights = {len(names) for base, names in rows.items() if WEIGHTS.fullmatch(base)} - {1}
    joined = [sorted(names) for names in rows.values() if len(names) in weights]
    return [_joined(state, joined) for state in states]


def _joined(state: Arrays, rows: Sequence[Sequence[str]]) -> Arrays:
    there = [names for names in rows if all(name in state for name in names)]
    apart = {name for names in there for name in names}
    arrays = {", ".join(names): np.array([state[name] for name in names]) for names in there}
    return {n: a for n, a in state.items() if n not in apart} | arrays


def is_multiple(array: np.ndarray, of: np.ndarray) -> bool:
    """Whether two arrays are the same but for layout, sign and a factor."""
    if array.size != of.size or array.size < 2 or not array.any():
        return False
    one, other = (np.sort(np.abs(a).ravel()) for a in (array, of))
    return bool(np.abs(one / one[-1] - other / (other[-1] or np.inf)).max() < CLOSE)


def changed(states: Sequence[Arrays]) -> list[str]:
    """Arrays that are there from the start, keep their shape, and do not stay as they are."""
    first = states[0]
    return [
        name
        for name in lasting(states)
        if any(not np.array_equal(first[name], state[name], True) for state in states)
    ]


def go_one_by_one(states: Sequence[Arrays]) -> bool:
    """Whether a loop changes other arrays in every turn: it goes through them.

    Such a loop is within one that trains.
    """
    turns = [{n for n in changed(two) if two[0][n].ndim} for two in pairwise(states)]
    turns = [names for names in turns if names]
    return len(turns) > 1 and len(set.union(*turns)) == sum(map(len, turns))


def only_sums_up(states: Sequence[Arrays], loops_around: int) -> bool:
    """Whether a loop changes single numbers only: deep in others, or one by whole numbers."""
    names = changed(states)
    if any(states[0][name].ndim for name in names):
        return False
    steps = [after[name] - before[name] for before, after in pairwise(states) for name in names]
    return loops_around > 1 or (len(names) == 1 and not any(step % 1 for step in steps))


def reshaped(states: Sequence[Arrays]) -> list[str]:
    """Matrices that a loop leaves in another shape."""
    return [
        name
        for name, array in states[0].items()
        if array.ndim > 1 and any(np.shape(s.get(name, array)) != array.shape for s in states)
    ]


def lasting(states: Sequence[Arrays]) -> list[str]:
    """Arrays that are there all the time in one shape, and fractions among single numbers."""
    return [
        name
        for name, array in states[0].items()
        if all(np.shape(state.get(name, np.empty(0))) == array.shape for state in states)
        and (array.ndim or states[-1][name].dtype.kind == "f")
    ]
