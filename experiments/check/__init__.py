"""A stranger's file: loaded apart, probed, judged, explained.

From Python and in notebooks: `check("my_net.py")`, or `check(TwoLayerNet)` on a class, function or
module, also one that was typed into a cell.
"""

import inspect
import tempfile
from collections.abc import Callable
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

    if isinstance(thing, str | Path):
        path = Path(thing)
    elif (file := _file_of(thing)) is not None:
        path = file
    else:
        from experiments.check.cell import text_of

        with tempfile.TemporaryDirectory(prefix="twins-cell-") as folder:
            path = Path(folder) / "cell.py"
            path.write_text(text_of(thing), "utf-8")
            (checked,) = check_files([path], [language])
            return checked[language]
    (checked,) = check_files([path], [language])
    return checked[language]


def _file_of(thing: type | Callable | ModuleType) -> Path | None:
    """The file that something comes from, if it is one."""
    try:
        path = Path(inspect.getfile(thing))
    except (TypeError, OSError):
        return None
    return path if path.is_file() and "ipykernel" not in path.as_posix() else None
