"""`twins compare`: a hand-written net against a Keras model of the user's own."""

import argparse
from dataclasses import asdict
from pathlib import Path

from experiments import words
from experiments.commands.check import OUR_PAGE, lines, look_at_output
from experiments.commands.exits import DISAGREED, ENVIRONMENT, OK, USAGE, CommandError
from experiments.commands.options import add_json, named
from experiments.commands.terminal import strict_json
from experiments.words import Problem, Words

OF_OTHER_SIZES = ("compare.widths", "compare.no bias")
"""What ends a comparison, and is a difference all the same."""

EXITS = {OK: "compare ok", DISAGREED: "compare failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """The two files, data, and what to write beside what is printed."""
    parser.add_argument("net", type=named(say), metavar="MY_NET.py", help=say("help.compare.net"))
    parser.add_argument(
        "keras", type=named(say), metavar="MY_KERAS.py", help=say("help.compare.keras")
    )
    parser.add_argument("--data", type=Path, metavar="FILE.npz", help=say("help.compare.data"))
    parser.add_argument("--lang", choices=words.LANGUAGES, help=say("help.check.lang"))
    parser.add_argument("--out", type=Path, metavar="FILE.html", help=say("help.check.out"))
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Compare, print what is found, and write what is asked for."""
    from rich.console import Console

    from experiments.check.finding import FINE
    from experiments.compare import compare_files
    from experiments.compare.own import read_data
    from experiments.record import store

    say = words.of(options.lang) if options.lang else say
    if options.out:
        look_at_output(options.out, OUR_PAGE, say=say)
    for path in (options.net, options.keras, options.data):
        if path and not path.is_file():
            key = "error.folder" if path.is_dir() else "error.absent file"
            raise CommandError(say(key, path=path), USAGE)
    languages = words.LANGUAGES if options.out else (say.language,)
    try:
        data = read_data(options.data) if options.data else None
        told = compare_files(options.net, options.keras, data, languages)
    except Problem as problem:
        code = DISAGREED if problem.key in OF_OTHER_SIZES else ENVIRONMENT
        raise CommandError(problem.told(say), code) from None
    checked = told[say.language]
    if options.out:
        from experiments.check.page import to_html  # a terminal needs no pages

        store.write(options.out, to_html([told]))
    if options.json:
        print(strict_json(asdict(checked) | {"verdict": checked.verdict}))
    else:
        console = Console(emoji=False)
        for line in lines(checked):
            console.print(line, highlight=False, soft_wrap=True)
    return OK if checked.verdict in FINE else DISAGREED
