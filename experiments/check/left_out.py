"""What a right training leaves out: parameters that stay as they are, progress that is lost."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np

from experiments.check.finding import Assessment, Finding
from experiments.check.fit import Fit, values
from experiments.check.grammar import STEPS
from experiments.check.source import Source
from experiments.check.states import NOWHERE, Arrays
from experiments.subjects.subject import Mistake
from experiments.subjects.training_loop import never_updated

CALLED_BIAS = re.compile(r"bias|intercept|(^|[._'\"])bs?\d?_?(\b|['\"])")
"""What a bias is called."""

IN_A_DICT = re.compile(r"(?P<of>.+)\[(['\"])[WwBb]\d+\2\]")
"""A parameter in a dict of them."""

KEPT = {"new_W1": lambda v: v.W1}
"""What stands in the place of an update that is left out."""

STARTS_ANEW = Mistake("starts-anew", "trajectory", {"new_W1": lambda v: None})
"""What is said of a loop that makes its weights anew in every turn."""


def with_what_it_leaves(
    finding: Finding, states: Sequence[Arrays], source: Source, line: int
) -> Finding:
    """A right training is wrong if it leaves out parameters, or loses what it has learned.

    Args:
        finding: of the loop.
        states: the arrays before every turn, and after the last one.
        source: the program.
        line: of the loop.
    """
    fit, expected = finding.fit, (Assessment.RIGHT, Assessment.WRONG)
    only_left_out = all("-never-updated" in fault.id for fault in finding.faults)
    if fit is None or finding.verdict not in expected or not only_left_out:
        return finding
    if finding.verdict is Assessment.WRONG and not finding.faults:
        return finding
    right = tuple(n for n in fit.place.expressions if n not in fit.place.still)
    if made := _made_anew(fit, states, source, line):
        return replace(
            finding, verdict=Assessment.WRONG, wrong=right, right=(), faults=(STARTS_ANEW,),
            note=None, line=made,
        )  # fmt: skip
    left = {name: name for name in _of_the_same_dict(right, states)}
    if not left:
        for name, ours, meant in islice(_biases(fit, source), 1):
            left, fit = {name: ours}, meant
    if not left:
        return finding
    never = tuple(Mistake(never_updated(ours), "update", KEPT) for ours in left.values())
    at = source.assigned(next(iter(left)), line) or source.assigned(right[0], line) or line
    return replace(
        finding, verdict=Assessment.WRONG, wrong=tuple(left), right=right, faults=never,
        fit=fit, note=None, line=at,
    )  # fmt: skip


def _of_the_same_dict(own: Sequence[str], states: Sequence[Arrays]) -> Iterator[str]:
    """Parameters that stay, in a dict with others that do not."""
    dicts = {found["of"] for name in own if (found := IN_A_DICT.fullmatch(name))}
    for name, array in sorted(states[0].items()):
        stays = all(np.array_equal(array, state.get(name, NOWHERE)) for state in states[1:])
        if stays and (found := IN_A_DICT.fullmatch(name)) and found["of"] in dicts:
            yield name


def _biases(fit: Fit, source: Source) -> Iterator[tuple[str, str, Fit]]:
    """Biases that are added and stay zero though their slope is not.

    Yields:
        The program's name, ours, and the net with the bias.
    """
    first, last, place = fit.place.states[0], fit.place.states[-1], fit.place
    for layer, number, units in zip(place.layers, fit.chain.layers, place.widths[1:], strict=True):
        for expression, array in first.items():
            if (
                number in fit.chain.biased
                or not CALLED_BIAS.search(expression)
                or array.size != units
                or array.any()
                or not np.array_equal(array, last.get(expression, NOWHERE))
                or not source.is_added(expression)
            ):
                continue
            layers = (replace(o, bias=expression) if o is layer else o for o in place.layers)
            chain = replace(fit.chain, biased=fit.chain.biased | {number})
            meant = replace(fit, place=replace(place, layers=tuple(layers)), chain=chain)
            slope = getattr(values(meant.place, chain, 0), f"gb{number}")
            if np.abs(slope).max() > place.close:
                yield expression, f"b{number}", meant


def _made_anew(fit: Fit, states: Sequence[Arrays], source: Source, line: int) -> int | None:
    """The line of a loop that makes its weights anew, so that it changes them in one turn only."""
    names = [name for name in fit.place.expressions if name not in fit.place.still]
    moves = [
        any(not np.array_equal(before[name], after[name]) for name in names)
        for before, after in pairwise(states)
    ]
    loop = source.loop_at(line)
    if fit.chain.of.output in STEPS or len(moves) < 2 or any(moves[1:]) or loop is None:
        return None
    kept = {re.split(r"[.\[]", name)[0] for name in names}
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign):
            written = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            read = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
            if written & kept and not read & kept:
                return node.lineno
    return None
