"""`twins list`: the experiments."""

import argparse
import json

from experiments.commands.exits import OK, warn
from experiments.commands.options import add_json
from experiments.words import Words

EXITS = {OK: "ok"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """None but `--json`."""
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """A table of all experiments, with their sources and numbers of printed figures."""
    from experiments import catalog
    from experiments.sources import ledger

    experiments = catalog.load().values()
    for problem in catalog.broken():
        warn(problem.told(say))
    if options.json:
        print(json.dumps([{"name": e.name, "sources": e.sources} for e in experiments]))
        return OK
    from rich.console import Console
    from rich.table import Table

    table = Table()
    table.add_column(say("table.experiment"), min_width=max(len(e.name) for e in experiments))
    for column in ("title", "sources", "printed figures"):
        table.add_column(say(f"table.{column}"))
    for e in experiments:
        figures = len(ledger.figures_of(e.name))
        titles = "\n".join(catalog.text(e.name, language).title for language in ("ko", "en"))
        table.add_row(e.name, titles, ", ".join(e.sources), str(figures or "–"))
    Console().print(table)
    return OK
