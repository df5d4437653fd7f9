"""What a command leaves behind: nothing, however it ends."""

import atexit
import os
import shutil
import signal
import tempfile
import threading
from functools import cache
from pathlib import Path

from experiments.record.leftovers import mark, sweep

ENDINGS = ("SIGTERM", "SIGHUP")
"""Signals that are heard like Ctrl-C, where the system has them and they are not ignored."""


def hear_endings() -> None:
    """Have a command that is told to end, or loses its terminal, end as by Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ENDINGS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@cache
def work_in_own_folder() -> None:
    """Put everything temporary, of this process and of those that it starts, into one folder.

    It is removed when this process ends; one whose owner was killed is removed here.

    Raises:
        OSError: if there is no folder for temporary files that can be written to.
    """
    sweep(Path(tempfile.gettempdir()).iterdir())
    own = tempfile.mkdtemp(prefix=mark())
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    tempfile.tempdir = os.environ["TMPDIR"] = own
