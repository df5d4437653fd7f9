"""Answers that are the same in every check: asked for once, then kept among the user's caches.

An answer depends on the installed versions, on all our code, and on what is given. When any of them
is another one, it is asked for anew.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

import numpy as np
from platformdirs import user_cache_path

from experiments import words
from experiments.judge.ladder import Arrays
from experiments.record import provenance
from experiments.record.store import FinishedWork, fingerprint

FOLDER = "scratch-keras-twins"
"""Of the answers, among the user's caches."""

MOST = 300
"""Answers that are kept: the probes have some fifty, the rest are of the user's own loops."""

PACKAGES = ("scratch", "keras_ref", "experiments")
"""On whose code answers depend."""

_log = logging.getLogger("twins")
_P = ParamSpec("_P")


def kept(ask: Callable[_P, Arrays]) -> Callable[_P, Arrays]:
    """A question whose answers are kept.

    Where they cannot be written, the question is asked each time, and a warning says so.
    """

    @wraps(ask)
    def answer(*args: _P.args, **kwargs: _P.kwargs) -> Arrays:
        finished = FinishedWork(user_cache_path(FOLDER, appauthor=False))
        name = ask.__name__.replace("_", "-")
        key = fingerprint([_surroundings(), _told(args), _told(kwargs)])
        if known := finished.get(name, key):
            return {of: _array(stored) for of, stored in known.items()}
        say_once("check.asking")
        found = ask(*args, **kwargs)
        try:
            finished.put(name, key, {of: _stored(values) for of, values in found.items()})
            _forget_oldest(finished.folder)
        except OSError as error:
            say_once("check.not kept", folder=finished.folder, why=error.strerror)
        return found

    return answer


def _forget_oldest(folder: Path) -> None:
    """Of more than `MOST` answers, remove those that were kept first; others may do so, too."""
    with suppress(FileNotFoundError):  # another check was faster
        for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MOST]:
            path.unlink()


@cache
def _surroundings() -> str:
    """A fingerprint of the versions and of the code."""
    root = Path(__file__).parents[2]
    code = (path for package in PACKAGES for path in (root / package).rglob("*.py"))
    return fingerprint(provenance.versions(), code)


def _told(given: Any) -> Any:  # noqa: ANN401
    """What is given, as a fingerprint takes it: arrays by their content."""
    if isinstance(given, np.ndarray):
        return [str(given.dtype), given.shape, hashlib.sha256(given.tobytes()).hexdigest()]
    if isinstance(given, Mapping):
        return {name: _told(value) for name, value in given.items()}
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [_told(value) for value in given]
    return asdict(given) if is_dataclass(given) and not isinstance(given, type) else given


def _stored(values: np.ndarray) -> dict:
    return {"dtype": values.dtype.name, "shape": values.shape, "values": values.ravel().tolist()}


def _array(stored: Mapping[str, Any]) -> np.ndarray:
    return np.array(stored["values"], stored["dtype"]).reshape(stored["shape"])


@cache
def say_once(key: str, **values: object) -> None:
    """Warn of something the first time only."""
    _log.warning(words.of(words.spoken())(key, **values))
