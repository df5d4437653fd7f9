"""What the numbers of `results.json` add up to, for one experiment and for all."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from experiments.judge.published import Verdict


@dataclass(frozen=True)
class Summary:
    """The outcome of one training or experiment.

    Attributes:
        agrees: whether every comparison of the two sides passed.
        weight_difference: largest relative difference of a parameter along training.
        failure: the first failed rung in words, or where a side diverged; empty if none.
        verdicts: how many printed figures have which verdict, earlier rows of curves included.
        counted: the same without the earlier rows of curves.
    """

    agrees: bool
    weight_difference: float | None
    failure: str
    verdicts: Mapping[Verdict, int]
    counted: Mapping[Verdict, int]

    @property
    def shown(self) -> Mapping[Verdict, int]:
        """The verdicts of the earlier rows of curves."""
        return Counter(self.verdicts) - Counter(self.counted)

    @property
    def passed(self) -> bool:
        """Whether the sides agree and no counting printed figure is contradicted."""
        return self.agrees and not self.counted.get(Verdict.INCONSISTENT)


def first_failure(part: dict) -> str:
    """The lowest rung at which the sides of a training or evaluation disagree, in words.

    Empty if they agree.

    Comparisons are stored in the order of the ladder within each state of the weights, and the
    state at the start comes first.
    """
    if "diverged" in part:
        return "; ".join(part["diverged"])
    for row in part["comparisons"]:
        if not row["passed"]:
            return (
                f"{row['rung']}: {row['quantity']} ({row['state']}) differs by "
                f"{float(row['difference']):.3g}, bound {float(row['bound']):.3g}, "
                f"at {row['where']}"
            )
    return ""


def summarise(experiment: dict) -> Summary:
    """The outcome of an experiment's part of `results.json`."""
    failures = [
        f"{name}: {failure}"
        for name, part in (experiment["trainings"] | experiment["evaluations"]).items()
        if (failure := first_failure(part))
    ]
    differences = [
        max(series)
        for training in experiment["trainings"].values()
        if "weights" in training
        for series in training["weights"]["relative_difference"].values()
    ]
    figures = experiment["figures"]
    return Summary(
        agrees=not failures,
        weight_difference=max(differences, default=None),
        failure="; ".join(failures),
        verdicts=Counter(Verdict(f["verdict"]) for f in figures),
        counted=Counter(Verdict(f["verdict"]) for f in figures if f["counts"]),
    )
