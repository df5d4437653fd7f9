"""Where a program stops by a mistake of its own, before it has come to its end."""

import re
from collections.abc import Sequence

from experiments.check.source import Source
from experiments.words import Problem

OWN = re.compile(
    r"(Name|UnboundLocal|Key|Attribute|Type|Value|ZeroDivision|Indentation|ResourceExhausted)Error\b"
)
"""Errors of a program's own; others may come of what it reads."""

FROM_OUTSIDE = re.compile(r"datasets|fetch_\w+|argv|input\(|imread")
"""What brings in data, for which something else stands in here: they may be to blame.

Files are read themselves, and MNIST's stand-in has MNIST's shapes.
"""

STAND_IN = re.compile("NotLoaded|InALoop|something that was not found")
"""How an error names what stands in for packages that are not needed, and for nets in loops."""


def stops(
    source: Source, skipped: Sequence[tuple[int, int, Problem]]
) -> tuple[int, Problem] | None:
    """The line in which a program fails, and how; None if it does not, or not for itself alone.

    Args:
        source: the program.
        skipped: (first line, last line, why) of what was not run of it.
    """
    if not skipped or FROM_OUTSIDE.search(source.text):
        return None
    first, _, why = skipped[0]
    said = str(why)
    return (first, why) if OWN.match(said) and not STAND_IN.search(said) else None
