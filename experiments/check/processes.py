"""Processes for strangers' files: forks of a server that has everything imported, or new ones."""

import contextlib
import json
import os
import queue
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

import numpy as np

from experiments.check.inside.fork_server import READY
from experiments.words import Problem

SECONDS = 60
"""After which a process is stopped."""

NO_LINK_NOR_PIPE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
LARGEST_ANSWERS = 2**30
"""Bytes; a loop over images writes some megabytes."""

PASSED_ON = re.compile(
    r"PATH|PYTHON(PATH|HOME|UTF8|HASHSEED)|HOME|LANG|LC_\w+|TZ|TMPDIR|VIRTUAL_ENV|LD_LIBRARY_PATH|"
    r"SYSTEMROOT|TEMP|TMP|USERPROFILE|COMSPEC|PATHEXT|PLATFORMDIRS\w*|XDG_CACHE_HOME|COVERAGE\w*",
    re.IGNORECASE,
)
"""Variables of the environment that a stranger's file gets to see: no tokens, no passwords."""

SLOW_TO_START = "keras_worker"
"""Of this one there is one server; the files that need it wait for each other."""

# -P: what lies in the present folder must not be taken for one of our modules
PYTHON = (sys.executable, "-P", "-m")
ROOM = "experiments.check.inside"

HELPERS = Path(__file__).parent / "inside" / "helpers"
"""Stands in for the modules that come with the book."""

ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "CUDA_VISIBLE_DEVICES": "-1",
}


@contextlib.contextmanager
def unreadable_told() -> Iterator[None]:
    """What is wrong with answers that are none, as a sentence: a stranger's file has made them."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError) as error:
        why = f"{type(error).__name__}: {error}"
        raise Problem("check.why.unreadable", why=why) from error


def _read_whole(path: Path) -> str:
    """The text of a file; empty if there is none.

    Raises:
        ValueError: if something else has been put into its place, or it is larger than answers are.
    """
    try:
        opened = os.open(path, os.O_RDONLY | NO_LINK_NOR_PIPE)
    except FileNotFoundError:
        return ""
    with open(opened, encoding="utf-8", newline="") as file:  # noqa: PTH123 (opened above)
        kind = os.fstat(opened)
        if not stat.S_ISREG(kind.st_mode) or kind.st_size > LARGEST_ANSWERS:
            raise ValueError(f"{path.name} is no file of answers")
        return file.read()


class Processes:
    """A few servers, each of which runs one file after the other; used with `with`."""

    def __init__(self) -> None:
        """None is started yet."""
        self._servers: list[_Server] = []
        self._idle: dict[str, queue.SimpleQueue[_Server]] = defaultdict(queue.SimpleQueue)
        self._closed, self._lock = False, threading.Lock()
        self._alone = threading.Lock()

    def __enter__(self) -> Self:
        """The same."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the servers and whatever they are running."""
        with self._lock:  # none is begun from here on
            self._closed = True
        for server in self._servers:
            server.end()

    def answers(
        self,
        asked: Mapping[str, Any],
        worker: str = "worker",
        given: Mapping[str, np.ndarray] = MappingProxyType({}),
    ) -> tuple[list[dict], Problem | None]:
        """Ask a worker, in a folder of its own that is gone afterwards.

        Args:
            asked: the request; where its files are is added.
            worker: a file of the room `inside`.
            given: arrays for it.

        Returns:
            What it wrote down, line by line, and why it ended early, or None.

        Raises:
            Problem: if what it wrote down cannot be read: the file has been tampered with.
        """
        with tempfile.TemporaryDirectory(prefix="twins-check-") as name:
            folder = Path(name)
            scratch, request, answers = (folder / n for n in ("scratch", "request", "answers"))
            scratch.mkdir()
            places = {"helpers": str(HELPERS), "scratch": str(scratch)}
            if given:
                np.savez(folder / "given.npz", **given)  # type: ignore[arg-type]
                places["probes"] = str(folder / "given.npz")
            request.write_text(json.dumps({**asked, **places}), "utf-8")
            stopped = self.run([str(request), str(answers)], str(scratch), worker)
            with unreadable_told():
                lines = _read_whole(answers).split("\n")
                return [json.loads(line) for line in lines if line.endswith("}")], stopped

    def run(self, arguments: Sequence[str], folder: str, worker: str = "worker") -> Problem | None:
        """Run a worker.

        Args:
            arguments: of its `main`.
            folder: its home, and where it may write.
            worker: a file of the room `inside`.

        Returns:
            Why it ended early, or None.
        """
        with self._alone if worker == SLOW_TO_START else contextlib.nullcontext():
            return self._run(arguments, folder, worker)

    def _run(self, arguments: Sequence[str], folder: str, worker: str) -> Problem | None:
        with self._lock:
            if self._closed:
                return Problem("check.why.gone")
            try:
                server = self._idle[worker].get_nowait()
            except queue.Empty:
                server = _Server(worker)
                self._servers.append(server)
        code = server.run(arguments, {**ENVIRONMENT, "HOME": folder, "TMPDIR": folder})
        if not server.is_gone:
            self._idle[worker].put(server)
        if code is None:
            return Problem("check.why.stopped", seconds=SECONDS)
        return Problem("check.why.ended", code=code) if code else None


