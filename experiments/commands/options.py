"""Arguments that several commands take, and what they have in common."""

import argparse
from collections.abc import Callable
from pathlib import Path

from experiments.commands.exits import ENVIRONMENT, USAGE, CommandError
from experiments.words import Words


def add_out(parser: argparse.ArgumentParser, say: Words) -> None:
    """`--out DIR`, the report's folder."""
    parser.add_argument(
        "--out", type=Path, default=Path("reports"), metavar="DIR", help=say("help.out")
    )


def add_data(parser: argparse.ArgumentParser, say: Words) -> None:
    """`--data DIR`, where MNIST lies."""
    parser.add_argument("--data", type=Path, metavar="DIR", help=say("help.data"))


def add_json(parser: argparse.ArgumentParser, say: Words) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help=say("help.json"))


MOST = 100_000
"""Seeds that a run can be asked for."""


def count(text: str) -> int:
    """A whole number from 0 to `MOST`."""
    if not text.isdecimal() or len(text) > len(str(MOST)) or int(text) > MOST:
        raise argparse.ArgumentTypeError(f"{text}: 0, 1, 2, …, {MOST}")
    return int(text)


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: 1, 2, 3, …")
    return int(text)


def claim(out: Path, say: Words) -> None:
    """Take the report's folder, before anything is computed for it.

    Raises:
        CommandError: if it holds files that are no report's, or cannot be written to.
    """
    from experiments.record.store import ForeignFolderError, ReportFolder

    try:
        ReportFolder(out).claim()
    except ForeignFolderError as error:
        raise CommandError(error.told(say), USAGE) from None
    except (OSError, ValueError) as error:  # the latter of a name that no folder can have
        why = getattr(error, "strerror", error)
        raise CommandError(say("error.cannot write", path=out, why=why), ENVIRONMENT) from None


def named(say: Words) -> Callable[[str], Path]:
    """What makes a path of an argument: of an empty one, as of a variable that is not set, none."""

    def path(text: str) -> Path:
        if not text:
            raise argparse.ArgumentTypeError(say("error.empty"))
        return Path(text)

    return path
