"""Linux' Landlock: the kernel itself refuses what a process must not change.

What Python's own guards cannot see is stopped as well, libraries that open files by themselves, and
so it is for all that the process starts. Numbers and structures are those of `linux/landlock.h`.
"""

import ctypes
import os
import struct
import sys
from functools import cache
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""System calls."""

GIVE_VERSION, BENEATH_A_PATH, NO_NEW_PRIVILEGES = 1, 1, 38

WRITE, TRUNCATE = 1 << 1, 1 << 14
"""Rights that a file may have."""

CHANGES = {1: sum(1 << bit for bit in (1, *range(4, 13))), 2: 1 << 13, 3: TRUNCATE}
"""Rights by the version that knows them first: to write into files, to make and to remove any."""

TCP, SIGNALS = 0b11, 0b11
"""From the fourth version on, connections; from the sixth, other processes' signals and sockets."""


@cache
def version() -> int:
    """Of the Landlock that the kernel has; 0 if it has none."""
    return max(_call(CREATE_RULESET, None, 0, GIVE_VERSION), 0) if sys.platform == "linux" else 0


def allow_changes_in(folder: Path) -> None:
    """Refuse from here on, in this process and in what it starts, changes outside of a folder.

    Nothing is written, made, renamed or removed elsewhere, no connection is opened, and no other
    process is sent a signal, as far as the kernel's version goes. Without Landlock nothing is done.

    Raises:
        OSError: if the kernel has Landlock and does not do it.
    """
    known = version()
    if not known:
        return
    rights = sum(right for since, right in CHANGES.items() if since <= known)
    rules = struct.pack("QQQ", rights, TCP * (known > 3), SIGNALS * (known > 5))
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = _done(CREATE_RULESET, rules, size, 0)
    of_a_file = rights & (WRITE | TRUNCATE)
    for path, allowed in ((folder, rights), (Path(os.devnull), of_a_file)):
        place = os.open(path, os.O_PATH)
        _done(ADD_RULE, ruleset, BENEATH_A_PATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _done(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _done(number: int, *arguments: object) -> int:
    found = _call(number, *arguments)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), "Landlock")
    return found


def _call(number: int, *arguments: object) -> int:
    given = (a if a is None or isinstance(a, bytes) else ctypes.c_long(a) for a in arguments)  # type: ignore[arg-type]
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *given))