class _Server:
    """A fork server; where the system has no such thing, every run is a process of its own.

    Attributes:
        is_gone: whether the server itself has ended.
    """

    def __init__(self, worker: str) -> None:
        self.is_gone = self._ended = False
        self._worker = worker
        self._child: int | None = None
        self._home = tempfile.TemporaryDirectory(prefix="twins-check-")
        self._process = subprocess.Popen(
            [*PYTHON, f"{ROOM}.fork_server", worker],
            env=_passed_on() | ENVIRONMENT | {"KERAS_HOME": self._home.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        self._forks: bool | None = None

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def run(self, arguments: Sequence[str], environment: dict[str, str]) -> int | None:
        """The exit code; None if it was stopped for its time."""
        if self._forks is None:
            self._forks = self._line() == READY
        if self._ended:
            return -signal.SIGKILL
        return (self._forked if self._forks else self._anew)(arguments, environment)

    def _in_time(self, wait: Callable[[], int]) -> int | None:
        """What a wait for the child gives; None if the child was ended for its time."""
        child, late = self._child, threading.Event()

        def stop() -> None:
            late.set()
            _kill(child)

        timer = threading.Timer(SECONDS, stop)
        timer.start()
        try:
            code = wait()
        finally:
            timer.cancel()
            self._child = None
        return None if late.is_set() else code

    def _forked(self, arguments: Sequence[str], environment: dict[str, str]) -> int | None:
        assert self._process.stdin
        request = {"arguments": list(arguments), "environment": environment}
        with contextlib.suppress(OSError):
            print(json.dumps(request), file=self._process.stdin, flush=True)
        if child := self._line():
            self._child = int(child)
        return self._in_time(self._code)

    def _code(self) -> int:
        code = self._line()
        self.is_gone = not code
        return -signal.SIGKILL if self.is_gone else int(code)

    def _anew(self, arguments: Sequence[str], environment: dict[str, str]) -> int | None:
        with subprocess.Popen(
            [*PYTHON, f"{ROOM}.{self._worker}", *arguments],
            env=_passed_on() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            self._child = process.pid
            return self._in_time(process.wait)

    def end(self) -> None:
        """Let it go, and what it is running."""
        self._ended = True
        _kill(self._child)
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.wait()
        self._home.cleanup()


def _passed_on() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}


def _kill(child: int | None) -> None:
    """End a process and, where the system knows sessions, all that it has started."""
    if child is None:
        return
    with contextlib.suppress(OSError):  # it has ended
        if hasattr(os, "killpg"):
            os.killpg(child, signal.SIGKILL)
        else:
            os.kill(child, signal.SIGTERM)
