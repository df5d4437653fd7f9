"""The parts of one experiment: its trainings and evaluations, kept from before if they can be."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from experiments import data
from experiments.data.weights import load_weights
from experiments.judge.ladder import Arrays
from experiments.pair.compare import BRIEF, THOROUGH
from experiments.pair.evaluate import run_evaluation
from experiments.pair.follow import Advance
from experiments.pair.training import final_params, run_training
from experiments.record import provenance
from experiments.record.results import EvaluationResult, TrainingResult, plain, typed
from experiments.record.store import fingerprint, slug
from experiments.spec import Evaluation, Experiment, Training
from experiments.suite.options import Options
from experiments.suite.relay import Progress

ROOMS = ("scratch", "keras_ref", "experiments/data", "experiments/judge", "experiments/pair",
         "experiments/record")  # fmt: skip
"""Whose contents a training's or evaluation's result depends on."""


def code_of(rooms: Sequence[str] = ROOMS) -> list[Path]:
    """The source files of some rooms, and the vocabulary."""
    root = Path(__file__).parents[2]
    files = [path for room in rooms for path in (root / room).rglob("*.py")]
    return [*files, root / "experiments" / "spec.py"]


def _alone(training: Training) -> dict:
    """What a pair's result depends on: all of its spec but what is said about other seeds."""
    return asdict(replace(training, seeds=0, curtailed=False))


@dataclass(frozen=True)
class Made:
    """The results of an experiment's parts, by name."""

    trainings: dict[str, TrainingResult] = field(default_factory=dict)
    evaluations: dict[str, EvaluationResult] = field(default_factory=dict)


class Parts:
    """What is trained and evaluated for one experiment, unless it is kept from before."""

    def __init__(self, experiment: Experiment, options: Options, progress: Progress) -> None:
        self.experiment, self.options, self.progress = experiment, options, progress
        self._finished = options.finished()
        self._trained: dict[str, Arrays] = {}

    def made(self) -> Made:
        """All results; an evaluation that is done on request only may be missing."""
        trainings = {part.name: self.train(part) for part in self.experiment.trainings}
        evaluations = ((part.name, self.evaluate(part)) for part in self.experiment.evaluations)
        return Made(trainings, {name: result for name, result in evaluations if result})

    def _data(self, part: Training | Evaluation) -> data.Dataset:
        return data.load(part.data, part.dtype, self.options.data)

    def _kept_or_made(
        self,
        name: str,
        key: str,
        kind: type,
        dataset: data.Dataset | None,
        make: Callable[[], Any] | None,
    ) -> Any:  # noqa: ANN401 - a result of the given kind, or None
        """A part's result from before, or made now; None if there is none and none is wanted."""
        label = f"{self.experiment.name}: {name}"
        file = slug(label)
        if kept := self._finished.get(file, key):
            try:
                result = replace(typed(kept, kind), kept=True)
            except ValueError:
                pass  # damaged, or of an earlier version: as good as absent
            else:
                self.progress(f"{label}, kept from before", 1)(1)
                return result
        if make is None:
            return None
        digests = {dataset.name: dataset.sha256} if dataset and dataset.sha256 else {}
        with threadpool_limits(1, "blas"):
            made = make()
            described = provenance.describe(self.options.command, digests)
        result = replace(made, provenance=described)
        self._finished.put(file, key, plain(result))
        return result

    def _key(
        self, depends_on: dict, dataset: data.Dataset | None, code: Sequence[Path] = ()
    ) -> str:
        used = [dataset.name, dataset.sha256] if dataset else None
        described = depends_on | {"data": used, "versions": provenance.versions()}
        return fingerprint(described, [*code_of(), *code])

    def _step_progress(self, label: str, steps: int) -> Advance:
        return self.progress(f"{self.experiment.name}: {label}", steps)

    def train(self, training: Training) -> TrainingResult:
        """A training's result."""
        dataset = self._data(training)
        spec = self.options.cut_short(training)
        effort = BRIEF if self.options.quick else THOROUGH

        def make() -> TrainingResult:
            result, final = run_training(spec, dataset, self._step_progress, effort)
            self._trained[spec.name] = final
            return result

        key = self._key({"training": _alone(spec), "effort": asdict(effort)}, dataset)
        result = self._kept_or_made(spec.name, key, TrainingResult, dataset, make)
        return replace(result, cut_short=spec != training)

    def evaluate(self, evaluation: Evaluation) -> EvaluationResult | None:
        """An evaluation's result; None for one that is done on request only."""
        dataset = self._data(evaluation) if evaluation.data else None
        training = self._training_of(evaluation)
        weights = self.options.weights if training else None
        depends_on = {
            "evaluation": asdict(evaluation) | {"compute": "", "bounds": ""},
            "training": training and _alone(training),
            "weights": weights and fingerprint(None, [weights]),
        }

        def make() -> EvaluationResult:
            params = self._params(training) if training else None
            done = self._step_progress(evaluation.name, evaluation.steps or 1)
            told = done if evaluation.steps else None
            result = run_evaluation(evaluation, dataset, params, evaluation.training, told)
            if not evaluation.steps:
                done(1)
            return replace(result, on_given_weights=weights is not None)

        return self._kept_or_made(
            evaluation.name,
            self._key(depends_on, dataset, [Path(inspect.getfile(evaluation.compute))]),
            EvaluationResult,
            dataset,
            make if self.options.full or not evaluation.full else None,
        )

    def _training_of(self, evaluation: Evaluation) -> Training | None:
        """The training whose final parameters an evaluation is given."""
        trainings = (t for t in self.experiment.trainings if t.name == evaluation.params_of)
        return next((self.options.cut_short(training) for training in trainings), None)

    def _params(self, training: Training) -> Arrays:
        """Trained parameters, or those that the user gives."""
        if self.options.weights:
            return load_weights(self.options.weights, training.start.shapes, training.dtype)
        if training.name not in self._trained:  # its pair was kept from before
            self._trained[training.name] = final_params(training, self._data(training))
        return self._trained[training.name]
