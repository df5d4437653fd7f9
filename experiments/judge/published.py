"""The figures that the sources print, and the verdict on each (data in `published.toml`)."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np

FEWEST_SEEDS = 19
"""One more run falls within the range of n seeds with probability (n − 1)/(n + 1): 95% for 39 and
90% for 19. With fewer no verdict is given."""

UNLIKELY = 0.001
"""A value outside the seeds' range is INCONSISTENT below this chance. Of a hundred figures of
right runs one expects 0.1 such."""

WIDE = 0.5
"""A range this wide, for outputs and accuracies between 0 and 1, says little."""


class Verdict(StrEnum):
    """What can be said of a printed figure."""

    EXACT = "EXACT"
    CONSISTENT = "CONSISTENT"
    UNUSUAL = "UNUSUAL"
    INCONSISTENT = "INCONSISTENT"
    NOT_COMPARABLE = "NOT COMPARABLE"
    INSUFFICIENT = "INSUFFICIENT"


@dataclass(frozen=True)
class Figure:
    """One printed figure.

    Attributes:
        experiment: name of the experiment that answers it.
        part: name of the training or evaluation in it.
        source: number of the document.
        place: where in the document.
        printed: the text as printed.
        measures: name of the measurement that it prints.
        format: how the source's tool writes it: "repr" (Python), "numpy8" (an array's eight
            decimals without trailing zeros), "text", "cut" (the first digits, then …), or a
            format specification such as ".4f".
        judged: "digits" (seed known or none), "seeds" (unknown seed: one more draw), or "none".
        counts: whether its verdict counts; not for the earlier rows of a curve.
        needs: conditions of the run under which it can be compared.
        among: judge only by the seeds for which this measurement is true.
        reason: why it cannot be compared, if it is judged by nothing.
    """

    experiment: str
    part: str
    source: str
    place: str
    printed: str
    measures: str
    format: str
    judged: str
    counts: bool = True
    needs: Mapping[str, str | int] = field(default_factory=dict)
    among: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Erratum:
    """A contradiction within a source.

    Attributes:
        experiment: name of the experiment that shows it.
        source: number of the document.
        place: where in the document.
        printed: what stands there.
        true: what is so.
        evidence: Markdown with Jinja placeholders over the measurements, as in a discussion.
    """

    experiment: str
    source: str
    place: str
    printed: str
    true: str
    evidence: str


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes:
        verdict: the word.
        reason: one clause.
        value: the measured value, as the source's tool would write it.
        rank: how many seeds lie below the printed value, and how many at it or below.
        seeds: number of seeds.
        low: smallest value over the seeds.
        high: largest value over the seeds.
    """

    verdict: Verdict
    reason: str
    value: str = ""
    rank: tuple[int, int] | None = None
    seeds: int = 0
    low: float | None = None
    high: float | None = None


@cache
def _ledger() -> dict:
    return tomllib.loads(files("experiments").joinpath("published.toml").read_text("utf-8"))


def sources() -> dict[str, str]:
    """What the sources are, by number."""
    return _ledger()["sources"]


def figures(experiment: str) -> list[Figure]:
    """The printed figures that an experiment answers, in the order of the ledger."""
    return [
        Figure(**(block | {"measures": measures, "printed": printed}))
        for block in _ledger()["figures"]
        if block["experiment"] == experiment
        for measures, printed in zip(block["measures"], block["printed"], strict=True)
    ]


def errata(experiment: str) -> list[Erratum]:
    """The errata that an experiment shows."""
    return [Erratum(**e) for e in _ledger()["errata"] if e["experiment"] == experiment]


def write_value(value: float | str, figure: Figure) -> str:
    """A value as the source's tool writes it; see `Figure.format`."""
    if figure.format == "repr":
        return repr(float(value))
    if figure.format == "numpy8":
        return f"{value:.8f}".rstrip("0")
    if figure.format == "text":
        return str(value)
    if figure.format == "cut":
        return repr(float(value))[: len(figure.printed)]
    return format(value, figure.format)


def judge(
    figure: Figure,
    value: float | str,
    over_seeds: Sequence[float],
    conditions: Mapping[str, str | int],
) -> Judgement:
    """The verdict on one printed figure.

    Known seed: EXACT if our value, written as the source's tool writes it, is the printed text,
    else INCONSISTENT. Unknown seed: CONSISTENT within the range of the seeds' values; outside it
    UNUSUAL, or INCONSISTENT if even the t prediction interval for one more run leaves it less
    than `UNLIKELY`.

    Args:
        figure: the printed figure.
        value: the same quantity of this run.
        over_seeds: the same quantity of runs with other seeds.
        conditions: of this run, to be held against `figure.needs`.
    """
    if figure.judged == "none":
        return Judgement(Verdict.NOT_COMPARABLE, figure.reason)
    unmet = [
        f"{name} is {conditions[name]}, printed with {needed}"
        for name, needed in figure.needs.items()
        if conditions[name] != needed
    ]
    if isinstance(value, float) and math.isnan(value):
        return Judgement(Verdict.INSUFFICIENT, "this run did not get that far")
    written = write_value(value, figure)
    if unmet:
        return Judgement(Verdict.NOT_COMPARABLE, "; ".join(unmet), written)
    if figure.judged == "digits":
        if written == figure.printed:
            return Judgement(Verdict.EXACT, "as printed, to the last digit", written)
        return Judgement(Verdict.INCONSISTENT, f"this run gives {written}", written)
    if len(over_seeds) < FEWEST_SEEDS:
        reason = f"{len(over_seeds)} seeds; at least {FEWEST_SEEDS} are needed"
        return Judgement(Verdict.INSUFFICIENT, reason, written, seeds=len(over_seeds))
    return _judge_by_seeds(float(figure.printed), np.asarray(over_seeds, float), written)


def _judge_by_seeds(printed: float, seeds: np.ndarray, written: str) -> Judgement:
    from scipy import stats  # takes most of a second, which `twins list` does not have

    n = len(seeds)
    low, high = float(seeds.min()), float(seeds.max())
    rank = (int(np.sum(seeds < printed)), int(np.sum(seeds <= printed)))
    if low <= printed <= high:
        verdict, reason = Verdict.CONSISTENT, f"within the range of {n} seeds"
        if high - low > WIDE:
            reason += ", which is so wide that this is weak evidence"
    else:
        spread = seeds.std(ddof=1) * np.sqrt(1 + 1 / n)
        distance = abs(printed - seeds.mean())
        chance = 2 * stats.t.sf(distance / spread, n - 1) if spread else 0.0
        verdict = Verdict.INCONSISTENT if chance < UNLIKELY else Verdict.UNUSUAL
        reason = f"outside the range of {n} seeds (chance of one more run so far off: {chance:.1g})"
    return Judgement(verdict, reason, written, rank, n, low, high)
