"""`twins faults`: every known mistake injected, and what catches it."""

import argparse
import contextlib
import json

from experiments.commands.exits import DISAGREED, OK
from experiments.commands.options import add_json, add_out, claim, count
from experiments.words import Words

EXITS = {OK: "faults ok", DISAGREED: "faults failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Where to, and how much."""
    add_out(parser, say)
    add_json(parser, say)
    parser.add_argument("--along", metavar="N", type=count, default=0, help=say("help.along"))


def run(options: argparse.Namespace, say: Words) -> int:
    """Inject and replay everything, write the page, and say what it comes to."""
    from experiments.commands.terminal import RunProgress
    from experiments.faults import matrix, page
    from experiments.record.results import RecordError

    claim(options.out, say)
    todo = matrix.tasks(options.along)
    command = f"twins faults --along {options.along}" if options.along else "twins faults"
    with RunProgress(say) as progress:
        record = matrix.run(command, todo, progress(say("out.faults"), len(todo)))
    with contextlib.suppress(RecordError):  # of an earlier version: nothing can be kept of it
        record = matrix.with_kept(record, page.load(options.out))
    written = page.render(record, options.out)
    outcome = page.outcome(record)
    if options.json:
        print(json.dumps({"report": str(written)} | outcome))
    else:
        print(say("out.matrix", **outcome))
        print(say("out.report", path=written))
        print(say("out.beside"))
    return OK if outcome["passed"] else DISAGREED
