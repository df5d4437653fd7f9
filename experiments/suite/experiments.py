"""Many experiments: what is trained, what is kept from before, and the record of it all."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import joblib

from experiments import data, words
from experiments.data.dataset import images_of
from experiments.data.weights import load_weights
from experiments.judge.printed import within_range
from experiments.record import provenance
from experiments.record.results import (
    Cost,
    Ensemble,
    EvaluationResult,
    ExperimentResult,
    RecordError,
    Results,
    TrainingResult,
    change,
    load,
)
from experiments.record.store import fingerprint
from experiments.sources import ledger, slides_today
from experiments.sources.ledger import PrintedFigure
from experiments.sources.slides_today import CallToday
from experiments.spec import Evaluation, Experiment, Training
from experiments.suite.cost import core_seconds, product_seconds
from experiments.suite.ensemble import DTYPE, Members, run_ensemble
from experiments.suite.judging import judge_figures, judge_runs, over_seeds
from experiments.suite.options import Options, as_chosen
from experiments.suite.parts import ROOMS, Made, Parts, code_of
from experiments.suite.processes import (
    WORKERS,
    end_workers,
    leave_endings_to_others,
    over_processes,
    stop_processes,
)
from experiments.suite.relay import Progress, relayed

ROUND = 6
"""Seeds after which it is asked whether a curtailed ensemble has settled every verdict."""

QUICK_SEEDS = 2
"""Seeds of a quick run: few, but enough to see the machinery work."""

Submit = Callable[..., Future[Members]]
"""Has a function called with arguments by a thread of its own."""

_log = logging.getLogger("twins")


def run(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[str, ExperimentResult]]:
    """Run experiments; each is in the record before it is given out.

    Results that the record holds of other experiments stay.

    Yields:
        Name and result of each experiment, in the order in which they are done.

    Raises:
        DataError: if the data or weights named by the user cannot be used.
        OSError: if the report's folder cannot be written to.
    """
    experiments = [as_chosen(experiment, options) for experiment in experiments]
    is_anew = not (options.quick or options.cluster) and options.finished().is_empty
    began = time.monotonic(), core_seconds()
    _look_at_weights(experiments, options)
    here = len(experiments) == 1 or joblib.effective_n_jobs(WORKERS) == 1
    if any(data == "mnist" for experiment in experiments for data in experiment.data):
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
            for experiment, made in done:
                result = _result(experiment, made, ensembles[experiment.name], options)
                _put(experiment.name, result, options)
                yield experiment.name, result
    if is_anew:
        _note_cost({experiment.name for experiment in experiments}, began, options)


def takes_weights(experiment: Experiment) -> bool:
    """Whether an experiment has a use for weights of the user's own."""
    return any(evaluation.params_of for evaluation in experiment.evaluations)


def _look_at_weights(experiments: Sequence[Experiment], options: Options) -> None:
    """Read the user's weights before anything is trained, so that a mistake is told at once."""
    if options.weights is None:
        return
    for experiment in experiments:
        for evaluation in experiment.evaluations:
            training = experiment.part(evaluation.params_of)
            if isinstance(training, Training):
                load_weights(options.weights, training.start.shapes, training.dtype)


def _put(name: str, result: ExperimentResult, options: Options) -> None:
    """Write an experiment's result into the record, beside those of the others."""
    calls = _calls_today(options)
    _change(
        lambda present: replace(
            present, experiments={**present.experiments, name: result}, calls_today=calls
        ),
        options,
    )


def _change(how: Callable[[Results], Results], options: Options) -> None:
    """Change the record; one that cannot be used is made anew, with a warning."""
    say = words.of(words.spoken())
    change(
        options.out, how, lambda error: _log.warning(say("record.replaced", why=error.told(say)))
    )


def _note_cost(names: set[str], began: tuple[float, float], options: Options) -> None:
    """Write down what a run took, if it did all that the record has."""
    end_workers()  # whose time is known when they have ended
    seconds, spent = time.monotonic() - began[0], core_seconds() - began[1]
    results = load(options.out)
    alone = product_seconds(results.experiments.values(), options.data)
    if alone and results.experiments.keys() <= names:
        cost = Cost(provenance.now(), seconds, spent, alone)
        _change(lambda present: replace(present, cost=cost), options)


def _calls_today(options: Options) -> tuple[CallToday, ...]:
    """What the installed versions say to the printed calls; asked once, and kept."""
    finished, room = options.finished(), Path(slides_today.__file__).parent
    key = fingerprint(provenance.versions(), [room / "slides_today.py", room / "calls.toml"])
    kept = finished.get("calls-today", key)
    if kept is not None:
        return tuple(CallToday(**call) for call in kept)
    told = slides_today.table()
    finished.put("calls-today", key, [asdict(call) for call in told])
    return told


