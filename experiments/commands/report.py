"""`twins report`: the pages again, without training."""

import argparse

from experiments.commands.exits import OK
from experiments.commands.options import add_out, claim
from experiments.words import Problem, Words

EXITS = {OK: "ok"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """The report's folder."""
    add_out(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Every page of the folder from its records."""
    from experiments.bench import page as bench
    from experiments.commands.beside import beside
    from experiments.faults import page as faults
    from experiments.record.results import RecordError, load
    from experiments.record.store import RESULTS
    from experiments.report.pages import render

    results = load(options.out)
    claim(options.out, say)
    for of in (faults, bench):
        if record := of.load(options.out):
            of.render(record, options.out)
    try:
        page = render(results, options.out, beside(options.out))
    except Problem:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        path = options.out / RESULTS  # its parts do not fit each other
        raise RecordError("record.damaged", path=path, why=error, command="twins run") from error
    print(say("out.report", path=page))
    return OK
