"""What differs between two records: verdicts, agreements, figures, and numbers beyond rounding."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from experiments.judge.bounds import UNIT_ROUNDOFF
from experiments.judge.trajectory import SHADOW_FACTOR
from experiments.record.results import (
    ExperimentResult,
    JudgedFigure,
    Results,
    TrainingResult,
)
from experiments.record.summary import summarise

Kind = Literal["only old", "only new", "part", "agreement", "verdict", "figure", "value", "spec"]

ROUNDINGS = 16
"""Roundings by which a number that both sides give alike may differ between two machines."""


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes:
        kind: what kind of thing.
        experiment: its name.
        what: the part, printed figure or measurement.
        before: as the old record has it.
        after: as the new record has it.
    """

    kind: Kind
    experiment: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """How a record compares with an older one.

    Attributes:
        changes: what differs.
        versions: packages and machines that differ: before and after, by name.
        agreements: experiments whose two sides agree in both.
        verdicts: verdicts compared.
        values: numbers compared.
        date: of the newest part of the old record.
    """

    changes: tuple[Change, ...]
    versions: Mapping[str, tuple[str, str]]
    agreements: int
    verdicts: int
    values: int
    date: str

    @property
    def matters(self) -> bool:
        """Whether anything but versions differs."""
        return bool(self.changes)

    @property
    def counts(self) -> Mapping[str, int]:
        """Changes by kind."""
        return Counter(change.kind for change in self.changes)

    def as_json(self) -> dict:
        """Plain data."""
        return {
            "same": not self.matters,
            "changes": [asdict(change) for change in self.changes],
            "versions": {name: list(pair) for name, pair in self.versions.items()},
            "agreements": self.agreements,
            "verdicts": self.verdicts,
            "values": self.values,
            "date": self.date,
        }


def compare_records(old: Results, new: Results, only: Collection[str] | None = None) -> Difference:
    """Compare two records.

    A number differs beyond rounding if it has moved by more than `SHADOW_FACTOR` times what the two
    right sides differ by in either record, plus `ROUNDINGS` roundings of its own.

    Args:
        old: the earlier record.
        new: the later one.
        only: names of experiments to look at; all if not given.
    """
    names = old.experiments.keys() | new.experiments.keys() if only is None else set(only)
    changes: list[Change] = []
    agreements = verdicts = values = 0
    for name in sorted(names):
        before, after = old.experiments.get(name), new.experiments.get(name)
        if before is None or after is None:
            changes.append(Change("only new" if after else "only old", name, "", "", ""))
            continue
        agreed = summarise(before).agrees, summarise(after).agrees
        agreements += all(agreed)
        verdicts += len({_called(judged) for judged in after.figures})
        in_one = before.parts.keys() ^ after.parts.keys()
        changes += [Change("part", name, part, "", "") for part in sorted(in_one)]
        if agreed[0] != agreed[1]:
            changes.append(Change("agreement", name, "", *(str(a) for a in agreed)))
        changes += _figures(name, before, after)
        moved, count = _values(name, before, after)
        changes += moved
        values += count
    shared = [name for name in names if name in old.experiments and name in new.experiments]
    versions = _versions(old, new, shared)
    return Difference(tuple(changes), versions, agreements, verdicts, values, _date(old, shared))


def _called(judged: JudgedFigure) -> tuple[str, str, str]:
    """By what a printed figure is known again: its part, its place, and what it measures."""
    figure = judged.figure
    return figure.part, figure.place, str(figure.measures)


def _figures(name: str, before: ExperimentResult, after: ExperimentResult) -> Iterator[Change]:
    """Printed figures whose verdict or value as written differs."""
    earlier, later = ({_called(j): j for j in of.figures} for of in (before, after))
    for part, place, of in earlier.keys() - later.keys():
        yield Change("part", name, f"{part}: {of} ({place})", "", "")
    for (part, place, of), judged in later.items():
        was = earlier.get((part, place, of))
        what = f"{part}: {of}"
        if was is None:
            yield Change("figure", name, what, "–", judged.judgement.verdict)
        elif was.judgement.verdict != judged.judgement.verdict:
            verdicts = was.judgement.verdict, judged.judgement.verdict
            yield Change("verdict", name, what, *verdicts)


def _values(
    name: str, before: ExperimentResult, after: ExperimentResult
) -> tuple[list[Change], int]:
    """Measurements and values that moved beyond rounding, and how many were compared."""
    changes, count = [], 0
    for part, training in after.trainings.items():
        was = before.trainings.get(part)
        if was is None:
            continue
        if was.spec != training.spec or was.data != training.data:
            changes.append(Change("spec", name, part, "", ""))
            continue
        for of, first, second, bound in _numbers(was, training):
            count += 1
            if not abs(first - second) <= bound:
                changes.append(Change("value", name, f"{part}: {of}", f"{first!r}", f"{second!r}"))
    return changes, count


def _numbers(
    before: TrainingResult, after: TrainingResult
) -> Iterator[tuple[str, float, float, float]]:
    """What both trainings measured: name, the two values, and how far they may lie apart."""
    earlier = {measured.of: measured for measured in before.measured}
    u = UNIT_ROUNDOFF[after.dtype]
    spread: dict[str, float] = {}
    for training in (before, after):
        for m in training.measured:
            quantity = m.of.quantity
            spread[quantity] = max(spread.get(quantity, 0.0), abs(m.scratch - m.keras))
    for measured in after.measured:
        was = earlier.get(measured.of)
        if was is not None:
            bound = SHADOW_FACTOR * spread[measured.of.quantity]
            bound += ROUNDINGS * u * abs(measured.scratch)
            yield str(measured.of), was.scratch, measured.scratch, bound


def _versions(old: Results, new: Results, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Packages, processors and BLAS that were other ones."""

    def of(results: Results) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in names:
            for part in results.experiments[name].parts.values():
                if p := part.provenance:
                    for key, value in {**p.versions, "cpu": p.cpu, "blas": p.blas}.items():
                        found.setdefault(key, set()).add(value)
        return found

    before, after = of(old), of(new)
    return {
        key: (", ".join(sorted(before[key])), ", ".join(sorted(after[key])))
        for key in before.keys() & after.keys()
        if before[key] != after[key]
    }


def _date(results: Results, names: Collection[str]) -> str:
    """The day of the newest part."""
    dates = [
        part.provenance.date[:10]
        for name in names
        for part in results.experiments[name].parts.values()
        if part.provenance
    ]
    return max(dates, default="–")
