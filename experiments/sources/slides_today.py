"""Calls of the sources, and of old code, that today's versions refuse or read differently."""

import re
import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files

PATH = re.compile(r" \(/[^)]*\)")
"""Where a package lies on this machine, which an `ImportError` names."""


@dataclass(frozen=True)
class PrintedCall:
    """A printed call and what becomes of it.

    Attributes:
        id: its name; what to write today is a word under "call".
        source: number of the document; empty for old code that is not printed there.
        printed: the call as printed, at most a line.
        code: what is run to see what happens; its `outcome`, if it sets one, is what it says.
        expected: a part of what is said.
    """

    id: str
    source: str
    printed: str
    code: str
    expected: str


@dataclass(frozen=True)
class CallToday:
    """A printed call, by its id, and what the installed versions say to it."""

    id: str
    source: str
    printed: str
    says: str


@cache
def calls() -> tuple[PrintedCall, ...]:
    """All printed calls."""
    text = files("experiments.sources").joinpath("calls.toml").read_text("utf-8")
    return tuple(PrintedCall(**call) for call in tomllib.loads(text)["calls"])


def what_it_says(call: PrintedCall) -> str:
    """Run a call against the installed versions: the error, the warning, or its outcome."""
    runtime = import_module("keras_ref.runtime")
    runtime.use_dtype("float64")  # whatever was computed before
    names = {"tf": runtime.tf, "np": import_module("numpy")}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(call.code, names)
        except Exception as error:
            said = str(error).splitlines()[0]
            return f"{type(error).__name__}: {PATH.sub('', said)}"
    if "outcome" in names:
        return str(names["outcome"])
    return "; ".join(f"{w.category.__name__}: {w.message}" for w in caught) or "nothing"


@cache
def table() -> tuple[CallToday, ...]:
    """All calls with what they say today."""
    return tuple(CallToday(c.id, c.source, c.printed, what_it_says(c)) for c in calls())
