"""What a command finds around it, and what it leaves behind: nothing, however it ends."""

import atexit
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from functools import cache
from importlib import metadata
from pathlib import Path

from experiments.commands.exits import ENVIRONMENT, CommandError
from experiments.record.leftovers import mark, sweep
from experiments.words import Words

LEAST_MEMORY = 1_500_000_000
"""Bytes of address space without which TensorFlow cannot be loaded."""

THREADS, CACHE = "TWINS_TF_THREADS", "XDG_CACHE_HOME"
"""How many threads TensorFlow has within an operation."""

OWN = "scratch-keras-twins"
"""The name under which this program is installed."""

ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that are heard as Ctrl-C is, where the system has them and they are not ignored."""


def hear_endings() -> None:
    """Have a command that is told to end, or loses its terminal, end as by Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ENDINGS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _memory() -> int:
    """Bytes of address space that this process may take, where the system sets a limit."""
    try:
        import resource
    except ImportError:  # Windows
        return sys.maxsize
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return sys.maxsize if most == resource.RLIM_INFINITY else most


def look_at_environment(say: Words) -> None:
    """See that the variables of the environment say what can be done, and unsay what does harm.

    Raises:
        CommandError: if one of our own has a value that it cannot have.
    """
    if not Path(os.environ.get(CACHE, "/")).is_absolute():
        del os.environ[CACHE]  # which counts as not set, as the specification says
    threads = os.environ.get(THREADS, "1")
    if not re.fullmatch(r"0*[1-9]\d{0,3}", threads, re.ASCII):
        message = say("error.variable", name=THREADS, value=threads, there="1, 2, 3, …")
        raise CommandError(message, ENVIRONMENT)
    most = _memory()
    if most < LEAST_MEMORY:
        message = say("error.memory", most=most // 10**6, least=LEAST_MEMORY // 10**6)
        raise CommandError(message, ENVIRONMENT)
    os.environ.pop("MPLBACKEND", None)  # no window is opened here
    if not re.fullmatch(r"\d{1,11}", os.environ.get("SOURCE_DATE_EPOCH", "0"), re.ASCII):
        del os.environ["SOURCE_DATE_EPOCH"]  # NumPy reads it
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch(r"0*[1-9]\d{0,4}", os.environ.get(name, ""), re.ASCII):
            os.environ.pop(name, None)  # nothing can be shown in no columns
    if os.environ.pop("PYTHONWARNINGS", None):  # which may have made errors of them
        warnings.simplefilter("ignore")


def stranger() -> tuple[str, str] | None:
    """A package by whose name a folder of PYTHONPATH holds something else, and that file."""
    folders = [Path(f).resolve() for f in os.environ.get("PYTHONPATH", "").split(os.pathsep) if f]
    for name, distributions in metadata.packages_distributions().items():
        file = getattr(sys.modules.get(name), "__file__", None)
        if not file or OWN in distributions:
            continue
        sites = [Path(str(metadata.distribution(d).locate_file(""))) for d in distributions]
        is_from = Path(file).resolve().is_relative_to
        if any(map(is_from, folders)) and not any(is_from(site.resolve()) for site in sites):
            return name, file
    return None


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
