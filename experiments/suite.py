"""Many experiments: what is trained, what is kept from before, and the file of all results."""

import inspect
import json
import logging
import math
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from experiments import data, ledger, provenance, slides_today, store
from experiments.compare import BRIEF, THOROUGH
from experiments.data.weights import load_weights
from experiments.ensemble import Members, run_ensemble, stop_processes
from experiments.evaluate import run_evaluation
from experiments.judge.published import judge, within_range, write_value
from experiments.run import final_params, prepare, run_training
from experiments.spec import Evaluation, Experiment, Training
from experiments.store import FinishedWork, fingerprint

SCHEMA = 2

ROUND = 6
"""Seeds after which it is asked whether a curtailed ensemble has settled every verdict."""

QUICK_SEEDS = 2
"""Seeds of a quick run: too few for a verdict, enough to see the machinery work."""

QUICK_LARGEST = 10_000
"""Nets with more parameters are trained for a fortieth of their steps in a quick run, and under
no other seeds."""
RESULTS = "results.json"
ENTRY = {
    "lesson",
    "title",
    "title_ko",
    "sources",
    "discussion",
    "trainings",
    "evaluations",
    "ensembles",
    "figures",
    "errata",
}
"""What `results.json` holds of every experiment."""

Progress = Callable[[str, int], Callable[[int], None]]
"""Called with a label and the number of steps; gives the function that is told of steps done."""


class ResultsError(Exception):
    """A `results.json` that cannot be used; the message says why and what to do."""


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


def training_code() -> list[Path]:
    """The source files that a training's or evaluation's result depends on."""
    here = Path(__file__).parent
    folders = (here.parent / "scratch", here.parent / "keras_ref", here / "data")
    names = ("run", "compare", "evaluate", "ensemble", "sides", "spec", "measure", "views")
    names += ("judge/bounds", "judge/conventions", "judge/ladder")
    files = [here / f"{name}.py" for name in names]
    return [*files, *(path for folder in folders for path in folder.glob("*.py"))]


def run(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[str, dict]]:
    """Run experiments one by one; each is written to `results.json` before it is given out.

    Results that the file holds of other experiments stay.

    Yields:
        Name and result of each experiment.

    Raises:
        DataError: if the data named by the user cannot be used.
        OSError: if the report's folder cannot be written to.
    """
    finished = FinishedWork(options.out / ".store", ignore=options.force)
    work = [Work(experiment, options, finished, progress) for experiment in experiments]
    stopping = threading.Event()
    with _ahead(stopping) as ahead:
        for part in work:
            part.start_ensembles(ahead, stopping)
        for part in work:
            result = part.result()
            results = _present_results(options.out)
            results["experiments"][part.experiment.name] = result
            results["slides_today"] = slides_today.table()
            store.write(options.out / RESULTS, store.to_json(results))
            yield part.experiment.name, result


@contextmanager
def _ahead(stopping: threading.Event) -> Iterator[Executor]:
    """What trains the seeds, one ensemble after the other, while the pairs are being trained.

    Pairs leave the processor idle wherever they are compared, measured and drawn. `stopping` is set
    when the body is left by an exception, as an interrupt.
    """
    executor = ThreadPoolExecutor(1)
    try:
        yield executor
    except BaseException:
        stopping.set()
        executor.shutdown(wait=False, cancel_futures=True)
        stop_processes()
        raise
    finally:
        executor.shutdown()


def _present_results(out: Path) -> dict:
    """The results so far, read anew each time: another run may have added to them.

    A file that cannot be used is replaced: all that is in it can be made again.
    """
    try:
        return load_results(out)
    except ResultsError as error:
        if (out / RESULTS).exists():
            logging.getLogger("twins").warning("%s; it is replaced", error)
        return {"schema": SCHEMA, "experiments": {}, "slides_today": []}


def load_results(out: Path) -> dict:
    """The content of `results.json`.

    Raises:
        ResultsError: if there is none, or it is damaged or of another schema.
    """
    path = out / RESULTS
    try:
        results = json.loads(path.read_text("utf-8"))
        schema = results["schema"]
        entries = []
        if schema == SCHEMA:
            entries = [*results["experiments"].values()]
            results["slides_today"]  # raises KeyError where it is missing
        if not all(entry.keys() >= ENTRY for entry in entries):
            raise KeyError
    except FileNotFoundError:
        raise ResultsError(f"{path} does not exist; `twins run` writes it") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ResultsError(
            f"{path} is damaged; `twins run` makes it anew (finished trainings are kept)"
        ) from None
    if schema != SCHEMA:
        raise ResultsError(f"{path} has schema {schema}, not {SCHEMA}; `twins run` makes it anew")
    return results


