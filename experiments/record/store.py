"""What is kept on disk: whole files or none, and finished work that need not be done again."""

import hashlib
import json
import math
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

from experiments.record.leftovers import mark, sweep
from experiments.words import Problem

MASK = os.umask(0)
"""What the user withholds from new files; it is read by setting it."""
os.umask(MASK)


def write(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    What is no character, as half of a pair that a stranger's text may have, is written as its code.

    Raises:
        OSError: if the folder cannot be written to or the disk is full; the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.{mark()}")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~MASK)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


RESULTS, EXPERIMENTS = "results.json", b'"experiments"'
"""The record's file in a report's folder, and what it begins with."""


STORE = ".store"
"""The folder of finished work in it."""


class ForeignFolderError(Problem):
    """A folder that holds files which are no report's."""


class ReportFolder:
    """A report's folder, which keeps the list of the files that this program has written into it.

    What is on the list may be replaced and removed; whatever else lies in the folder is left alone,
    and a folder that holds other files and no list is not taken for a report's at all.
    """

    LIST, HEAD = "files.txt", "# written by twins: what it may replace and remove here"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written: set[str] = set()

    def claim(self) -> None:
        """Take the folder for a report, before anything is computed for it.

        What a run that was killed has left half written in it is removed.

        Raises:
            ForeignFolderError: if it holds files and neither a report nor a record alone.
            OSError: if it cannot be written to.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.path):
            pass
        inside = sorted(p.name for p in self.path.iterdir() if not p.name.startswith("."))
        if (self.path / STORE).is_symlink():
            raise ForeignFolderError("error.linked folder", folder=self.path / STORE)
        if inside and not self._is_a_report():
            shown = ", ".join(inside[:3]) + ", …" * (len(inside) > 3)
            raise ForeignFolderError("error.foreign folder", folder=self.path, inside=shown)
        sweep(self.path.rglob(".*"))

    def _is_a_report(self) -> bool:
        """Whether there is a report's list, or a record alone; older lists have no head."""
        if self._has_head() or RESULTS in self._listed():
            return True
        alone = [p.name for p in self.path.iterdir() if not p.name.startswith(".")] == [RESULTS]
        if not alone or not (self.path / RESULTS).is_file():
            return False
        with (self.path / RESULTS).open("rb") as file:
            return EXPERIMENTS in file.read(len(EXPERIMENTS) + 10)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the report, whole or not at all, and remember that it is ours.

        Raises:
            ForeignFolderError: if a folder of it is a link to somewhere else.
        """
        if (self.path / name).parent.resolve() != (self.path.resolve() / name).parent:
            folder = (self.path / name).parent
            raise ForeignFolderError("error.linked folder", folder=folder)
        write(self.path / name, content)
        self._written.add(name)
        return self.path / name

    def finish(self, folders: Iterable[str] = ()) -> None:
        """Bring the list up to date.

        Args:
            folders: parts of the report that were written anew: what an earlier report left in them
                and this one has not is removed.
        """
        with self.lock():
            listed = self._listed()
            stale = {
                name for name in listed - self._written if name.rpartition("/")[0] in {*folders}
            }
            for name in stale:
                (self.path / name).unlink(missing_ok=True)
            present = sorted(listed - stale | self._written)
            write(self.path / self.LIST, "\n".join([self.HEAD, *present]) + "\n")

    def lock(self) -> FileLock:
        """What one program at a time holds while it reads, changes and writes a file of all."""
        return FileLock(self.path / ".lock")

    def _lines(self) -> list[str]:
        try:
            return (self.path / self.LIST).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []

    def _has_head(self) -> bool:
        return self._lines()[:1] == [self.HEAD]

    def _listed(self) -> set[str]:
        return {n for n in self._lines() if n and ".." not in n and not n.startswith(("/", "#"))}


def to_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON with one line per list or object that holds no other, so that a diff can be read.

    JSON has no NaN and no infinity: they are written as the texts "nan", "inf" and "-inf".
    """

    def lines(value: Any, depth: int) -> str:  # noqa: ANN401
        nested = value.values() if isinstance(value, dict) else value
        if not isinstance(value, dict | list | tuple) or not any(
            isinstance(v, dict | list | tuple) for v in nested
        ):
            return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
        pad, close = "\n" + " " * (depth + 1), "\n" + " " * depth
        if isinstance(value, list | tuple):
            return "[" + ",".join(pad + lines(v, depth + 1) for v in value) + close + "]"
        items = (
            f"{pad}{json.dumps(k, ensure_ascii=False)}: {lines(v, depth + 1)}"
            for k, v in value.items()
        )
        return "{" + ",".join(items) + close + "}"

    return lines(value, 0) + "\n"


def _finite(value: Any) -> Any:  # noqa: ANN401
    """A value that holds no others, or a list or object of such, its non-finite numbers as text."""
    if isinstance(value, dict):
        return {key: _finite(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def slug(name: str) -> str:
    """A name as part of a file name: small letters, digits, dots and hyphens."""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")


def fingerprint(description: Any, code: Iterable[Path] = ()) -> str:  # noqa: ANN401
    """SHA-256 of a JSON-able description and of the contents of source files, in hexadecimal."""
    digest = hashlib.sha256(json.dumps(description, sort_keys=True).encode())
    for path in sorted(code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class FinishedWork:
    """A folder of results by fingerprint, each written only when its work is complete.

    An interrupted piece of work leaves nothing; a damaged or foreign file counts as absent. The
    folder is local to a checkout and never committed.
    """

    def __init__(self, folder: Path, ignore: bool = False) -> None:
        self.folder = folder
        self.ignore = ignore

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been finished before, or it is ignored."""
        return self.ignore or not any(self.folder.glob("*.json"))

    def _path(self, name: str, key: str) -> Path:
        return self.folder / f"{name}-{key[:16]}.json"

    def get(self, name: str, key: str) -> Any | None:  # noqa: ANN401
        """The stored result, or None if this work has not been finished before or is ignored."""
        if self.ignore:
            return None
        try:
            entry = json.loads(self._path(name, key).read_text("utf-8"))
            is_whole = entry["fingerprint"] == key and entry["digest"] == _digest(entry["result"])
            return entry["result"] if is_whole else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def put(self, name: str, key: str, result: Any) -> None:  # noqa: ANN401
        """Record finished work."""
        entry = {"fingerprint": key, "digest": _digest(result), "result": result}
        write(self._path(name, key), to_json(entry))


def _digest(result: Any) -> str:  # noqa: ANN401 - any JSON value
    """SHA-256 of what is written of a result: one whose numbers were changed is not believed."""
    return hashlib.sha256(to_json(result).encode()).hexdigest()
