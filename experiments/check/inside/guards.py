"""What Python itself refuses a stranger's file: to change files, reach out, or start others.

Where the kernel has Landlock it refuses most of that as well, and libraries in C too.
"""

import builtins
import contextlib
import io
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments.words import Problem


class KeptFileError(Problem, PermissionError):
    """A program wants to change a file that is not its own, or to have it changed."""


WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink",
            "os.truncate", "os.chmod", "os.chown", "os.utime", "os.setxattr", "os.removexattr",
            "shutil.move",
            "sqlite3.connect")  # fmt: skip
"""Audit events of calls that change what lies on the disk; all name a path first."""

FROM_A_FOLDER = {"os.remove": 1, "os.rmdir": 1, "os.mkdir": 2, "os.rename": 2, "os.link": 2,
                 "os.symlink": 2, "os.chmod": 2, "os.chown": 3, "os.utime": 3}  # fmt: skip
"""Those whose path may be looked up in an open folder, and where in their arguments that stands."""

REACHING = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind",
            "socket.sendto", "socket.sendmsg", "urllib.Request")  # fmt: skip
"""Audit events of calls that reach for the network."""

STARTING = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn",
            "os.startfile", "pty.spawn")  # fmt: skip
"""Audit events of calls that start another program, which nobody would watch."""


MAKING = ("mkfifo", "mknod")
OF_PROCESSES = ("setpriority", "sched_setaffinity", "sched_setscheduler", "sched_setparam")
"""Functions of which no audit event tells: they make files, or slow other processes down."""

NATIVE = re.compile(
    r"unlink|remove|rename|rmdir|truncate|creat|f?open|freopen|link|symlink|mkdir|mkfifo|mknod|"
    r"f?l?chmod|f?l?chown|rename2|system|popen|exec\w+|v?fork|posix_spawnp?|kill|socket|connect|"
    r"syscall|dlopen|dlsym|[fl]?utimes?|futimens|utimens|[fl]?setxattr|[fl]?removexattr|ioctl|prctl|"
    r"(shm|sem|msg)get|(shm|sem|mq)_open|setpriority|prlimit|setrlimit|sched_set\w+"
)
"""Functions of the C library by which one could go around all this."""


def keep_files_as_they_are(scratch: Path) -> None:
    """Refuse from here on to change any file outside the folder `scratch`.

    `open` for writing gives a file of that name in the folder instead, so that a program which
    keeps a log still runs. What goes around `open` is refused, and so are other programs.
    """
    genuine, genuine_by_number = builtins.open, os.open

    def inside(path: Any, folder: int = -1) -> bool:  # noqa: ANN401 - whatever `open` takes
        if isinstance(path, int):  # a file that is open already
            if not _is_on_the_disk(path):
                return True
            path = Path(f"/proc/self/fd/{path}")
        start = Path(f"/proc/self/fd/{folder}") if folder >= 0 else Path()
        place = (start / os.fsdecode(path)).resolve()
        return path == ":memory:" or place == Path(os.devnull) or place.is_relative_to(scratch)

    def open_or_stand_in(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:  # noqa: ANN401
        if set(mode) & set("wax") and not isinstance(file, int) and not inside(file):
            file = scratch / Path(os.fsdecode(file)).name
        return genuine(file, mode, *rest, **named)

    def refuse(event: str, arguments: tuple) -> None:
        _refuse_whatever_the_place(event, arguments)
        if event == "open" and isinstance(arguments[0], int):
            return
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        paths = arguments[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1]
        folders = (*arguments[FROM_A_FOLDER[event] :], -1) if event in FROM_A_FOLDER else (-1, -1)
        if (writes or event in CHANGING) and not all(map(inside, paths, folders)):
            raise KeptFileError("check.why.kept file", path=arguments[0])

    def open_in_folder(
        path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None
    ) -> int:
        if dir_fd is not None and flags & WRITING and not inside(path, dir_fd):
            raise KeptFileError("check.why.kept file", path=path)
        return genuine_by_number(path, flags, mode, dir_fd=dir_fd)

    for module in (builtins, io):
        vars(module)["open"] = open_or_stand_in
    for names, refuse_it in ((MAKING, _make_none), (OF_PROCESSES, _set_none)):
        for name in names:
            if hasattr(os, name):
                setattr(os, name, refuse_it)
    os.open = open_in_folder  # type: ignore[assignment]
    with contextlib.suppress(ImportError):  # nor of what multiprocessing uses
        vars(import_module("_posixsubprocess"))["fork_exec"] = _start_none
    sys.addaudithook(refuse)


def _refuse_whatever_the_place(event: str, arguments: tuple) -> None:
    """Refuse what reaches out, starts or slows other processes, or goes around these guards."""
    if event in STARTING:
        raise KeptFileError("check.why.other program", program=os.fsdecode(arguments[0]))
    if event in REACHING:
        raise KeptFileError("check.why.network")
    if event == "fcntl.ioctl" and _is_on_the_disk(arguments[0]):
        raise KeptFileError("check.why.kept file", path=arguments[0])
    if event == "resource.prlimit" and arguments[0] not in (0, os.getpid()):
        raise KeptFileError("check.why.another process")
    if event == "ctypes.dlsym" and NATIVE.fullmatch(
        re.sub(r"at(?=2?$)|64$", "", str(arguments[1]))
    ):
        raise KeptFileError("check.why.native", name=arguments[1])


def _is_on_the_disk(number: int) -> bool:
    """Whether an open file is one of a disk; not, where a system cannot say."""
    place = Path(f"/proc/self/fd/{number}")
    return place.is_file() or place.is_dir()


def _set_none(*_: Any, **__: Any) -> None:  # noqa: ANN401
    raise KeptFileError("check.why.another process")


def _make_none(path: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401
    raise KeptFileError("check.why.kept file", path=path)


def _start_none(program: Any, *_: Any) -> None:  # noqa: ANN401
    told = os.fsdecode(program[0] if isinstance(program, list | tuple) else program)
    raise KeptFileError("check.why.other program", program=told)
