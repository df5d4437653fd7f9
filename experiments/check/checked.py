"""What became of a checked file, and how it is shown: as lines, a page, or rows of a table."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from experiments import words
from experiments.check.explain import Explanation
from experiments.check.finding import LOOKS, Assessment

WORST_FIRST = (
    Assessment.WRONG,
    Assessment.UNKNOWN,
    Assessment.FAILED,
    Assessment.ONE_SAMPLE,
    Assessment.CONVENTION,
)

SHADES = ("#fcffa4", "#fac228", "#f57d15", "#d44842", "#9f2a63", "#65156e", "#280b53", "#000004")
"""From a ten-millionth of the largest element to the largest element itself."""

WITHIN = "#dddddd"


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
        removed: names that today's NumPy does not have any more, and where.
        not_checked: functions and classes of which nothing could be asked, and why.
        stopped: why the process ended before everything was asked; empty if it did not.
        error: why nothing could be checked; empty if something was.
        language: of the explanations.
    """

    path: Path
    explanations: tuple[Explanation, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    nearly: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    not_checked: tuple[tuple[str, str], ...] = ()
    stopped: str = ""
    error: str = ""
    language: str = "en"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return to_html([self], self.language, with_title=False)

    @property
    def asides(self) -> tuple[str, ...]:
        """What else is to be said of the file, in the language of the explanations."""
        say = words.of(self.language)
        said: list[tuple[str, tuple[str, ...]]] = [
            *(("missing", (name,)) for name in self.missing),
            *(("changed", (name,)) for name in self.changed),
            *(("not checked", names) for names in self.not_checked if self.explanations),
            *(("stopped", (why,)) for why in [self.stopped] if why),
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
            yield f"  {LOOKS[Assessment.FAILED].sign} {self.error}"
        for found in self.explanations:
            yield f"  {LOOKS[found.verdict].sign} {found.subject}: {found.headline}"
            yield from (f"      {sentence}" for sentence in found.sentences)
        yield from (f"  {aside}" for aside in self.asides)

    @property
    def verdict(self) -> Assessment:
        """The worst of the findings; `FAILED` if nothing could be checked."""
        verdicts = {explanation.verdict for explanation in self.explanations}
        if self.error:
            return Assessment.FAILED
        if self.stopped:
            verdicts.add(Assessment.FAILED)
        return next((verdict for verdict in WORST_FIRST if verdict in verdicts), Assessment.RIGHT)


def _colour(relative: float) -> str:
    """Grey within rounding, then darker with every power of ten."""
    if relative == 0:
        return WITHIN
    return SHADES[max(0, min(len(SHADES) - 1, len(SHADES) + math.floor(math.log10(relative))))]


def to_html(files: Sequence[Checked], language: str, with_title: bool = True) -> str:
    """The page of a check.

    Args:
        files: what became of every file.
        language: "en" or "ko".
        with_title: whether this is a page of its own, and no cell of a notebook.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.check", ""),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        files=files, say=words.of(language), looks=LOOKS, colour=_colour, with_title=with_title
    )


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
