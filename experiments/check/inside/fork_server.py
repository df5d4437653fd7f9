"""Runs in a process of its own: imports everything once, and forks for every stranger's file.

A line of its input is one request, `{"arguments": [...], "environment": {...}}`. It answers with
the number of the process that it has forked, and with its exit code when that has ended and all
that it has left running with it. It ends with its input, and what it has forked with it.
"""

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

ADOPT_ORPHANS = 36
"""Linux' PR_SET_CHILD_SUBREAPER: what a fork has started is this process's when the fork ends."""

READY = "ready"
"""The first line of its output, where the system has all that it takes."""


def serve(worker: str) -> None:
    """Answer requests until there are no more.

    Args:
        worker: the file of this room whose `main` the forks run, when it has got ready.
    """
    os.close(os.pidfd_open(os.getpid()))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
    module = import_module(f"{__package__}.{worker}")
    with _ending_with(os.getppid()):
        module.get_ready()
    gc.freeze()  # what the forks only read they need not copy
    _say(READY)
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        child = os.fork()
        if not child:
            os.environ |= request["environment"]
            os._exit(_alone(module.main, request["arguments"]))
        try:
            _say(child)
            ended = _exit_code(child)
            _end_orphans()
            _say(ended)
        except OSError:  # nobody is there any more who wants to know
            _kill(child)
            _end_orphans()
            return


@contextlib.contextmanager
def _ending_with(parent: int) -> Iterator[None]:
    """End if the parent ends before the body: what is imported there takes seconds."""

    def look(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _say(what: object) -> None:
    print(what, flush=True)


def _alone(main: Callable, arguments: Sequence[str]) -> int:
    """In the fork: a session and standard files of its own, then the file; the exit code."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    try:
        main(*arguments)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _kill(child: int) -> None:
    """End a fork that was not waited for yet, and all that is in its session."""
    for end in (os.killpg, os.kill):  # it may not have a session of its own yet
        with contextlib.suppress(ProcessLookupError):
            end(child, signal.SIGKILL)


def _end_orphans() -> None:
    """End what forks have started and left, in whatever session, and what that has started."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):
        while orphans := children.read_text().split():
            for orphan in map(int, orphans):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)


def _exit_code(child: int) -> int:
    """Wait for a fork.

    Raises:
        BrokenPipeError: if the input ends before.
    """
    ended = os.pidfd_open(child)
    readable, _, _ = select.select([ended, sys.stdin], [], [])
    os.close(ended)
    if ended not in readable:
        raise BrokenPipeError
    _kill(child)  # what it has started
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve(sys.argv[1])
