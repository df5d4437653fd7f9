"""`twins export`: a hand-written net as Keras code, a Keras model as NumPy code."""

import argparse
from pathlib import Path

from experiments.commands.check import look_at_output
from experiments.commands.exits import DISAGREED, ENVIRONMENT, OK, USAGE, CommandError
from experiments.commands.options import named
from experiments.words import Problem, Words

EXITS = {OK: "export ok", DISAGREED: "export failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """The file, and where the code is written to."""
    parser.add_argument("file", type=named(say), metavar="FILE", help=say("help.export.file"))
    parser.add_argument("--out", type=Path, metavar="NEW.py", help=say("help.export.out"))


def run(options: argparse.Namespace, say: Words) -> int:
    """Print or write the code, if it is the same net."""
    from experiments.export import NotTheSameError, export
    from experiments.record import store

    if options.out:
        if options.out.exists():  # it may have been edited since
            raise CommandError(say("error.there already", path=options.out), USAGE)
        look_at_output(options.out, say=say, is_program=True)
    if not options.file.is_file():
        raise CommandError(say("error.absent file", path=options.file), USAGE)
    try:
        code = export(options.file)
    except NotTheSameError as error:
        raise CommandError(error.told(say), DISAGREED) from None
    except Problem as problem:
        raise CommandError(problem.told(say), ENVIRONMENT) from None
    if options.out:
        store.write(options.out, code)
        print(say("out.exported", path=options.out))
    else:
        print(code, end="")
    return OK
