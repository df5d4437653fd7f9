"""The verdict on a figure that a source prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.judge.rungs import Verdict
from experiments.sources.ledger import PrintedFigure

FEWEST_SEEDS = 19
"""One more run falls within the range of n seeds with probability (n − 1)/(n + 1): 95% for 39 and
90% for 19. With fewer, a figure outside the range gets no verdict; one inside is CONSISTENT at
once, as more seeds can only widen the range."""

UNLIKELY = 0.001
"""A value outside the seeds' range is INCONSISTENT below this chance. Of a hundred figures of
right runs one expects 0.1 such."""

NOT_NORMAL = 0.01
"""Below this level of Shapiro and Wilk's test seeds are not taken for normally distributed. Outputs
of XOR nets never are; of them one more run lies outside the range of n with chance 2 / (n + 1), and
no farther than that can be told."""

WIDE = 0.5
"""A range this wide, for outputs and accuracies between 0 and 1, says little."""


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes:
        verdict: the word.
        reason: a key of the words: "as printed", "other digits", "within", "within few", "wide",
            "outside", "too few seeds", "not reached", "other conditions", or the ledger's.
        value: the measured value, as the source's tool would write it.
        rank: how many seeds lie below the printed value, and how many at it or below.
        seeds: number of seeds.
        low: smallest value over the seeds.
        high: largest value over the seeds.
        chance: that one more run is so far off, if the value lies outside the range.
        unmet: conditions that this run does not have: (name, its own, the printed one's).
    """

    verdict: Verdict
    reason: str
    value: str = ""
    rank: tuple[int, int] | None = None
    seeds: int = 0
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    unmet: tuple[tuple[str, str, str], ...] = ()


def write_value(value: float | str, figure: PrintedFigure) -> str:
    """A value as the source's tool writes it; see `PrintedFigure.format`."""
    if figure.format == "repr":
        return repr(float(value))
    if figure.format == "numpy8":
        return f"{value:.8f}".rstrip("0")
    if figure.format == "text":
        return str(value)
    if figure.format == "shape":
        return figure.printed if _bare(str(value)) == _bare(figure.printed) else str(value)
    if figure.format == "cut":
        return repr(float(value))[: len(figure.printed)]
    return format(value, figure.format)


def _bare(shape: str) -> str:
    """A shape without what a hand may add to it: "(20, )" is "(20,)"."""
    return shape.replace(" ", "").replace(",)", ")")


def within_range(printed: str | float, over_seeds: Sequence[float] | np.ndarray) -> bool:
    """Whether a printed value lies between the smallest and the largest of the seeds' values."""
    return len(over_seeds) > 0 and min(over_seeds) <= float(printed) <= max(over_seeds)


def judge(
    figure: PrintedFigure,
    value: float | str | None,
    over_seeds: Sequence[float],
    conditions: Mapping[str, str | int | None],
) -> Judgement:
    """The verdict on one printed figure.

    Known seed: EXACT if our value, written as the source's tool writes it, is the printed text,
    else INCONSISTENT. Unknown seed: CONSISTENT within the range of the seeds' values; outside it
    UNUSUAL, or INCONSISTENT if the chance of one more run so far off is below `UNLIKELY`: by the t
    prediction interval, or for seeds that are not normally distributed by their number alone.

    Args:
        figure: the printed figure.
        value: the same quantity of this run, or None if it did not get that far.
        over_seeds: the same quantity of runs with other seeds.
        conditions: of this run, to be held against `figure.needs`.
    """
    if figure.judged == "none":
        return Judgement(Verdict.NOT_COMPARABLE, figure.reason)
    unmet = tuple(
        (name, str(conditions[name]), str(needed))
        for name, needed in figure.needs.items()
        if conditions[name] != needed
    )
    if value is None:
        return Judgement(Verdict.INSUFFICIENT, "not reached")
    written = write_value(value, figure)
    if unmet:
        return Judgement(Verdict.NOT_COMPARABLE, "other conditions", written, unmet=unmet)
    if figure.judged == "digits":
        if written == figure.printed:
            return Judgement(Verdict.EXACT, "as printed", written)
        return Judgement(Verdict.INCONSISTENT, "other digits", written)
    return judge_by_seeds(float(figure.printed), np.asarray(over_seeds, float), written)


def judge_by_seeds(printed: float, seeds: np.ndarray, written: str = "") -> Judgement:
    """The verdict on a printed value of unknown seed; see `judge`.

    Args:
        printed: the value.
        seeds: the same quantity under other seeds, of shape (n,).
        written: our own value, as the source's tool would write it.
    """
    from scipy import stats  # takes most of a second, which `twins list` does not have

    n = len(seeds)
    if n < FEWEST_SEEDS and not within_range(printed, seeds):
        return Judgement(Verdict.INSUFFICIENT, "too few seeds", written, seeds=n)
    low, high = float(seeds.min()), float(seeds.max())
    rank = (int(np.sum(seeds < printed)), int(np.sum(seeds <= printed)))
    if low <= printed <= high:
        reason = "within few" if n < FEWEST_SEEDS else "wide" if high - low > WIDE else "within"
        return Judgement(Verdict.CONSISTENT, reason, written, rank, n, low, high)
    chance = 2 / (n + 1)
    spread = seeds.std(ddof=1) * np.sqrt(1 + 1 / n)
    if not spread:
        chance = 0.0
    elif stats.shapiro(seeds).pvalue > NOT_NORMAL:
        chance = float(2 * stats.t.sf(abs(printed - seeds.mean()) / spread, n - 1))
    verdict = Verdict.INCONSISTENT if chance < UNLIKELY else Verdict.UNUSUAL
    return Judgement(verdict, "outside", written, rank, n, low, high, chance)
