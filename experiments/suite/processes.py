"""Work in other processes: how it is handed out, tells of its progress, and is stopped."""

import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import AuthenticationError, parent_process, resource_tracker
from multiprocessing.connection import Client, Connection, Listener
from threading import Lock, Thread
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor, process_executor
from joblib.externals.loky.backend import resource_tracker as of_loky

WORKERS = -1
"""Worker processes of this machine: one per core."""

TRACKERS = (of_loky, resource_tracker)
"""What looks after semaphores and shared memory, in processes of their own."""

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
    with _starting:
        for tracker in TRACKERS:  # to start one is to hear interrupts again
            with unheard():
                tracker.ensure_running()
        with unheard():
            return iter(parallel(calls))


_starting = Lock()
"""Held while workers are started, which then are stopped afterwards only."""


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
    if not hasattr(signal, "pthread_sigmask"):  # Windows
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


@dataclass(frozen=True)
class Relay:
    """A `Progress` for other processes: what it is told, it passes on to this one's.

    Attributes:
        address: where this process listens.
        key: by which the others prove that they are its own.
    """

    address: str
    key: bytes = field(repr=False)

    def __call__(self, label: str, total: int) -> Callable[[int], None]:
        """See `Progress`."""
        self._advance(label, total, 0)
        return partial(self._advance, label, total)

    def _advance(self, label: str, total: int, steps: int) -> None:
        """Tell of some steps, and wait until that has been heard."""
        with _telling, suppress(EOFError, OSError):  # who listened has been ended
            connection = _connected(self.address, self.key)
            connection.send((label, total, steps))
            connection.recv()


_telling = Lock()


@cache
def _connected(address: str, key: bytes) -> Connection:
    return Client(address, authkey=key)


@contextmanager
def relayed(progress: Progress) -> Iterator[Relay]:
    """What other processes are given in the body, to tell `progress` of their steps."""
    key = os.urandom(16)
    with Listener(authkey=key) as listener:
        with unheard():
            Thread(target=_listen, args=(listener, progress), daemon=True).start()
        yield Relay(listener.address, key)


def _listen(listener: Listener, progress: Progress) -> None:
    """Hear every process that comes, each by a thread, until nobody is listened to any more."""
    advances: dict[str, Callable[[int], None]] = {}
    lock = Lock()
    with suppress(OSError):
        while True:
            with suppress(EOFError, AuthenticationError):
                heard = listener.accept(), advances, lock, progress
                Thread(target=_hear, args=heard, daemon=True).start()


def _hear(
    connection: Connection,
    advances: dict[str, Callable[[int], None]],
    lock: Lock,
    progress: Progress,
) -> None:
    with suppress(EOFError, OSError):
        while True:
            label, total, steps = connection.recv()
            with lock:
                if label not in advances:
                    advances[label] = progress(label, total)
                else:
                    advances[label](steps)
            connection.send(True)
