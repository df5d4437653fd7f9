"""`twins corpus`: programs whose answer is known, and what a check says of them."""

import argparse
import json

from experiments.commands.exits import DISAGREED, OK
from experiments.commands.options import add_json, add_out, claim, positive
from experiments.words import Words

EXITS = {OK: "corpus ok", DISAGREED: "corpus failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """How many, and where to."""
    parser.add_argument(
        "--every", type=positive, default=1, metavar="N", help=say("help.corpus.every")
    )
    add_out(parser, say)
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Check all programs of the grammar, write the page, and say what it comes to."""
    from experiments.commands.terminal import RunProgress
    from experiments.corpus import page
    from experiments.corpus import run as corpus
    from experiments.record import provenance

    claim(options.out, say)
    todo = corpus.programs(options.every)
    command = f"twins corpus --every {options.every}" if options.every > 1 else "twins corpus"
    with RunProgress(say) as progress:
        rows = corpus.run(todo, progress(say("out.corpus"), len(todo)))
    written = page.render(rows, provenance.describe(command, {}), options.out)
    outcome = page.outcome(rows)
    if options.json:
        print(json.dumps({"report": str(written)} | outcome))
    else:
        print(say("out.corpus outcome", **outcome))
        print(say("out.report", path=written))
        print(say("out.beside"))
    return OK if outcome["passed"] else DISAGREED
