"""All contestants in rotation, each time in a process of its own: their times and their weights."""

import importlib.util
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from itertools import product
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from experiments import data
from experiments.bench import contestants, small
from experiments.bench.contestant import LIMIT, Contestant
from experiments.bench.growth import growth
from experiments.bench.record import BenchRecord, Timed
from experiments.bench.task import Task, make_task
from experiments.bench.workers import seconds_of_a_check, workers
from experiments.judge import ladder
from experiments.pair.expected import Expected
from experiments.pair.follow import follow
from experiments.pair.pair import Makes, new_scratch, pair_of
from experiments.pair.shadows import limits_of
from experiments.record import provenance
from experiments.suite.processes import deaf_from_the_start, end_with_parent

DTYPES = ("float32", "float64")
CORES = (1, 2)
ALONE: dict[str, tuple[Callable[[Path | None], Any], int]] = {
    **{part: (work, 1) for part, work in small.PARTS.items()},
    "growth": (growth, 1),
    "workers": (workers, max(CORES)),
    "check": (seconds_of_a_check, max(CORES)),
}
"""What is measured besides, each in a process of its own, and on how many cores."""

SECONDS_TO_END = 10
"""That a process has, when it has sent what it found."""

WARM = 4
"""Runs after the first one in each process; some need a few until they are as fast as they get."""

PEERS = ("torch", "jax", "numba")
"""Packages of the extra `bench`."""

Advance = Callable[[int], None]


def run(
    command: str, steps: int, rounds: int, folder: Path | None, progress: Callable[..., Advance]
) -> BenchRecord:
    """Every contestant that is installed, in both precisions, on one core and on two.

    Args:
        command: what repeats this, for the record.
        steps: updates of a training.
        rounds: how many processes each trains in, after a first run there, which compiles and is
            timed apart.
        folder: where the user says MNIST lies.
        progress: called with a label and a number of parts; gives what is told of parts done.

    Raises:
        DataError: if the user's MNIST cannot be used.
    """
    name = data.load("mnist", "float32", folder).name  # downloaded now, if it has to be
    everyone = contestants.load().values()
    able = [c for c in everyone if all(importlib.util.find_spec(need) for need in c.needs)]
    absent = tuple(c.name for c in everyone if c not in able)
    cores = [count for count in CORES if count <= (os.cpu_count() or 1)]
    told = progress("bench: small nets, gradients and growth", len(ALONE))
    parts = {}
    for part, (_, count) in ALONE.items():
        parts[part] = _in_a_process(_serve_alone, (part, count, folder), 1)
        told(1)
    rows = []
    for dtype, count in product(DTYPES, cores):
        told = progress(f"bench: {dtype}, cores: {count}", len(able) * rounds)
        rows += _rotate(able, dtype, count, steps, rounds, folder, told)
    peers = {peer: version(peer) for peer in PEERS if importlib.util.find_spec(peer)}
    described = provenance.describe(command, {})
    return BenchRecord(
        name,
        steps,
        rounds,
        absent,
        peers,
        tuple(rows),
        tuple(way for part in small.PARTS for way in parts[part]),
        described,
        tuple(parts["growth"]),
        tuple(parts["workers"]),
        parts["check"],
    )


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """The number of threads of a process that is started in the body."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "TWINS_TF_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(count)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _keep_to(cores: int) -> None:
    """Keep this process to the first cores that it may use, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _lead_a_group() -> None:
    """Have this process end with whoever has started it, and with it what it starts itself."""
    end_with_parent()
    if hasattr(os, "setpgrp"):  # not on Windows
        os.setpgrp()


def _serve(
    connection: Connection, name: str, dtype: str, cores: int, steps: int, folder: Path | None
) -> None:
    """One contestant's process: gets ready, trains some times, and answers with the outcomes."""
    _lead_a_group()
    _keep_to(cores)
    train = contestants.load()[name].prepare(make_task(dtype, cores, steps, folder))
    outcomes = []
    for _ in range(1 + WARM):
        began = time.perf_counter()
        params, accuracies = train()
        outcomes.append((time.perf_counter() - began, params, accuracies))
    connection.send((outcomes, _peak()))


def _peak() -> float:
    """Gigabytes that this process has taken at most; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def _rotate(
    able: Sequence[Contestant],
    dtype: str,
    cores: int,
    steps: int,
    rounds: int,
    folder: Path | None,
    told: Advance,
) -> list[Timed]:
    """One row per contestant; one trains at a time, and in every round another one begins."""
    outcomes: dict[str, list] = {contestant.name: [] for contestant in able}
    for turn in range(rounds):
        for place in range(len(able)):
            contestant = able[(place + turn) % len(able)]
            arguments = (contestant.name, dtype, cores, steps, folder)
            threads = contestant.threads or cores
            outcomes[contestant.name].append(_in_a_process(_serve, arguments, threads))
            told(1)
    reference, allowed = reference_of(make_task(dtype, cores, steps, folder))
    return [
        _row(contestant.name, dtype, cores, outcomes[contestant.name], reference, allowed)
        for contestant in able
    ]


def _in_a_process(serve: Callable[..., None], arguments: tuple, threads: int) -> Any:  # noqa: ANN401
    """What a function sends through the connection that is its first argument.

    Raises:
        RuntimeError: if its process ends before.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    with _threads(threads), deaf_from_the_start():
        process = spawn.Process(target=serve, args=(there, *arguments))
        process.start()
    there.close()
    try:
        found = here.recv()
        process.join(SECONDS_TO_END)  # it may have workers to let go
        return found
    except (EOFError, ConnectionError):
        raise RuntimeError(f"the process of {arguments[0]!r} ended before its time") from None
    finally:
        _end(process)


def _end(process: BaseProcess) -> None:
    """End a process, whatever it hears, and what it has started."""
    if process.pid and hasattr(os, "killpg"):  # not on Windows
        with suppress(ProcessLookupError):  # it leads no group yet, or all have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def reference_of(task: Task) -> tuple[ladder.Arrays, dict[str, float]]:
    """The readable loop's weights, and how far other right loops may be off, by shadows."""
    training, last = task.training, task.training.steps
    alone = Makes(new_scratch, new_scratch, Expected)
    pair = pair_of(training, task.data, task.start, task.batches, alone)
    history = follow(training, pair.scratch, task.start, task.batches)
    weights = limits_of(pair, history).weights
    return history.checkpoints[last], {name: weights[name][last] for name in weights}


def _row(
    name: str,
    dtype: str,
    cores: int,
    outcomes: Sequence[tuple],
    reference: ladder.Arrays,
    allowed: dict[str, float],
) -> Timed:
    """Times in seconds, and how near the weights come to the readable loop's, in bounds."""
    firsts = [float(first[0]) for (first, *_), _ in outcomes]
    seconds = [float(run[0]) for (_, *others), _ in outcomes for run in others]
    _, params, accuracies = outcomes[-1][0][-1]
    peak = max(float(peak) for _, peak in outcomes)
    shares = [ladder.distance(params[key], reference[key]) / allowed[key] for key in params]
    accuracy = accuracies[-1] if name != LIMIT else None
    share = float(np.max(shares)) if shares else 0.0
    return Timed(
        name, dtype, cores, float(np.median(firsts)), tuple(seconds), share, accuracy, peak
    )


def _serve_alone(connection: Connection, part: str, cores: int, folder: Path | None) -> None:
    _lead_a_group()
    _keep_to(cores)
    work, _ = ALONE[part]
    connection.send(work(folder))
