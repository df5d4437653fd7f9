"""`twins report`: the pages again, without training."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.exits import OK
from experiments.commands.options import add_out, claim
from experiments.words import Problem, Words

if TYPE_CHECKING:
    from experiments.record.results import Results

EXITS = {OK: "ok"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """The report's folder."""
    add_out(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Every page of the folder from its records."""
    from experiments.bench import page as bench
    from experiments.faults import page as faults
    from experiments.record.results import load

    results = load(options.out)
    claim(options.out, say)
    for of in (faults, bench):
        if record := of.load(options.out):
            of.render(record, options.out)
    print(say("out.report", path=rendered(results, options.out)))
    return OK


def rendered(results: "Results", out: Path) -> Path:
    """The overview of a folder, rendered with all its pages.

    Raises:
        RecordError: if parts of the record do not fit each other.
    """
    from experiments.commands.beside import beside
    from experiments.record.results import RecordError
    from experiments.record.store import RESULTS
    from experiments.report.pages import render

    try:
        return render(results, out, beside(out))
    except Problem:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        path, command = out / RESULTS, "twins run"
        raise RecordError("record.damaged", path=path, why=error, command=command) from error
