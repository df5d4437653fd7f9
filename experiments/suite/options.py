"""What a user may choose about a run."""

from dataclasses import dataclass, replace
from pathlib import Path

from experiments.record.store import STORE, FinishedWork
from experiments.spec import Evaluation, Experiment, Training

QUICK_LARGEST = 10_000
"""Nets with more parameters are trained for a fortieth of their steps in a quick run, and under
no other seeds."""


@dataclass(frozen=True)
class Options:
    """What a user may choose about a run.

    Attributes:
        out: the report's folder.
        data: folder where MNIST lies, if named.
        dtype: of both sides, instead of every part's own.
        seed: instead of every training's own.
        seeds: how many seeds judge a printed figure of unknown seed, instead of every training's
            own number.
        weights: a user's own weights for evaluations of a trained net.
        force: train even what is finished.
        full: do even what takes minutes and is done on request only.
        quick: few seeds, large nets for a fortieth of their steps, fewer updates compared.
        cluster: address of a Dask scheduler whose workers train the seeds.
        command: what was typed, for the record.
    """

    out: Path
    data: Path | None = None
    dtype: str | None = None
    seed: int | None = None
    seeds: int | None = None
    weights: Path | None = None
    force: bool = False
    full: bool = False
    quick: bool = False
    cluster: str | None = None
    command: str = "twins run"

    def finished(self) -> FinishedWork:
        """Where finished work is looked up and kept."""
        return FinishedWork(self.out / STORE, ignore=self.force)

    def cut_short(self, training: Training) -> Training:
        """The training as it is run: in a quick run a large net for a fortieth of its steps."""
        if self.quick and training.start.size > QUICK_LARGEST:
            return replace(training, steps=training.steps // 40, evaluate_at=())
        return training


def as_chosen(experiment: Experiment, options: Options) -> Experiment:
    """The experiment with the seed and the precision that the user asks for, if any."""

    def training(spec: Training) -> Training:
        return replace(
            spec,
            dtype=options.dtype or spec.dtype,
            seed=spec.seed if options.seed is None else options.seed,
        )

    def evaluation(part: Evaluation) -> Evaluation:
        follows = part.training and training(part.training)
        dtype = part.dtype if part.bounds else options.dtype or part.dtype
        return replace(part, dtype=dtype, training=follows)

    return replace(
        experiment,
        trainings=tuple(training(part) for part in experiment.trainings),
        evaluations=tuple(evaluation(part) for part in experiment.evaluations),
    )
