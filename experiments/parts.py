"""The parts of one experiment: its trainings and evaluations, kept from before if they can be."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from experiments import data, provenance, store
from experiments.compare import BRIEF, THOROUGH
from experiments.data.weights import load_weights
from experiments.evaluate import run_evaluation
from experiments.processes import Progress
from experiments.run import final_params, prepare, run_training
from experiments.spec import Evaluation, Experiment, Training
from experiments.store import FinishedWork, fingerprint

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
        return FinishedWork(self.out / ".store", ignore=self.force)

    def cut_short(self, training: Training) -> Training:
        """The training as it is run: in a quick run a large net for a fortieth of its steps."""
        if self.quick and training.start.size > QUICK_LARGEST:
            return replace(training, steps=training.steps // 40, evaluate_at=())
        return training


def training_code() -> list[Path]:
    """The source files that a training's or evaluation's result depends on."""
    here = Path(__file__).parent
    folders = (here.parent / "scratch", here.parent / "keras_ref", here / "data")
    names = ("run", "compare", "evaluate", "ensemble", "sides", "spec", "measure", "views")
    names += ("judge/bounds", "judge/conventions", "judge/ladder")
    files = [here / f"{name}.py" for name in names]
    return [*files, *(path for folder in folders for path in folder.glob("*.py"))]


def as_chosen(experiment: Experiment, options: Options) -> Experiment:
    """The experiment with the seed and the precision that the user asks for, if any."""
    dtype = {"dtype": options.dtype} if options.dtype else {}
    seed = {} if options.seed is None else {"seed": options.seed}
    return replace(
        experiment,
        trainings=tuple(replace(part, **dtype, **seed) for part in experiment.trainings),
        evaluations=tuple(replace(part, **dtype) for part in experiment.evaluations),
    )


def _alone(training: Training) -> dict:
    """What a pair's result depends on: all of its spec but what is said about other seeds."""
    return asdict(replace(training, seeds=0, curtailed=False))


class Parts:
    """What is trained and evaluated for one experiment, unless it is kept from before."""

    def __init__(self, experiment: Experiment, options: Options, progress: Progress) -> None:
        self.experiment, self.options, self.progress = experiment, options, progress
        self._finished = options.finished()
        self._trained: dict[str, dict[str, np.ndarray]] = {}

    def made(self) -> dict[str, dict]:
        """Results by name, under "trainings" and "evaluations"."""
        trainings = {part.name: self.train(part) for part in self.experiment.trainings}
        evaluations = {part.name: self.evaluate(part) for part in self.experiment.evaluations}
        return {"trainings": trainings, "evaluations": evaluations}

    def _data(self, part: Training | Evaluation) -> data.Dataset:
        return data.load(part.data, part.dtype, self.options.data)

    def _kept_or_made(
        self,
        name: str,
        depends_on: dict,
        code: Sequence[Path],
        dataset: data.Dataset | None,
        make: Callable[[], dict] | None,
    ) -> dict | None:
        """A part's result from before, or made now; None if there is none and none is wanted."""
        versions = provenance.versions()
        key = fingerprint(
            depends_on
            | {
                "data": [dataset.name, dataset.sha256] if dataset else None,
                "versions": versions,
            },
            code,
        )
        label = f"{self.experiment.name}: {name}"
        file = store.slug(label)
        if kept := self._finished.get(file, key):
            self.progress(f"{label}, kept from before", 1)(1)
            return kept | {"kept": True}
        if make is None:
            return None
        digests = {dataset.name: dataset.sha256} if dataset and dataset.sha256 else {}
        with threadpool_limits(1, "blas"):
            result = make()
            described = provenance.describe(self.options.command, digests)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        result["provenance"] = {"date": now} | described
        self._finished.put(file, key, result)
        return result | {"kept": False}

    def _step_progress(self, label: str, steps: int) -> Callable[[int], None]:
        return self.progress(f"{self.experiment.name}: {label}", steps)

    def train(self, training: Training) -> dict:
        """A training's part of the results."""
        dataset = self._data(training)
        training = self.options.cut_short(training)
        effort = BRIEF if self.options.quick else THOROUGH

        def make() -> dict:
            result, self._trained[training.name] = run_training(
                training, dataset, self._step_progress, effort
            )
            return result

        return self._kept_or_made(
            training.name,
            {"training": _alone(training), "effort": asdict(effort)},
            training_code(),
            dataset,
            make,
        )

    def evaluate(self, evaluation: Evaluation) -> dict | None:
        """An evaluation's part of the results; None for one that is done on request only."""
        dataset = self._data(evaluation) if evaluation.data else None
        spec = replace(evaluation, compute=None)
        training = next(
            (
                self.options.cut_short(training)
                for training in self.experiment.trainings
                if training.name == evaluation.params_of
            ),
            None,
        )
        depends_on = {"evaluation": asdict(spec), "training": training and _alone(training)}
        if training and self.options.weights:
            depends_on["weights"] = fingerprint(None, [self.options.weights])
        written_in = Path(inspect.getfile(evaluation.compute))

        def make() -> dict:
            params = training and self._params(training)
            done = self._step_progress(evaluation.name, evaluation.steps or 1)
            if evaluation.steps:
                return run_evaluation(evaluation, dataset, params, done)
            result = run_evaluation(evaluation, dataset, params)
            done(1)
            return result

        return self._kept_or_made(
            evaluation.name,
            depends_on,
            [*training_code(), written_in],
            dataset,
            make if self.options.full or not evaluation.full else None,
        )

    def _params(self, training: Training) -> dict[str, np.ndarray]:
        """Trained parameters, or those that the user gives."""
        if self.options.weights:
            start, _ = prepare(replace(training, steps=1), self._data(training))
            return load_weights(self.options.weights, start)
        if training.name not in self._trained:  # its pair was kept from before
            self._trained[training.name] = final_params(training, self._data(training))
        return self._trained[training.name]
