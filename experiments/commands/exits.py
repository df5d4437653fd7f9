"""Exit codes, and how a command ends in one sentence."""

import sys
from collections.abc import Mapping
from contextlib import suppress

from experiments.commands.terminal import without_controls
from experiments.words import Words

OK, DISAGREED, USAGE, ENVIRONMENT, FAULT, INTERRUPTED = 0, 1, 2, 3, 70, 130
ALWAYS = {USAGE: "usage", ENVIRONMENT: "environment", FAULT: "fault", INTERRUPTED: "interrupted"}
"""The codes that every command may end with, and the words for each."""


class CommandError(Exception):
    """Ends a command with a sentence on standard error.

    Attributes:
        code: the exit code.
    """

    def __init__(self, message: object, code: int) -> None:
        super().__init__(str(message))
        self.code = code


def fail(message: object, code: int) -> int:
    """Say in one sentence why a command ends; gives the exit code."""
    warn(message)
    return code


def warn(message: object) -> None:
    """Say in one sentence what is wrong, and go on."""
    with suppress(OSError):  # there is nobody to tell
        print(f"twins: {without_controls(str(message))}", file=sys.stderr, flush=True)


def epilog(own: Mapping[int, str], say: Words) -> str:
    """The exit codes of a command, as the end of its help.

    Args:
        own: what 0 and 1 mean there, as keys of the words.
        say: the words.
    """
    codes = {**own, **ALWAYS}
    meanings = ", ".join(f"{code} {say(f'exit.{key}')}" for code, key in codes.items())
    return say("help.exit codes", codes=meanings)
