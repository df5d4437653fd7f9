"""`twins faults`: every known mistake injected, and what catches it."""

import argparse
import json

from experiments.commands.exits import DISAGREED, OK
from experiments.commands.options import add_json, add_out, claim
from experiments.words import Words

EXITS = {OK: "faults ok", DISAGREED: "faults failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Where to."""
    add_out(parser, say)
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Inject and replay everything, write the page, and say what it comes to."""
    from experiments.commands.terminal import RunProgress
    from experiments.faults import matrix, page

    claim(options.out, say)
    with RunProgress(say) as progress:
        record = matrix.run("twins faults", progress(say("out.faults"), len(matrix.TASKS)))
    written = page.render(record, options.out)
    outcome = page.outcome(record)
    if options.json:
        print(json.dumps({"report": str(written)} | outcome))
    else:
        print(say("out.matrix", **outcome))
        print(say("out.report", path=written))
    return OK if outcome["passed"] else DISAGREED
