"""What was found of a function or net, and how far its numbers lie from the right ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from experiments.check.apart import Answer
from experiments.check.fit import Fit
from experiments.check.grammar import Description
from experiments.faults.replay import Diagnosis
from experiments.judge.ladder import Comparison, Place
from experiments.judge.rungs import Look
from experiments.subjects.subject import Mistake
from experiments.words import Problem


class Assessment(StrEnum):
    """What can be said. `ONE_SAMPLE`: right, but not on a batch; `NOTHING`: of plots, snippets."""

    RIGHT = "right"
    CONVENTION = "convention"
    ONE_SAMPLE = "one sample"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    FAILED = "failed"
    NOTHING = "nothing"


LOOKS = {
    Assessment.RIGHT: Look("✓", "green"),
    Assessment.CONVENTION: Look("✓", "green"),
    Assessment.ONE_SAMPLE: Look("△", "yellow"),
    Assessment.WRONG: Look("✗", "red"),
    Assessment.UNKNOWN: Look("?", "yellow"),
    Assessment.FAILED: Look("–", "yellow"),
    Assessment.NOTHING: Look("·", "dim"),
}


FINE = (Assessment.RIGHT, Assessment.CONVENTION)

WORST_FIRST = (
    Assessment.WRONG,
    Assessment.UNKNOWN,
    Assessment.FAILED,
    Assessment.ONE_SAMPLE,
    Assessment.CONVENTION,
)


@dataclass(frozen=True)
class Difference:
    """How far a quantity lies from Keras'.

    Attributes:
        largest: the largest difference that rounding does not explain.
        bound: there.
        place: of that element, or the two shapes.
        own: its value; None if there is none of that place.
        keras: Keras' value there.
        relative: of every element: the difference relative to Keras' largest element, 0 within
            the bound.
    """

    largest: float
    bound: float
    place: Place
    own: float | None
    keras: float | None
    relative: np.ndarray


@dataclass(frozen=True)
class Finding:
    """What was found of one function or net.

    Attributes:
        subject: its name in the file.
        about: our name of the function or layer, or "net".
        verdict: the word.
        wrong: quantities that differ from Keras'.
        right: quantities that agree.
        faults: what explains the differences.
        failed: quantities that could not be had, with their answers.
        differences: of every wrong quantity.
        numerical: whether the net's own numerical gradient agrees with Keras, if it has one.
        description: which net it is, where that is known.
        note: what else is to be said of it, if anything.
        fit: the net that a loop trains.
        line: of the mistake, where its numbers tell.
        uses: functions and classes of the file that a loop uses, and that are judged with it.
    """

    subject: str
    about: str
    verdict: Assessment
    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    faults: tuple[Mistake, ...] = ()
    failed: tuple[Answer, ...] = ()
    differences: Mapping[str, Difference] = field(default_factory=dict)
    numerical: bool | None = None
    description: Description | None = None
    note: Problem | None = None
    fit: Fit | None = None
    line: int | None = None
    uses: frozenset[str] = frozenset()


def fitted(values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """In the right one's shape, if only axes of length 1 are more or less."""
    same = [n for n in values.shape if n != 1] == [n for n in np.shape(right) if n != 1]
    return values.reshape(np.shape(right)) if same else values


def difference(
    compared: Comparison, values: np.ndarray, right: np.ndarray, allowed: np.ndarray
) -> Difference:
    """What a failed comparison found, with the numbers of both sides.

    Args:
        compared: the comparison.
        values: the stranger's.
        right: Keras'.
        allowed: how far each element may lie off.
    """
    relative = _relative(values, right, allowed)
    if compared.place.shapes:
        return Difference(compared.difference, compared.bound, compared.place, None, None, relative)
    at = np.unravel_index(np.argmax(relative), relative.shape)
    own, keras, bound = (
        float(np.broadcast_to(side, relative.shape)[at]) for side in (values, right, allowed)
    )
    return Difference(abs(own - keras), bound, Place(tuple(map(int, at))), own, keras, relative)


def _relative(values: np.ndarray, right: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Differences relative to the largest right element; 0 within the bound, 1 if not a number."""
    if np.shape(values) != np.shape(right):
        return np.ones(())
    apart = np.abs(np.asarray(values, float) - right)
    relative = apart / (np.abs(right).max() or 1.0)
    return np.where(apart <= allowed, 0.0, np.where(np.isfinite(relative), relative, 1.0))


def verdict_of(wrong: bool, failed: bool, found: Diagnosis) -> Assessment:
    """The verdict on what differs, what could not be had, and what explains it."""
    if wrong and not found.known:
        return Assessment.UNKNOWN
    if any(not fault.convention for fault in found.faults):
        return Assessment.WRONG
    if failed:
        return Assessment.FAILED
    return Assessment.CONVENTION if found.faults else Assessment.RIGHT
