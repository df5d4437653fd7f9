"""What a result depends on and where it was made."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_info

PACKAGES = ("numpy", "scipy", "tensorflow", "keras", "matplotlib", "pandas")


@dataclass(frozen=True)
class Provenance:
    """Where, when and by which versions something was made.

    Attributes:
        date: the minute, in UTC.
        command: what was typed, without folders.
        versions: of Python and of the packages that a number may depend on.
        cpu: the processor's name.
        cores: how many.
        system: operating system and architecture.
        blas: the BLAS that NumPy uses, its kernel and number of threads.
        data: SHA-256 of the data by name.
    """

    date: str
    command: str
    versions: dict[str, str]
    cpu: str
    cores: int
    system: str
    blas: str
    data: dict[str, str]


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that a number may depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def cpu() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def blas() -> str:
    """The BLAS that NumPy uses, its kernel, and its present number of threads."""
    for info in threadpool_info():
        if info["user_api"] == "blas" and "numpy" in info["filepath"]:
            kernel = f"{info['internal_api']} {info['version']} ({info.get('architecture', '?')})"
            return f"{kernel}, {info['num_threads']} thread(s)"
    return "unknown BLAS"


def now() -> str:
    """The minute, in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def describe(command: str, data: dict[str, str]) -> Provenance:
    """The provenance of what is made now.

    Args:
        command: what was typed, without folders.
        data: SHA-256 of the data by name.
    """
    return Provenance(
        date=now(),
        command=command,
        versions=versions(),
        cpu=cpu(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        blas=blas(),
        data=data,
    )
