"""The page of a check, in every language that it was told in: in the report's hand and style."""

import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import jinja2

from experiments import words
from experiments.check.explain import Evidence, Explanation
from experiments.check.finding import LOOKS, WORST_FIRST, Assessment
from experiments.report.markup import environment, literal, translated

ByLanguage = Mapping[str, str]

SHADES = ("#fde6c8", "#fbcf95", "#f8b25f", "#f0903a", "#dd6a22", "#bd4715", "#932b0e", "#5f1607")
"""From a ten-millionth of the largest element to the largest element itself."""

WITHIN = "#c9d3d9"

OPEN = 3
"""Of more files than these only those are unfolded in which something is not right."""


class Told(Protocol):
    """What became of a checked file, in one language; see `checked.Checked`."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def verdict(self) -> Assessment:
        """The worst of the findings."""
        ...

    @property
    def error(self) -> str:
        """Why nothing could be checked, if nothing was."""
        ...

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """Of everything found in it."""
        ...

    @property
    def asides(self) -> tuple[str, ...]:
        """What else is to be said."""
        ...


@dataclass(frozen=True)
class Finding:
    """An explanation in every language.

    Attributes:
        one: in any of them, for what is no sentence.
        headline: the verdict in words.
        sentences: what is to be said.
        evidence: of every quantity that differs.
        corrections: how lines should read.
    """

    one: Explanation
    headline: ByLanguage
    sentences: Sequence[ByLanguage]
    evidence: Sequence[tuple[ByLanguage, ByLanguage, Evidence]]
    corrections: Sequence[ByLanguage]


@dataclass(frozen=True)
class File:
    """A checked file in every language.

    Attributes:
        name: its path, as short as it can be among the files of the page.
        verdict: the worst of its findings.
        error: why nothing could be checked, if nothing was.
        findings: of everything found in it.
        asides: what else is to be said of it.
    """

    name: str
    verdict: Assessment
    error: ByLanguage
    findings: Sequence[Finding]
    asides: Sequence[ByLanguage]


def _lines(told: Mapping[str, Told], what: str) -> list[ByLanguage]:
    """Sentences of every language beside each other."""
    same = zip(*(getattr(checked, what) for checked in told.values()), strict=True)
    return [dict(zip(told, of_languages, strict=True)) for of_languages in same]


def _findings(told: Mapping[str, Told]) -> Iterator[Finding]:
    for same in zip(*(checked.explanations for checked in told.values()), strict=True):
        by_language = dict(zip(told, same, strict=True))
        sentences = zip(*(_but_corrections(of) for of in same), strict=True)
        evidence = zip(*(of.evidence for of in same), strict=True)
        corrections = zip(*(map(_in_lines, of.corrections) for of in same), strict=True)
        yield Finding(
            same[0],
            {language: of.headline for language, of in by_language.items()},
            [dict(zip(told, said, strict=True)) for said in sentences],
            [
                (
                    {language: of.name for language, of in zip(told, seen, strict=True)},
                    {language: of.place for language, of in zip(told, seen, strict=True)},
                    seen[0],
                )
                for seen in evidence
            ],
            [dict(zip(told, code, strict=True)) for code in corrections],
        )


def _in_lines(code: str) -> str:
    return code.replace("; ", "\n")


def _but_corrections(of: Explanation) -> list[str]:
    """The sentences without the code that the page shows beside the student's own."""
    return [said for said in of.sentences if not any(code in said for code in of.corrections)]


def _file(told: Mapping[str, Told], name: str) -> File:
    first = next(iter(told.values()))
    error = {language: checked.error for language, checked in told.items()}
    return File(name, first.verdict, error, list(_findings(told)), _lines(told, "asides"))


def _names(paths: Sequence[Path]) -> list[str]:
    """The paths below the folder that holds them all."""
    common = os.path.commonpath([path.resolve().parent for path in paths])
    return [os.path.relpath(path.resolve(), common) for path in paths]


def _by_subject(files: Sequence[File]) -> dict[str, Counter]:
    """How often each function or class was found right, wrong and so on; the worst first."""
    counted: dict[str, Counter] = {}
    for file in files:
        for finding in file.findings:
            counted.setdefault(finding.one.subject, Counter())[finding.one.verdict] += 1
    bad = (Assessment.WRONG, Assessment.UNKNOWN, Assessment.FAILED)
    return dict(sorted(counted.items(), key=lambda of: (-sum(of[1][v] for v in bad), of[0])))


def _colour(relative: float) -> str:
    """Grey within rounding, then darker with every power of ten."""
    if relative == 0:
        return WITHIN
    return SHADES[max(0, min(len(SHADES) - 1, len(SHADES) + math.floor(math.log10(relative))))]


def _filled(files: Sequence[File]) -> dict[str, Any]:
    """What the templates are given."""
    legend = [(WITHIN, None), *((s, 10.0 ** (i - len(SHADES))) for i, s in enumerate(SHADES))]
    return {
        "files": files,
        "colour": _colour,
        "legend": legend,
        "looks": LOOKS,
        "any": lambda by_language: any(by_language.values()),
    }


def to_html(told: Sequence[Mapping[str, Told]]) -> str:
    """The page of a check, complete in one file.

    Args:
        told: what became of every file, by language.
    """
    names = _names([next(iter(of.values())).path for of in told])
    files = [_file(of, name) for of, name in zip(told, names, strict=True)]
    order = [*WORST_FIRST, Assessment.RIGHT, Assessment.NOTHING]
    counts = Counter(file.verdict for file in files)
    headlines = {
        verdict: {lang: words.of(lang)(f"check.verdict.{verdict}") for lang in words.LANGUAGES}
        for verdict in order
    }
    return _template("page", words.LANGUAGES).render(
        _filled(files),
        title=" · ".join(words.of(lang)("check.page.title") for lang in ("ko", "en")),
        counts={verdict: counts[verdict] for verdict in order if counts[verdict]},
        headlines=headlines,
        by_subject=_by_subject(files),
        order=order,
        few=len(files) <= OPEN,
    )


def _template(name: str, languages: Sequence[str]) -> jinja2.Template:
    made = environment("experiments.check")
    made.globals |= translated(languages, literal)
    return made.get_template(f"{name}.html.j2")


def to_cell(told: Mapping[str, Told]) -> str:
    """The same of one file, for the output of a notebook's cell, in the language that it is told.

    Args:
        told: what became of the file, in one language.
    """
    return _template("cell", tuple(told)).render(_filled([_file(told, "")]))
