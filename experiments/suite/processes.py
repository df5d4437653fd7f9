"""Work in other processes: how it is handed out, tells of its progress, and is stopped."""

import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context, parent_process
from multiprocessing.managers import SyncManager
from queue import Queue
from threading import Thread
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor, process_executor

WORKERS = -1
"""Worker processes of this machine: one per core."""

EVERY = 1.0
"""Seconds between two looks at whether a worker's parent is still there."""

Progress = Callable[[str, int], Callable[[int], None]]
"""Called with a label and the number of steps; gives the function that is told of steps done."""


def over_processes(calls: Iterable[Any]) -> Iterator[Any]:
    """What `joblib.delayed` calls return, in the order in which they are finished.

    They run in a process per core, or where `joblib.parallel_config` says.
    """
    calls = (joblib.delayed(_in_a_worker)(*call) for call in calls)
    warnings.filterwarnings("ignore", r"[\s\S]*adjusting the input task iterator")  # interrupted
    parallel = joblib.Parallel(n_jobs=WORKERS, return_as="generator_unordered", batch_size=1)
    with _unheard():
        return iter(parallel(calls))


@contextmanager
def _unheard() -> Iterator[None]:
    """Have processes that are started in the body not hear what ends this one, which ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    endings = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_a_worker(function: Callable, args: tuple, kwargs: dict) -> Any:  # noqa: ANN401
    end_with_parent()
    # a worker that grows by data sets is no leak: it need not be replaced
    process_executor._MAX_MEMORY_LEAK_SIZE = sys.maxsize
    return function(*args, **kwargs)


@cache
def end_with_parent() -> None:
    """Watch, from now on, whether the process that has started this one is still there.

    If it is not, killed perhaps, this one ends; a process that is no worker watches nothing.
    """
    if parent := parent_process():
        Thread(target=_watch, args=(parent.pid,), daemon=True).start()


def _watch(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY)
    os._exit(1)


def stop_processes() -> None:
    """Stop what other processes of this machine are doing."""
    get_reusable_executor(reuse=True).shutdown(wait=False, kill_workers=True)


def end_workers() -> None:
    """Let this machine's workers go, which have nothing more to do."""
    get_reusable_executor(reuse=True).shutdown(wait=True)


@dataclass(frozen=True)
class Relay:
    """A `Progress` for other processes: what it is told, it passes on to this one's."""

    told: Queue

    def __call__(self, label: str, total: int) -> Callable[[int], None]:
        """See `Progress`."""
        self.told.put((label, total, 0))
        return partial(self._advance, label, total)

    def _advance(self, label: str, total: int, steps: int) -> None:
        self.told.put((label, total, steps))


@contextmanager
def relayed(progress: Progress) -> Iterator[Relay]:
    """What other processes are given in the body, to tell `progress` of their steps."""
    manager = SyncManager(ctx=get_context("spawn"))
    with _unheard():
        manager.start(end_with_parent)
    told = manager.Queue()
    listener = Thread(target=_listen, args=(told, progress), daemon=True)
    listener.start()
    try:
        yield Relay(told)
    finally:
        with suppress(EOFError, OSError):
            told.put(None)
        listener.join()
        manager.shutdown()


def _listen(told: Queue, progress: Progress) -> None:
    advances: dict[str, Callable[[int], None]] = {}
    with suppress(EOFError, OSError):  # whoever hands on what is told has been ended
        for label, total, steps in iter(told.get, None):
            if label not in advances:
                advances[label] = progress(label, total)
            else:
                advances[label](steps)