def _parts_here(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Generator[tuple[Experiment, Made]]:
    """Every experiment with its parts, one after the other."""
    for experiment in experiments:
        yield experiment, Parts(experiment, options, progress).made()


def _parts_in_processes(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Generator[tuple[Experiment, Made]]:
    """Every experiment with its parts as they are done, those that take longest begun first."""

    def length(experiment: Experiment) -> tuple[bool, int]:
        full = options.full and any(part.full for part in experiment.evaluations)
        return full, sum(part.work for part in experiment.trainings)

    longest_first = sorted(experiments, key=length, reverse=True)
    with relayed(progress) as relay:
        yield from over_processes(
            joblib.delayed(_made)(experiment, options, relay) for experiment in longest_first
        )


def _made(experiment: Experiment, options: Options, progress: Progress) -> tuple[Experiment, Made]:
    logging.getLogger("twins").setLevel(logging.ERROR)  # the first process has given the warnings
    return experiment, Parts(experiment, options, progress).made()


@contextmanager
def _ahead(stopping: threading.Event) -> Iterator[Submit]:
    """What looks after the seeds, one ensemble after the other, while the pairs are being trained.

    `stopping` is set when the body is left by an exception, as an interrupt.
    """
    executor = ThreadPoolExecutor(1, initializer=leave_endings_to_others)
    started: list[Future] = []

    def start(function: Callable[..., Members], *arguments: object) -> Future[Members]:
        started.append(executor.submit(function, *arguments))
        return started[-1]

    try:
        yield start
    except BaseException as error:
        failed = [why for f in started if f.done() and (why := f.exception())]
        stopping.set()
        executor.shutdown(wait=False, cancel_futures=True)
        stop_processes()
        if failed and isinstance(error, Exception):
            raise failed[0] from error  # an ensemble that fails takes the pairs' processes with it
        raise
    finally:
        executor.shutdown()


def _is_whole(result: TrainingResult, training: Training) -> bool:
    """Whether a training ran on the data asked for, to its end, and gave numbers."""
    return result.data == training.data and not result.cut_short and not result.diverged


def _result(
    experiment: Experiment, made: Made, by_seed: Mapping[str, Future[Members]], options: Options
) -> ExperimentResult:
    """The experiment's part of the record: its parts, its ensembles and its judged figures."""
    ensembles = {}
    for training in experiment.trainings:
        result = made.trainings[training.name]
        if training.name in by_seed and _is_whole(result, training):
            own = {measured.of: measured.scratch for measured in result.measured}
            others = by_seed[training.name].result()
            ensembles[training.name] = _ensemble({training.seed: own} | others)
    evaluations = {
        evaluation.name: found
        for evaluation in experiment.evaluations
        if (
            found := made.evaluations.get(evaluation.name)
            or _reported(experiment, evaluation, options)
        )
    }
    figures = judge_figures(
        ledger.figures_of(experiment.name), {**made.trainings, **evaluations}, ensembles
    )
    return ExperimentResult(
        lesson=experiment.lesson,
        sources=experiment.sources,
        trainings=made.trainings,
        evaluations=evaluations,
        ensembles=ensembles,
        figures=figures,
        runs=judge_runs(figures, ensembles),
        errata=tuple(ledger.errata_of(experiment.name)),
    )


def _reported(
    experiment: Experiment, evaluation: Evaluation, options: Options
) -> EvaluationResult | None:
    """What the present report holds of an evaluation that is done on request only."""
    try:
        reported = load(options.out).experiments[experiment.name].evaluations[evaluation.name]
    except (RecordError, KeyError):
        return None
    return replace(reported, kept=True) if reported.dtype == evaluation.dtype else None


def _start_ensembles(
    experiment: Experiment,
    options: Options,
    progress: Progress,
    ahead: Submit,
    stopping: threading.Event,
) -> dict[str, Future[Members]]:
    """Have the trainings of unknown seed trained under other seeds, until `stopping` is set."""
    started = {}
    for training in experiment.trainings:
        figures = [
            figure
            for figure in ledger.figures_of(experiment.name)
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
    figures: Sequence[PrintedFigure],
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
    steps = [figure.measures.step or 0 for figure in figures]
    epoch = -(-len(dataset.x) // training.order.batch_size)
    needed = tuple(step for step in training.evaluate_at if step >= min(steps) - epoch)
    record = {
        "data": dataset.sha256,
        "versions": provenance.versions(),
        "code": fingerprint(None, code_of([room for room in ROOMS if room != "keras_ref"])),
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
        ensemble = _ensemble(members)
        counting = (figure for figure in figures if figure.counts)
        if all(within_range(figure.printed, over_seeds(figure, ensemble)) for figure in counting):
            break
    if unneeded := len(seeds) - len(members):
        advance(unneeded)
    return members


def _ensemble(by_seed: Members) -> Ensemble:
    """Seeds in order, and the values of every measurement that all of them have."""
    seeds = sorted(by_seed)
    shared = [of for of in by_seed[seeds[0]] if all(of in member for member in by_seed.values())]
    return Ensemble(
        tuple(seeds), tuple((of, tuple(by_seed[seed][of] for seed in seeds)) for of in shared)
    )
