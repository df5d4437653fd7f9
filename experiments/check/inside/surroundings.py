"""What surrounds a stranger's file while it is run: its folder, stand-ins, and what is refused."""

import builtins
import contextlib
import os
import random
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from experiments.check.inside.guards import keep_files_as_they_are
from experiments.check.inside.landlock import allow_changes_in
from experiments.check.inside.loading import (
    REMOVED,
    NotNeeded,
    OwnFiles,
    StandIns,
    packages_up,
)

PICTURES = ("matplotlib", "mpl_toolkits", "pandas", "PIL", "cv2", "seaborn")
FRAMEWORKS = ("tensorflow", "keras", "torch")
"""Packages that a hand-written net can do without."""

MOST_BESIDE = 50
"""Entries of a folder that are looked at for other folders."""


SEED = 1
"""Of the random numbers that a program draws without a seed of its own."""


def draw_from_the_start() -> None:
    """Set the random numbers back: the same file gets the same answer."""
    random.seed(SEED)
    np.random.seed(SEED)


def enter(request: dict, not_needed: Collection[str] = (*PICTURES, *FRAMEWORKS)) -> StandIns:
    """Go where a file is run as its author runs it, with nothing shown and nothing changed.

    Args:
        request: the file's `path` and `text`, the `helpers` that stand in for the book's, the
            `scratch` folder in which it may write, and the `memory` that it may take.
        not_needed: packages that are kept out.

    Returns:
        What stands in for modules that are missing or not needed.
    """
    _limit(request["memory"])
    path = request["path"]
    folder = Path(path).parent
    os.chdir(folder)
    above = [str(parent) for parent in folder.parents[: max(2, packages_up(request["text"]))]]
    beside = [str(inner) for inner in _folders_beside(folder, request["text"])]
    here = [entry for entry in sys.path if entry not in ("", str(folder))]
    # an editor runs files from the project's root
    sys.path[:] = [str(folder), *here, *above, *beside]
    sys.argv = [path]
    for name in [name for name in sys.modules if name.partition(".")[0] in not_needed]:
        del sys.modules[name]  # taken in by another package
    sys.modules.setdefault("cupy", np)  # the same names, for a graphics card
    stand_ins = StandIns(Path(request["helpers"]))
    sys.meta_path.insert(0, OwnFiles([folder.resolve(), *(Path(one).resolve() for one in above)]))
    sys.meta_path.insert(0, NotNeeded(stand_ins, not_needed))
    sys.meta_path.append(stand_ins)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    builtins.input = lambda *_: (_ for _ in ()).throw(EOFError)
    for name, kind in REMOVED.items():
        if name not in np.__dict__:
            setattr(np, name, kind)
    scratch = Path(request["scratch"]).resolve()
    allow_changes_in(scratch)
    keep_files_as_they_are(scratch)
    draw_from_the_start()
    return stand_ins


def _folders_beside(folder: Path, text: str) -> Iterator[Path]:
    """Folders of Python files in this one and the one above that a program's text names.

    Programs put them on their path, wherever they are run from.
    """
    for place in (folder, folder.parent):
        with contextlib.suppress(OSError):
            for inner in sorted(place.iterdir())[:MOST_BESIDE]:
                if inner.is_dir() and inner.name in text and any(inner.glob("*.py")):
                    yield inner


def _limit(memory: int) -> None:
    """Keep the process from taking all memory, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass
