"""Many experiments: what is trained, what is kept from before, and the file of all results."""

import json
import logging
import math
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import joblib

from experiments import data, ledger, provenance, slides_today, store
from experiments.data.dataset import images_of
from experiments.ensemble import DTYPE, Members, run_ensemble
from experiments.judge.published import judge, within_range, write_value
from experiments.parts import Options, Parts, as_chosen, training_code
from experiments.processes import WORKERS, Progress, over_processes, relayed, stop_processes
from experiments.spec import Evaluation, Experiment, Training
from experiments.store import ReportFolder, fingerprint

SCHEMA = 2

ROUND = 6
"""Seeds after which it is asked whether a curtailed ensemble has settled every verdict."""

QUICK_SEEDS = 2
"""Seeds of a quick run: few, but enough to see the machinery work."""

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


Start = Callable[..., Future[Members]]
"""Has a function called with arguments by a thread of its own."""


class ResultsError(Exception):
    """A `results.json` that cannot be used; the message says why and what to do."""


def run(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[str, dict]]:
    """Run experiments; each is written to `results.json` before it is given out.

    Results that the file holds of other experiments stay.

    Yields:
        Name and result of each experiment, in the order in which they are done.

    Raises:
        DataError: if the data named by the user cannot be used.
        OSError: if the report's folder cannot be written to.
    """
    experiments = [as_chosen(experiment, options) for experiment in experiments]
    here = len(experiments) == 1 or joblib.effective_n_jobs(WORKERS) == 1
    if any(part.data == "mnist" for e in experiments for part in (*e.trainings, *e.evaluations)):
        # before threads and processes look for it: one download, or one failure, is enough
        here |= images_of(options.data).name != "mnist"
    parts_of = _parts_here if here else _parts_in_processes
    stopping = threading.Event()
    with _ahead(stopping) as ahead:
        ensembles = {
            experiment.name: _start_ensembles(experiment, options, progress, ahead, stopping)
            for experiment in experiments
        }
        with closing(parts_of(experiments, options, progress)) as done:
            for experiment, parts in done:
                result = _result(experiment, parts, ensembles[experiment.name], options)
                _put(experiment.name, result, options.out)
                yield experiment.name, result


def _put(name: str, result: dict, out: Path) -> None:
    """Write an experiment's result into the file of all, which stays in the order of the course."""
    folder = ReportFolder(out)
    out.mkdir(parents=True, exist_ok=True)
    with folder.lock():
        results = _present_results(out)
        present = results["experiments"] | {name: result}
        results["experiments"] = dict(sorted(present.items(), key=lambda item: item[1]["lesson"]))
        results["slides_today"] = slides_today.table()
        folder.write(RESULTS, store.to_json(results))
    folder.finish()


def _parts_here(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[Experiment, dict]]:
    """Every experiment with its parts, one after the other."""
    for experiment in experiments:
        yield experiment, Parts(experiment, options, progress).made()


def _parts_in_processes(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[Experiment, dict]]:
    """Every experiment with its parts as they are done, those that take longest begun first."""

    def length(experiment: Experiment) -> tuple[bool, int]:
        full = options.full and any(part.full for part in experiment.evaluations)
        return full, sum(part.work for part in experiment.trainings)

    longest_first = sorted(experiments, key=length, reverse=True)
    with relayed(progress) as relay:
        yield from over_processes(
            joblib.delayed(_made)(experiment, options, relay) for experiment in longest_first
        )


def _made(experiment: Experiment, options: Options, progress: Progress) -> tuple[Experiment, dict]:
    logging.getLogger("twins").setLevel(logging.ERROR)  # the first process has given the warnings
    return experiment, Parts(experiment, options, progress).made()


@contextmanager
def _ahead(stopping: threading.Event) -> Iterator[Start]:
    """What looks after the seeds, one ensemble after the other, while the pairs are being trained.

    `stopping` is set when the body is left by an exception, as an interrupt.
    """
    executor = ThreadPoolExecutor(1)
    started: list[Future] = []

    def start(function: Callable[..., Members], *arguments: object) -> Future[Members]:
        started.append(executor.submit(function, *arguments))
        return started[-1]

    try:
        yield start
    except BaseException as error:
        failed = [f.exception() for f in started if f.done() and f.exception()]
        stopping.set()
        executor.shutdown(wait=False, cancel_futures=True)
        stop_processes()
        if failed and isinstance(error, Exception):
            raise failed[0] from error  # an ensemble that fails takes the pairs' processes with it
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


def _is_whole(result: dict, training: Training) -> bool:
    """Whether a training ran on the data asked for, to its end, and gave numbers."""
    asked_for = result["data"] == training.data and result["spec"]["steps"] == training.steps
    return asked_for and "diverged" not in result


