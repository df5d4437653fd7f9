"""What a process that was killed has left behind, told by the mark in its name."""

import os
import re
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

MACHINE = f"twins-{socket.gethostname()}-"
"""In the name of everything temporary, before the number of the process that it belongs to."""


def mark() -> str:
    """What this process puts into the names of its temporary files and folders."""
    return f"{MACHINE}{os.getpid()}-"


def sweep(paths: Iterable[Path]) -> None:
    """Remove of some files and folders those of this machine's processes that are no more."""
    for path in paths:
        owner = re.search(rf"{re.escape(MACHINE)}(\d+)-", path.name)
        if owner and not _is_there(int(owner[1])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _is_there(process: int) -> bool:
    """Whether a process of that number runs; where that cannot be found out, it does."""
    if not hasattr(os, "fork"):  # to ask would be to end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
