"""`twins report`: the pages again, without training."""

import argparse

from experiments.commands.exits import OK
from experiments.commands.options import add_out
from experiments.words import Words

EXITS = {OK: "ok"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """The report's folder."""
    add_out(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Every page of the folder from its records."""
    from experiments.bench import page as bench
    from experiments.commands.beside import beside
    from experiments.faults import page as faults
    from experiments.record.results import load
    from experiments.report.pages import render

    results = load(options.out)
    for page in (faults, bench):
        if record := page.load(options.out):
            page.render(record, options.out)
    print(say("out.report", path=render(results, options.out, beside(options.out))))
    return OK
