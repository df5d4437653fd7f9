"""What became of a checked file, and how it is shown: as lines, or rows of a table."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments import words
from experiments.check.explain import Explanation
from experiments.check.finding import LOOKS, WORST_FIRST, Assessment

GOES_BACK = re.compile(r"back|grad|update|delta", re.IGNORECASE)
"""Names of what computes or uses gradients: a file in which it went unasked is not called right."""

GOES_FORTH = ("forward", "predict")
"""Names of functions that compute outputs: the same."""


@dataclass(frozen=True)
class Checked:
    """What became of a file.

    Attributes:
        path: the file.
        explanations: of everything found in it.
        skipped: top-level code that was not run: (where it begins, why).
        missing: what a net lacks, as "Class.method".
        changed: functions, and methods as "Class.method", that changed their arguments.
        nearly: options that would check functions whose names are nearly the book's.
        not_found: modules that it imports and that are nowhere.
        put_in: names that the file reads and lacks, and that were put in.
        misspelt: NumPy names that there are not, where, and what may be meant.
        removed: names that today's NumPy does not have any more, and where.
        not_checked: functions and classes of which nothing could be asked, and why.
        unasked: functions and classes that are not known here, and so were not asked.
        loops: that change arrays, it is not known to what end: their text and place.
        goes_back: whether one of those, or of the not checked, goes forth or back or has a method
            that does.
        stops: where the program itself fails, and how; empty if it does not.
        stopped: why the process ended before everything was asked; empty if it did not.
        error: why nothing could be checked; empty if something was.
        has_nothing: whether that is because there is nothing to be checked.
        language: of the explanations.
    """

    path: Path
    explanations: tuple[Explanation, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    nearly: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    put_in: tuple[str, ...] = ()
    misspelt: tuple[tuple[str, str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    not_checked: tuple[tuple[str, str], ...] = ()
    unasked: tuple[str, ...] = ()
    loops: tuple[tuple[str, str], ...] = ()
    goes_back: bool = False
    stops: tuple[str, ...] = ()
    stopped: str = ""
    error: str = ""
    has_nothing: bool = False
    language: str = "en"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from experiments.check.page import to_cell  # a terminal needs no pages

        return to_cell({self.language: self})

    @property
    def asides(self) -> tuple[str, ...]:
        """What else is to be said of the file, in the language of the explanations."""
        say = words.of(self.language)
        said: list[tuple[str, tuple[str, ...]]] = [
            *(("stops", names) for names in [self.stops] if names and not self.error),
            *(("missing", (name,)) for name in self.missing),
            *(("changed", (name,)) for name in self.changed),
            *(("not checked", names) for names in self.not_checked if self.explanations),
            *(("unasked", (", ".join(self.unasked),)) for _ in [0] if self.unasked),
            *(("loop", names) for names in self.loops),
            *(("put in", (", ".join(self.put_in),)) for _ in [0] if self.put_in),
            *(("stopped", (why,)) for why in [self.stopped] if why),
            *(("misspelt", names) for names in self.misspelt),
            *(("removed", (n, place, n.removeprefix("np."))) for n, place in self.removed),
            *(("nearly", (option,)) for option in self.nearly),
            *(("not found", (name,)) for name in self.not_found),
            *(("skipped", names) for names in self.skipped),
        ]
        return tuple(
            say(f"check.aside.{kind}", **dict(zip(("a", "b", "c"), names, strict=False)))
            for kind, names in said
        )

    def lines(self) -> Iterator[str]:
        """What a check found, line by line, as the terminal has it."""
        yield str(self.path)
        if self.error:
            yield f"  {LOOKS[self.verdict].sign} {self.error}"
        for found in self.explanations:
            yield f"  {LOOKS[found.verdict].sign} {found.subject}: {found.headline}"
            yield from (f"      {sentence}" for sentence in found.sentences)
        yield from (f"  {aside}" for aside in self.asides)

    @property
    def verdict(self) -> Assessment:
        """The worst of the findings; `FAILED` if nothing could be checked."""
        verdicts = {explanation.verdict for explanation in self.explanations}
        if self.error:
            return Assessment.NOTHING if self.has_nothing else Assessment.FAILED
        if self.stopped or self.stops or self.goes_back or self.misspelt or self.loops:
            verdicts.add(Assessment.FAILED)
        return next((verdict for verdict in WORST_FIRST if verdict in verdicts), Assessment.RIGHT)


def to_csv(done: Sequence[Checked]) -> str:
    """One row per finding: file, subject, verdict, mistakes, line, and what is said of it."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(
        ["file", "subject", "verdict", "mistakes", "file of the line", "line", "explanation"]
    )
    for checked in done:
        if checked.error:
            rows.writerow([checked.path, "", checked.verdict, "", "", "", checked.error])
        for e in checked.explanations:
            said = " ".join(e.sentences)
            mistakes = " ".join(e.faults)
            rows.writerow([checked.path, e.subject, e.verdict, mistakes, e.file, e.line, said])
    return text.getvalue()
