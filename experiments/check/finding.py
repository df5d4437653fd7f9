"""What was found of a function or net, and how far its numbers lie from the right ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from experiments.check.apart import Answer
from experiments.faults.replay import Diagnosis
from experiments.judge.ladder import Place
from experiments.judge.rungs import Look
from experiments.subjects.subject import Mistake


class Assessment(StrEnum):
    """What can be said of a function or net; `ONE_SAMPLE`: right, but not on a batch."""

    RIGHT = "right"
    CONVENTION = "convention"
    ONE_SAMPLE = "one sample"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    FAILED = "failed"


LOOKS = {
    Assessment.RIGHT: Look("✓", "green"),
    Assessment.CONVENTION: Look("✓", "green"),
    Assessment.ONE_SAMPLE: Look("△", "yellow"),
    Assessment.WRONG: Look("✗", "red"),
    Assessment.UNKNOWN: Look("?", "yellow"),
    Assessment.FAILED: Look("–", "yellow"),
}


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
        differences: of every wrong quantity: its largest difference, the bound there, and where.
        relative: of every wrong quantity, element by element: the difference relative to Keras'
            largest element, 0 within the bound.
        numerical: whether the net's own numerical gradient agrees with Keras, if it has one.
    """

    subject: str
    about: str
    verdict: Assessment
    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    faults: tuple[Mistake, ...] = ()
    failed: tuple[Answer, ...] = ()
    differences: Mapping[str, tuple[float, float, Place]] = field(default_factory=dict)
    relative: Mapping[str, np.ndarray] = field(default_factory=dict)
    numerical: bool | None = None


def fitted(values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """In the right one's shape, if only axes of length 1 are more or less."""
    same = [n for n in values.shape if n > 1] == [n for n in np.shape(right) if n > 1]
    return values.reshape(np.shape(right)) if same else values


def relative_to(values: np.ndarray, right: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Differences relative to the largest right element; 0 within the bound, 1 if not a number."""
    if np.shape(values) != np.shape(right):
        return np.ones(())
    difference = np.abs(np.asarray(values, float) - right)
    relative = difference / (np.abs(right).max() or 1.0)
    return np.where(difference <= allowed, 0.0, np.where(np.isfinite(relative), relative, 1.0))


def verdict_of(wrong: bool, failed: bool, found: Diagnosis) -> Assessment:
    """The verdict on what differs, what could not be had, and what explains it."""
    if wrong and not found.known:
        return Assessment.UNKNOWN
    if any(not fault.convention for fault in found.faults):
        return Assessment.WRONG
    if failed:
        return Assessment.FAILED
    return Assessment.CONVENTION if found.faults else Assessment.RIGHT
