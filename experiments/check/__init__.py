"""A stranger's file: loaded apart, probed, judged, explained.

From Python and in notebooks: `check("my_net.py")`, or `check(TwoLayerNet)` on a class, function or
module, also one that was typed into a cell.
"""

import inspect
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.check.checked import Checked


def check(thing: str | Path | type | Callable | ModuleType, language: str = "en") -> "Checked":
    """Check a file against Keras; see `twins check`. The file is executed, in its own process.

    Args:
        thing: a file's path, or a class, function or module from a file or a notebook's cell.
        language: "en" or "ko".

    Raises:
        TypeError: if the text of a class or function cannot be had.
    """
    from experiments.check.files import check_files  # half a second, which importing need not take

    with as_file(thing) as path, dtype_left_alone():
        (checked,) = check_files([path], [language])
    return checked[language]


@contextmanager
def dtype_left_alone() -> Iterator[None]:
    """Leave Keras' floating type as a notebook has it."""
    module = sys.modules.get("keras")
    before = (module.config.floatx(), module.config.dtype_policy()) if module else None
    try:
        yield
    finally:
        if module := sys.modules.get("keras"):
            floatx, policy = before or ("float32", "float32")
            module.config.set_floatx(floatx)
            module.config.set_dtype_policy(policy)


@contextmanager
def as_file(thing: str | Path | type | Callable | ModuleType) -> Iterator[Path]:
    """The file of a path, class, function or module; of a notebook's cell one with its text.

    Raises:
        TypeError: if the text of a class or function cannot be had.
    """
    if isinstance(thing, str | Path):
        yield Path(thing)
    elif (file := _file_of(thing)) is not None:
        yield file
    else:
        from experiments.check.cell import text_of

        with tempfile.TemporaryDirectory(prefix="twins-cell-") as folder:
            path = Path(folder) / "cell.py"
            path.write_text(text_of(thing), "utf-8")
            yield path


def _file_of(thing: type | Callable | ModuleType) -> Path | None:
    """The file that something comes from, if it is one."""
    try:
        path = Path(inspect.getfile(thing))
    except (TypeError, OSError):
        return None
    return path if path.is_file() and "ipykernel" not in path.as_posix() else None
