"""The command line: one file per command in this folder, found by listing.

A command's file says which arguments it takes (`arguments`), what its exit codes 0 and 1 mean
(`EXITS`) and what it does (`run`); heavy modules are imported when it runs.
"""

import argparse
import logging
import os
import pkgutil
import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

from experiments import words
from experiments.commands.exits import (
    ENVIRONMENT,
    FAULT,
    INTERRUPTED,
    OK,
    CommandError,
    epilog,
    fail,
)
from experiments.commands.terminal import make_output_legible, open_what_is_closed
from experiments.commands.tidy import (
    OWN,
    hear_endings,
    look_at_environment,
    stranger,
    work_in_own_folder,
)

HELPERS = ("beside", "exits", "options", "terminal", "tidy")
"""Files here that are no commands."""


def commands() -> dict[str, ModuleType]:
    """The commands by name, in the order of the alphabet."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}") for name in names if name not in HELPERS}


def _parser(say: words.Words) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="twins", description=say("help.about"))
    parser.add_argument("--version", action="version", version=f"twins {version(OWN)}")
    parsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in commands().items():
        added = parsers.add_parser(
            name,
            help=say(f"help.{name}.about"),
            description=say(f"help.{name}.about"),
            epilog=epilog(command.EXITS, say),
        )
        command.arguments(added, say)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    open_what_is_closed()
    make_output_legible()
    say = words.of(words.spoken())
    options = _parser(say).parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        look_at_environment(say)
        hear_endings()
        work_in_own_folder()
        code = commands()[options.command].run(options, say)
        sys.stdout.flush()
        return code
    except CommandError as error:
        return fail(error, error.code)
    except words.Problem as error:
        return fail(error.told(say), ENVIRONMENT)
    except KeyboardInterrupt:
        return fail(say("error.interrupted"), INTERRUPTED)
    except ImportError as error:
        return fail(say("error.package", error=error), ENVIRONMENT)
    except (BrokenPipeError, SystemExit):  # who was reading has read enough; rich exits for it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        told = say("error.system", path=error.filename, why=error.strerror)
        return fail(told if error.filename else error, ENVIRONMENT)
    except Exception:
        if found := stranger():
            name, path = found
            return fail(say("error.stranger", name=name, path=path), ENVIRONMENT)
        traceback.print_exc()
        return fail(say("error.fault"), FAULT)
