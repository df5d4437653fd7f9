"""One file, or many: read, run apart, judged, explained."""

import ast
import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from experiments.check.apart import Outcome, run_apart
from experiments.check.explain import Explanation, Language, explain, say_place
from experiments.check.html import to_html
from experiments.check.judge import Finding, Verdict, judge, probes
from experiments.check.names import classes_of, nearly_known, with_others
from experiments.check.source import Source, SourceError, read_source

AT_ONCE = 2
"""Strangers' processes at the same time."""

NEIGHBOURS = 3
"""Lines between two statements that are not run and are told together."""

SKIPPED = {
    ("not a definition", "ko"): "정의가 아님",
    ("does not come back", "ko"): "끝나지 않음",
}
"""Korean for why top-level code is not run."""

FINE = (Verdict.RIGHT, Verdict.CONVENTION, Verdict.ONE_SAMPLE)
"""Verdicts that need not be told of what a file only imports."""

ASIDES = {
    "en": {
        "missing": "missing: {}",
        "changed": "changes its arguments: {}",
        "not checked": "not checked: {}: {}",
        "stopped": "{}: what came after was not asked",
        "removed": "{} ({}) is gone from NumPy since 1.24: write {}",
        "nearly": "not checked; did you mean {}?",
        "not found": "not found: {}",
        "skipped": "not run: {} ({})",
    },
    "ko": {
        "missing": "없음: {}",
        "changed": "인수로 받은 배열을 바꿈: {}",
        "not checked": "검사하지 않음: {}: {}",
        "stopped": "{}: 그 뒤는 검사하지 못함",
        "removed": "{}({})은 NumPy 1.24부터 없어졌습니다. {}로 쓰세요",
        "nearly": "검사하지 않음. 혹시 {}인가요?",
        "not found": "찾을 수 없음: {}",
        "skipped": "실행하지 않음: {} ({})",
    },
}

SUFFIXES = (".py", ".ipynb")


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
    language: Language = "en"

    def _repr_html_(self) -> str:
        return to_html([self], self.language, with_title=False)

    @property
    def asides(self) -> tuple[str, ...]:
        """What else is to be said of the file, in the language of the explanations."""
        words = ASIDES[self.language]
        said = [
            *(("missing", (name,)) for name in self.missing),
            *(("changed", (name,)) for name in self.changed),
            *(("not checked", names) for names in self.not_checked if self.explanations),
            *(("stopped", (why,)) for why in [self.stopped] if why),
            *(("removed", (n, place, n.removeprefix("np."))) for n, place in self.removed),
            *(("nearly", (option,)) for option in self.nearly),
            *(("not found", (name,)) for name in self.not_found),
            *(("skipped", names) for names in self.skipped),
        ]
        return tuple(words[kind].format(*names) for kind, names in said)

    @property
    def verdict(self) -> Verdict:
        """The worst of the findings; `FAILED` if nothing could be checked."""
        order = (
            Verdict.WRONG,
            Verdict.UNKNOWN,
            Verdict.FAILED,
            Verdict.ONE_SAMPLE,
            Verdict.CONVENTION,
        )
        verdicts = {explanation.verdict for explanation in self.explanations}
        if self.error:
            return Verdict.FAILED
        if self.stopped:
            verdicts.add(Verdict.FAILED)
        return next((verdict for verdict in order if verdict in verdicts), Verdict.RIGHT)


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and of folders all scripts and notebooks in them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
            found += sorted(
                p for p in inside if not any(q[0] == "." for q in p.relative_to(path).parts)
            )
        else:
            found.append(path)
    return found


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


def check_files(
    paths: Sequence[Path], language: Language = "en", others: Mapping[str, str] | None = None
) -> Iterator[Checked]:
    """Check files one after the other, their processes a few at a time.

    Args:
        paths: scripts and notebooks.
        language: of the explanations.
        others: the book's names by other names (`--map`).
    """
    given, known = probes(), with_others(others or {})

    def run(source: Source | str) -> Outcome | None:
        if isinstance(source, str):
            return None
        return run_apart(source, known, classes_of(source), given)

    sources = [_read(path, known) for path in paths]  # here: Python 3.11 parses in one thread only
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = pool.map(run, sources)
        for path, source, outcome in zip(paths, sources, outcomes, strict=True):
            if isinstance(source, str) or outcome is None:
                yield Checked(path, error=str(source), language=language)
            else:
                yield _checked(source, outcome, language)


def _read(path: Path, known: Mapping[str, str]) -> Source | str:
    """The file, or why nothing in it can be checked."""
    try:
        source = read_source(path)
    except SourceError as error:
        return str(error)
    except OSError as error:
        return f"{path}: {error.strerror}"
    if classes_of(source) or known.keys() & source.defined.keys():
        return source
    meant = [f"--map {theirs}={book}" for theirs, book in nearly_known(source).items()]
    hint = f" (did you mean {' '.join(meant)}?)" if meant else ""
    return f"{path.name} defines nothing that is known here{hint}"


def _removed_names(source: Source, language: Language) -> tuple[tuple[str, str], ...]:
    """np.int and its like: (name, place) of the first use of each."""
    found: dict[str, str] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        for name in re.findall(r"\bnp\.(int|float|object|str)\b", line.partition("#")[0]):
            found.setdefault(f"np.{name}", say_place(source.place(number), language))
    return tuple(found.items())


def _skipped(source: Source, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Where top-level code was not run, and why; neighbours together."""
    runs: list[list] = []
    for first, last, why in outcome.skipped:
        if runs and runs[-1][2] == why and first - runs[-1][1] <= NEIGHBOURS:
            runs[-1][1] = last
        else:
            runs.append([first, last, why])
    for first, last, why in runs:
        start, end = source.place(first), source.place(last)
        yield start if first == last else f"{start} – {end}", why


def _explained(
    findings: Sequence[Finding], source: Source, outcome: Outcome, language: Language
) -> Iterator[Explanation]:
    """All findings of the file itself, and what is wrong in what it uses of other files."""
    own = source.path.resolve()
    mentioned = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    for finding in findings:
        subject = outcome.subjects.get(finding.subject)
        if subject is None or subject.file == own:
            yield explain(finding, source, language)
        elif finding.verdict not in FINE and finding.subject in mentioned:
            try:
                other = read_source(subject.file)
            except (SourceError, OSError):  # imported without its text
                other = replace(source, places=("?",) * len(source.places), defined={})
            name = os.path.relpath(subject.file, own.parent)
            places = tuple(f"{name}, {place}" for place in other.places)
            yield explain(finding, replace(other, places=places), language, name)


def _checked(source: Source, outcome: Outcome, language: Language) -> Checked:
    explanations = tuple(_explained(judge(outcome), source, outcome, language))
    error = ""
    if not explanations:
        unbuilt = "; ".join(f"{name}: {why}" for name, why in outcome.not_checked.items())
        error = outcome.stopped or unbuilt or "nothing that is known here could be loaded"
    skipped = tuple(
        (say_place(place, language), SKIPPED.get((why, language), why))
        for place, why in _skipped(source, outcome)
    )
    return Checked(
        source.path,
        explanations,
        skipped,
        tuple(f"{name}.{method}" for name, method in outcome.missing),
        tuple(
            dict.fromkeys(
                name if name in outcome.subjects else f"{name}.{method}"
                for name, method in outcome.changed
            )
        ),
        tuple(
            f"--map {t}={b}" for t, b in nearly_known(source).items() if t not in outcome.subjects
        ),
        outcome.stood_in,
        _removed_names(source, language),
        tuple(outcome.not_checked.items()),
        outcome.stopped,
        error,
        language,
    )
