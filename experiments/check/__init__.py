"""A stranger's file: loaded apart, probed, judged, explained.

From Python and in notebooks: `check("my_net.py")`, or `check(TwoLayerNet)` on a class or module
that lies in a file.
"""

import inspect
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.check.run import Checked


def check(thing: str | Path | type | ModuleType, language: str = "en") -> "Checked":
    """Check a file against Keras; see `twins check`. The file is executed, in its own process.

    Args:
        thing: a file's path, or a class or module that comes from a file.
        language: "en" or "ko".

    Raises:
        TypeError: if a class or module lies in no file.
    """
    from experiments.check.run import check_files  # half a second, which importing need not take

    path = Path(thing) if isinstance(thing, str | Path) else Path(inspect.getfile(thing))
    (checked,) = check_files([path], language)
    return checked