def _result(
    experiment: Experiment, parts: dict, by_seed: Mapping[str, Future[Members]], options: Options
) -> dict:
    """The experiment's part of `results.json`: its parts, its ensembles and its judged figures."""
    trainings, ensembles, evaluations = parts["trainings"], {}, {}
    for training in experiment.trainings:
        found = trainings[training.name]
        if options.cut_short(training) != training:
            found["cut_short"] = True
        if training.name in by_seed and _is_whole(found, training):
            own = {name: values["scratch"] for name, values in found["measurements"].items()}
            others = by_seed[training.name].result()
            ensembles[training.name] = _ensemble({training.seed: own} | others)
    for evaluation in experiment.evaluations:
        found = parts["evaluations"][evaluation.name]
        if found := found or _reported(experiment, evaluation, options):
            evaluations[evaluation.name] = found
    result = {
        "lesson": experiment.lesson,
        "title": experiment.title,
        "title_ko": experiment.title_ko,
        "sources": list(experiment.sources),
        "discussion": experiment.discussion,
        "trainings": trainings,
        "evaluations": evaluations,
        "ensembles": ensembles,
        "errata": [asdict(erratum) for erratum in ledger.errata(experiment.name)],
    }
    return result | {"figures": judge_figures(ledger.figures(experiment.name), result)}


def _reported(experiment: Experiment, evaluation: Evaluation, options: Options) -> dict | None:
    """What the present report holds of an evaluation that is done on request only."""
    reported = _present_results(options.out)["experiments"].get(experiment.name, {})
    found = reported.get("evaluations", {}).get(evaluation.name)
    if not found or found["dtype"] != evaluation.dtype:
        return None
    return found | {"kept": True}


def _start_ensembles(
    experiment: Experiment,
    options: Options,
    progress: Progress,
    ahead: Start,
    stopping: threading.Event,
) -> dict[str, Future[Members]]:
    """Have the trainings of unknown seed trained under other seeds, until `stopping` is set."""
    started = {}
    for training in experiment.trainings:
        figures = [
            figure
            for figure in ledger.figures(experiment.name)
            if figure.judged == "seeds" and figure.part == training.name
        ]
        if figures:
            label = f"{experiment.name}: {training.name}"
            started[training.name] = ahead(
                _other_seeds, label, training, figures, options, progress, stopping
            )
    return started


def _other_seeds(
    label: str,
    training: Training,
    figures: Sequence[ledger.Figure],
    options: Options,
    progress: Progress,
    stopping: threading.Event,
) -> Members:
    """Measurements over the seeds beside the pair's own, which the pair itself gives.

    Evaluated only from one epoch before the first printed figure on. For a training that is
    `curtailed`, in rounds, until the verdicts are certain. Empty if other data stand in.
    """
    count = training.seeds if options.seeds is None else options.seeds
    if options.quick:
        count = min(count, QUICK_SEEDS) if options.cut_short(training) == training else 0
    seeds = [seed for seed in range(count) if seed != training.seed]
    if not seeds:
        return {}
    dataset = data.load(training.data, DTYPE, options.data)
    if dataset.name != training.data:
        return {}
    steps = [int(figure.measures.partition("@")[2]) for figure in figures]
    epoch = -(-len(dataset.x) // training.order.batch_size)
    needed = tuple(step for step in training.evaluate_at if step >= min(steps) - epoch)
    record = {
        "data": dataset.sha256,
        "versions": provenance.versions(),
        "code": fingerprint(None, [p for p in training_code() if p.parent.name != "keras_ref"]),
    }
    in_rounds = training.curtailed and options.seeds is None
    advance = progress(f"{label}, {'up to ' * in_rounds}{len(seeds)} other seeds", len(seeds))

    def advance_or_stop(done: int) -> None:
        if stopping.is_set():
            raise InterruptedError
        advance(done)

    size = ROUND if in_rounds else len(seeds)
    members: Members = {}
    for first in range(0, len(seeds), size):
        if stopping.is_set():
            raise InterruptedError
        members |= run_ensemble(
            replace(training, evaluate_at=needed),
            seeds[first : first + size],
            options.data,
            options.finished(),
            record,
            advance_or_stop,
            options.cluster,
        )
        values = _ensemble(members)["values"]
        counting = (figure for figure in figures if figure.counts)
        if all(within_range(figure.printed, _over_seeds(figure, values)) for figure in counting):
            break
    if unneeded := len(seeds) - len(members):
        advance(unneeded)
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
        judgement = judge(figure, value, _over_seeds(figure, ensemble), conditions)
        by_keras = write_value(keras, figure) if judgement.value else ""
        judged.append(asdict(figure) | asdict(judgement) | {"by_keras": by_keras})
    return judged


def _over_seeds(figure: ledger.Figure, values: Mapping[str, list[float]]) -> list[float]:
    """What a figure is judged by: its measurement under every seed, or those it is judged among."""
    over_seeds = values.get(figure.measures, [])
    if not figure.among:
        return over_seeds
    return [v for v, keep in zip(over_seeds, values.get(figure.among, []), strict=True) if keep]


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
