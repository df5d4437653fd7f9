"""Work in other processes: how it is handed out, and how it is stopped."""

import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import parent_process, resource_tracker
from threading import Lock, Thread
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor, process_executor
from joblib.externals.loky.backend import resource_tracker as of_loky

WORKERS = -1
"""Worker processes of this machine: one per core."""

TRACKERS = (of_loky, resource_tracker)
"""What looks after semaphores and shared memory, in processes of their own."""

CAN_BE_UNHEARD = hasattr(signal, "pthread_sigmask")
"""Whether signals can be kept from a thread and from what it starts; not so on Windows."""

EVERY = 1.0
"""Seconds between two looks at whether a worker's parent is still there."""


def over_processes(calls: Iterable[Any]) -> Iterator[Any]:
    """What `joblib.delayed` calls return, in the order in which they are finished.

    They run in a process per core, or where `joblib.parallel_config` says.
    """
    calls = (joblib.delayed(_in_a_worker)(*call) for call in calls)
    warnings.filterwarnings("ignore", r"[\s\S]*adjusting the input task iterator")  # interrupted
    parallel = joblib.Parallel(n_jobs=WORKERS, return_as="generator_unordered", batch_size=1)
    with _starting, deaf_from_the_start():
        return iter(parallel(calls))


_starting = Lock()
"""Held while workers are started, which then are stopped afterwards only."""


@contextmanager
def deaf_from_the_start() -> Iterator[None]:
    """Have processes that the body starts not hear what ends this one, which ends them."""
    for tracker in TRACKERS if CAN_BE_UNHEARD else ():  # to start one is to hear them again
        with unheard():
            tracker.ensure_running()
    with unheard():
        yield


@contextmanager
def unheard() -> Iterator[None]:
    """Have processes and threads of the body not hear what ends this one, which ends them."""
    before = leave_endings_to_others()
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_endings_to_others() -> set[signal.Signals] | None:
    """Have this thread not hear what ends its process; gives what it did not hear before."""
    if not CAN_BE_UNHEARD:
        return None
    endings = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    return signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # type: ignore[return-value]


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
    with _starting:
        executor = get_reusable_executor(reuse=True)
    executor.shutdown(wait=False, kill_workers=True)


def end_workers() -> None:
    """Let this machine's workers go, which have nothing more to do."""
    get_reusable_executor(reuse=True).shutdown(wait=True)