def as_chosen(experiment: Experiment, options: Options) -> Experiment:
    """The experiment with the seed and the precision that the user asks for, if any."""
    dtype = {"dtype": options.dtype} if options.dtype else {}
    seed = {} if options.seed is None else {"seed": options.seed}
    return replace(
        experiment,
        trainings=tuple(replace(part, **dtype, **seed) for part in experiment.trainings),
        evaluations=tuple(replace(part, **dtype) for part in experiment.evaluations),
    )


def _is_whole(result: dict, training: Training) -> bool:
    """Whether a training ran on the data asked for, to its end, and gave numbers."""
    asked_for = result["data"] == training.data and result["spec"]["steps"] == training.steps
    return asked_for and "diverged" not in result


class Work:
    """The pieces of one experiment, each kept from before if what it depends on is unchanged."""

    def __init__(
        self,
        experiment: Experiment,
        options: Options,
        finished: FinishedWork,
        progress: Progress,
    ) -> None:
        self.experiment, self.options = as_chosen(experiment, options), options
        self.finished, self.progress = finished, progress
        self.figures = ledger.figures(experiment.name)
        self._by_seed: dict[str, Future[Members]] = {}

    def start_ensembles(self, ahead: Executor, stopping: threading.Event) -> None:
        """Have the trainings of unknown seed trained under many seeds, until `stopping` is set."""
        for training in self.experiment.trainings:
            figures = [f for f in self.figures if f.judged == "seeds" and f.part == training.name]
            if figures and self._data(training).name == training.data:
                self._by_seed[training.name] = ahead.submit(
                    self._other_seeds, training, figures, stopping
                )

    def result(self) -> dict:
        """The experiment's part of `results.json`: its trainings and its judged figures."""
        trainings, evaluations, ensembles = {}, {}, {}
        for training in self.experiment.trainings:
            found = trainings[training.name] = self.train(training)
            if self.is_cut_short(training):
                found["cut_short"] = True
            if training.name in self._by_seed and _is_whole(found, training):
                own = {n: values["scratch"] for n, values in found["measurements"].items()}
                others = self._by_seed[training.name].result()
                ensembles[training.name] = _ensemble({training.seed: own} | others)
        for evaluation in self.experiment.evaluations:
            if found := self.evaluate(evaluation) or self._reported(evaluation):
                evaluations[evaluation.name] = found
        result = {
            "lesson": self.experiment.lesson,
            "title": self.experiment.title,
            "title_ko": self.experiment.title_ko,
            "sources": list(self.experiment.sources),
            "discussion": self.experiment.discussion,
            "trainings": trainings,
            "evaluations": evaluations,
            "ensembles": ensembles,
            "errata": [asdict(erratum) for erratum in ledger.errata(self.experiment.name)],
        }
        return result | {"figures": judge_figures(self.figures, result)}

    def _reported(self, evaluation: Evaluation) -> dict | None:
        """What the present report holds of an evaluation that is done on request only."""
        reported = _present_results(self.options.out)["experiments"].get(self.experiment.name, {})
        found = reported.get("evaluations", {}).get(evaluation.name)
        if not found or found["dtype"] != evaluation.dtype:
            return None
        return found | {"kept": True}

    def _data(self, part: Training | Evaluation) -> data.Dataset:
        return data.load(part.data, part.dtype, self.options.data)

    def is_cut_short(self, training: Training) -> bool:
        """Whether this is a quick run and the net a large one."""
        return self.options.quick and training.start.size > QUICK_LARGEST

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
        if kept := self.finished.get(file, key):
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
        self.finished.put(file, key, result)
        return result | {"kept": False}

    def _step_progress(self, label: str, steps: int) -> Callable[[int], None]:
        return self.progress(f"{self.experiment.name}: {label}", steps)

    def train(self, training: Training) -> dict:
        """A training's part of the results."""
        dataset = self._data(training)
        if self.is_cut_short(training):
            training = replace(training, steps=training.steps // 40, evaluate_at=())
        effort = BRIEF if self.options.quick else THOROUGH
        return self._kept_or_made(
            training.name,
            {"training": asdict(training), "effort": asdict(effort)},
            training_code(),
            dataset,
            lambda: run_training(training, dataset, self._step_progress, effort),
        )

    def evaluate(self, evaluation: Evaluation) -> dict | None:
        """An evaluation's part of the results; None for one that is done on request only."""
        dataset = self._data(evaluation) if evaluation.data else None
        spec = replace(evaluation, compute=None)
        training = next(
            (t for t in self.experiment.trainings if t.name == evaluation.params_of), None
        )
        depends_on = {"evaluation": asdict(spec), "training": training and asdict(training)}
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
        dataset = self._data(training)
        if self.options.weights is None:
            return final_params(training, dataset)
        start, _ = prepare(replace(training, steps=1), dataset)
        return load_weights(self.options.weights, start)

    def _other_seeds(
        self, training: Training, figures: Sequence[ledger.Figure], stopping: threading.Event
    ) -> Members:
        """Measurements over the seeds beside the pair's own, which the pair itself gives.

        Evaluated only from one epoch before the first printed figure on. For a training that is
        `curtailed`, in rounds, until the verdicts are certain.
        """
        steps = [int(figure.measures.partition("@")[2]) for figure in figures]
        epoch = -(-len(self._data(training).x) // training.order.batch_size)
        needed = tuple(step for step in training.evaluate_at if step >= min(steps) - epoch)
        count = training.seeds if self.options.seeds is None else self.options.seeds
        if self.options.quick:
            count = 0 if self.is_cut_short(training) else min(count, QUICK_SEEDS)
        record = {
            "data": self._data(training).sha256,
            "versions": provenance.versions(),
            "code": fingerprint(None, [p for p in training_code() if p.parent.name != "keras_ref"]),
        }
        seeds = [seed for seed in range(count) if seed != training.seed]
        in_rounds = training.curtailed and self.options.seeds is None
        count = f"{'up to ' if in_rounds else ''}{len(seeds)}"
        label = f"{self.experiment.name}: {training.name}, {count} other seeds"
        advance = self.progress(label, len(seeds))

        def advance_or_stop(done: int) -> None:
            if stopping.is_set():
                raise InterruptedError
            advance(done)

        size = ROUND if in_rounds else max(len(seeds), 1)
        members: Members = {}
        for first in range(0, len(seeds), size):
            members |= run_ensemble(
                replace(training, evaluate_at=needed),
                seeds[first : first + size],
                self.options.data,
                self.finished,
                record,
                advance_or_stop,
                self.options.cluster,
            )
            values = _ensemble(members)["values"]
            if all(
                within_range(f.printed, values.get(f.measures, [])) for f in figures if f.counts
            ):
                break
        advance(len(seeds) - len(members))
        return members


def _ensemble(by_seed: Members) -> dict:
    """Seeds in order, and a list of values for every measurement that all of them have."""
    seeds = sorted(by_seed)
    names = [n for n in by_seed[seeds[0]] if all(n in member for member in by_seed.values())]
    return {"seeds": seeds, "values": {n: [by_seed[seed][n] for seed in seeds] for n in names}}


def judge_figures(figures: Sequence[ledger.Figure], result: dict) -> list[dict]:
    """The printed figures of an experiment with their verdicts, as plain data.

    Args:
        figures: of one experiment.
        result: its trainings, evaluations and ensembles.
    """
    judged = []
    for figure in figures:
        part = result["trainings"].get(figure.part) or result["evaluations"].get(figure.part, {})
        conditions = {
            "seed": part["spec"]["seed"] if "spec" in part else None,
            "dtype": part.get("dtype"),
            "data": part.get("data"),
        }
        value, keras = math.nan, math.nan
        if figure.judged != "none":
            value, keras = (look_up(part, figure.measures, s) for s in ("scratch", "keras"))
        ensemble = result["ensembles"].get(figure.part, {"values": {}})["values"]
        over_seeds = ensemble.get(figure.measures, [])
        if figure.among:
            chosen = ensemble.get(figure.among, [])
            over_seeds = [v for v, keep in zip(over_seeds, chosen, strict=True) if keep]
        judgement = judge(figure, value, over_seeds, conditions)
        by_keras = write_value(keras, figure) if judgement.value else ""
        judged.append(asdict(figure) | asdict(judgement) | {"by_keras": by_keras})
    return judged


def look_up(part: dict, measurement: str, side: str) -> float | str:
    """One side's value of a measurement; "name[i][j]" is an element of an array.

    NaN if the training diverged or was cut short and has no such measurement.
    """
    if "diverged" in part or "cut_short" in part:
        return math.nan
    values = part["measurements"] if "measurements" in part else part["values"]
    if measurement in values:
        return values[measurement][side]
    name, *indices = re.split(r"\]?\[", measurement.removesuffix("]"))
    value = values[name][side]
    for index in indices:
        value = value[int(index)]
    return value
