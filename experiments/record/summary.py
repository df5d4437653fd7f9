"""What a record adds up to, for one experiment and for all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from experiments.judge.ladder import Comparison
from experiments.judge.rungs import RUNGS, Verdict
from experiments.record.results import (
    Divergence,
    EvaluationResult,
    ExperimentResult,
    TrainingResult,
)
from experiments.sources.ledger import KINDS, Kind


@dataclass(frozen=True)
class Failure:
    """Why the two sides of a part disagree: the lowest rung that fails, or where they diverged."""

    part: str
    comparison: Comparison | None
    diverged: tuple[Divergence, ...] = ()


@dataclass(frozen=True)
class Summary:
    """The outcome of an experiment.

    Attributes:
        failures: of every part whose sides disagree.
        weight_difference: largest relative difference of a parameter along training.
        verdicts: how many printed figures have which verdict, earlier rows of curves included.
        by_kind: the same by what the figures tell, without the earlier rows of curves.
    """

    failures: tuple[Failure, ...]
    weight_difference: float | None
    verdicts: Mapping[Verdict, int]
    by_kind: Mapping[Kind, Mapping[Verdict, int]]

    @property
    def agrees(self) -> bool:
        """Whether every comparison of the two sides passed."""
        return not self.failures

    @property
    def counted(self) -> Mapping[Verdict, int]:
        """The verdicts without the earlier rows of curves."""
        return sum(map(Counter, self.by_kind.values()), Counter())

    @property
    def shown(self) -> Mapping[Verdict, int]:
        """The verdicts of the earlier rows of curves."""
        return Counter(self.verdicts) - Counter(self.counted)

    @property
    def passed(self) -> bool:
        """Whether the sides agree and no counting printed figure is contradicted."""
        return self.agrees and not self.counted.get(Verdict.INCONSISTENT)


def failure_of(name: str, part: TrainingResult | EvaluationResult) -> Failure | None:
    """Why the sides of a training or evaluation disagree; None if they agree."""
    if isinstance(part, TrainingResult) and part.diverged:
        return Failure(name, None, part.diverged)
    failed = [comparison for comparison in part.comparisons if not comparison.passed]
    if not failed:
        return None
    return Failure(name, min(failed, key=lambda comparison: RUNGS.index(comparison.rung)))


def summarise(experiment: ExperimentResult) -> Summary:
    """The outcome of an experiment."""
    differences = [
        max(series)
        for training in experiment.trainings.values()
        if training.weights
        for series in training.weights.relative.values()
    ]
    failures = (failure_of(name, part) for name, part in experiment.parts.items())
    judged = experiment.figures
    counting = [f for f in judged if f.figure.counts]
    return Summary(
        failures=tuple(failure for failure in failures if failure),
        weight_difference=max(differences, default=None),
        verdicts=Counter(f.judgement.verdict for f in judged),
        by_kind={
            kind: Counter(f.judgement.verdict for f in counting if f.figure.kind == kind)
            for kind in KINDS
        },
    )
