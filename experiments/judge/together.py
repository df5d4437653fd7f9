"""All figures that one run printed, judged as one, and what judging them one by one is worth.

Under the hypothesis that the printed run is one more of ours, the n + 1 runs are exchangeable, so
that each of them lies farthest from their middle with the same chance: a verdict by rank needs no
distribution, and no independence of the figures.
"""

from dataclasses import dataclass

import numpy as np

from experiments.judge.printed import judge_by_seeds
from experiments.judge.rungs import Verdict
from experiments.spec import Measurement

UNUSUAL_BELOW = 0.05
"""Of right runs one in twenty is called UNUSUAL; 19 seeds are needed to say so at all."""

SEEN = 0.8
"""Share of shifted runs that have to be noticed for the shift to count as one that is seen."""

LARGEST_SHIFT = 20.0
"""In standard deviations; what needs more is not seen."""


@dataclass(frozen=True)
class Together:
    """How the figures of one printed run lie among those of runs with other seeds.

    Attributes:
        part: the training.
        among: what is true of the seeds that judge, if not all do.
        figures: how many there are.
        independent: how many independent ones are worth as much.
        seeds: number of other runs.
        as_far: how many of those lie as far from the middle as the printed one, or farther.
        chance: that one of n + 1 runs does: (as_far + 1) / (n + 1).
        verdict: by that chance.
        seen_from: by how many standard deviations, in every figure alike, a run has to be off to be
            called UNUSUAL in `SEEN` of all cases; None if it never is.
        judged: how many single figures of our own runs there are, each judged by all other runs.
        unusual: how many of those are UNUSUAL, although the runs are right.
        inconsistent: how many are INCONSISTENT.
    """

    part: str
    among: Measurement | None
    figures: int
    independent: float
    seeds: int
    as_far: int
    chance: float
    verdict: Verdict
    seen_from: float | None
    judged: int
    unusual: int
    inconsistent: int


def farness(runs: np.ndarray) -> np.ndarray:
    """How far each run lies from the middle of all, by the ranks of its figures.

    f = mean over the figures of (2 r − m − 1)² / (m − 1)², where r is the rank among m runs, from 1
    to m; equal values have their mean rank.

    Args:
        runs: values, of shape (runs, figures).
    """
    from scipy.stats import rankdata  # takes most of a second, which `twins list` does not have

    count = len(runs)
    return np.mean(((2 * rankdata(runs, axis=0) - count - 1) / (count - 1)) ** 2, axis=1)


def as_far(printed: np.ndarray, others: np.ndarray) -> int:
    """How many of the other runs lie as far from the middle of all as the printed one, or farther.

    Args:
        printed: its figures, of shape (figures,).
        others: of shape (runs, figures).
    """
    far = farness(np.vstack([printed, others]))
    return int(np.sum(far[1:] >= far[0]))


def judge_together(
    part: str, among: Measurement | None, printed: np.ndarray, others: np.ndarray
) -> Together:
    """The verdict on all figures of a printed run, and what verdicts of this kind are worth.

    Args:
        part: the training.
        among: what is true of all of those runs.
        printed: its figures, of shape (figures,).
        others: the same of runs with other seeds, of shape (seeds, figures).
    """
    count, figures = others.shape
    far = as_far(printed, others)
    chance = (far + 1) / (count + 1)
    enough = 1 / (count + 1) <= UNUSUAL_BELOW
    usual = Verdict.CONSISTENT if enough else Verdict.INSUFFICIENT
    singly = [
        judge_by_seeds(values[i], np.delete(values, i)).verdict
        for values in others.T
        for i in {int(values.argmin()), int(values.argmax())}  # all others lie within
    ]
    return Together(
        part=part,
        among=among,
        figures=figures,
        independent=independent(others),
        seeds=count,
        as_far=far,
        chance=chance,
        verdict=Verdict.UNUSUAL if chance <= UNUSUAL_BELOW else usual,
        seen_from=seen_from(others) if enough else None,
        judged=others.size,
        unusual=singly.count(Verdict.UNUSUAL),
        inconsistent=singly.count(Verdict.INCONSISTENT),
    )


def independent(runs: np.ndarray) -> float:
    """How many independent figures the figures of runs are worth.

    (Σλ)² / Σλ² of the eigenvalues λ of the ranks' correlations: all of them if nothing connects
    them, one if they move as one.

    Args:
        runs: values, of shape (runs, figures).
    """
    from scipy.stats import rankdata

    eigenvalues = np.linalg.eigvalsh(np.atleast_2d(np.corrcoef(rankdata(runs, axis=0).T)))
    return float(eigenvalues.sum() ** 2 / np.sum(eigenvalues**2))


def seen_from(runs: np.ndarray) -> float | None:
    """The smallest shift that is noticed, by shifting each of our own runs and judging it.

    A shift adds so many standard deviations to every figure; found by halving, to 0.05.
    """
    spread = runs.std(axis=0, ddof=1)

    def noticed(shift: float) -> bool:
        ranks = [
            as_far(run + shift * spread, np.delete(runs, i, axis=0)) for i, run in enumerate(runs)
        ]
        return float(np.mean((np.array(ranks) + 1) / len(runs) <= UNUSUAL_BELOW)) >= SEEN

    low, high = 0.0, LARGEST_SHIFT
    if not noticed(high):
        return None
    while high - low > 0.05:
        middle = (low + high) / 2
        low, high = (low, middle) if noticed(middle) else (middle, high)
    return high
