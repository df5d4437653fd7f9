"""The rungs of the ladder and the verdicts on printed figures: their order, signs and colours.

Their words in a language stand in `experiments.words`, under "rung" and "verdict".
"""

from dataclasses import dataclass
from enum import StrEnum

RUNGS = (
    "start",
    "values",
    "layers",
    "loss",
    "gradient",
    "update",
    "differences",
    "steps",
    "trajectory",
    "predictions",
)
"""Each stands on the ones before it, so the first one that fails says where to look."""


class Verdict(StrEnum):
    """What can be said of a printed figure."""

    EXACT = "EXACT"
    CONSISTENT = "CONSISTENT"
    UNUSUAL = "UNUSUAL"
    INCONSISTENT = "INCONSISTENT"
    NOT_COMPARABLE = "NOT COMPARABLE"
    INSUFFICIENT = "INSUFFICIENT"


@dataclass(frozen=True)
class Look:
    """How a verdict is shown."""

    sign: str
    colour: str


LOOKS = {
    Verdict.EXACT: Look("●", "green"),
    Verdict.CONSISTENT: Look("✓", "green"),
    Verdict.UNUSUAL: Look("△", "yellow"),
    Verdict.INCONSISTENT: Look("✗", "red"),
    Verdict.NOT_COMPARABLE: Look("–", "dim"),
    Verdict.INSUFFICIENT: Look("?", "dim"),
}
