"""What workers of a Dask cluster add, what they cost, and what much work would need."""

import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib

from experiments.bench.record import Workers
from experiments.catalog.two_layer_net_20 import EXPERIMENT
from experiments.suite.ensemble import connected, members
from experiments.suite.processes import end_workers, over_processes
from scratch import two_layer_net

COUNTS = (1, 2, 4)
"""Workers."""

CALLS = 100
"""Empty calls."""

SEEDS, UPDATES = 8, 1000
"""Of the training that is shared out."""

FILES = 20
"""That are checked."""


def workers(folder: Path | None) -> list[Workers]:
    """Seeds over the processes of this machine, and over local clusters where Dask is installed."""
    found = [_measured(0, folder)]
    end_workers()
    if importlib.util.find_spec("distributed"):
        found += [_measured(count, folder) for count in COUNTS]
    return found


def _measured(count: int, folder: Path | None) -> Workers:
    """With a cluster of so many workers; 0 is none."""
    training = replace(EXPERIMENT.trainings[0], steps=UPDATES, evaluate_at=())
    few = replace(training, steps=1)
    began = time.perf_counter()
    with _cluster(count) as address, connected(address):
        # the second of two calls may go to the worker of the first: each is given several
        _done([joblib.delayed(members)(few, [0], folder) for _ in range(4 * max(count, 2))])
        ready = time.perf_counter()
        _done([joblib.delayed(int)() for _ in range(CALLS)])
        called = time.perf_counter()
        _done([joblib.delayed(members)(training, [seed], folder) for seed in range(SEEDS)])
        return Workers(
            count,
            ready - began,
            (called - ready) / CALLS,
            (time.perf_counter() - called) / (SEEDS * UPDATES),
        )


def _done(calls: list) -> None:
    for _ in over_processes(calls):
        pass


@contextmanager
def _cluster(count: int) -> Iterator[str | None]:
    """The address of a cluster on this machine, there while the body runs."""
    if not count:
        yield None
        return
    from distributed import LocalCluster

    with LocalCluster(count, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def seconds_of_a_check(_: Path | None) -> float:
    """Of a file among many that one command checks: a class of the book's net."""
    with TemporaryDirectory() as name:
        for number in range(FILES):
            shutil.copy(two_layer_net.__file__, Path(name) / f"{number}.py")
        command = [sys.executable, "-m", "experiments", "check", name]
        subprocess.run(command, check=False, capture_output=True)  # what Keras says is kept
        began = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True)
        return (time.perf_counter() - began) / FILES
