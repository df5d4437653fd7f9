"""`twins bench`: the loops here timed beside what one would use instead."""

import argparse
import json

from experiments.commands.exits import DISAGREED, OK
from experiments.commands.options import add_data, add_json, add_out, claim, positive
from experiments.words import Words

EXITS = {OK: "bench ok", DISAGREED: "bench failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """How long, and where to."""
    for name, default in (("steps", 1200), ("rounds", 3)):
        about = say(f"help.bench.{name}")
        parser.add_argument(f"--{name}", type=positive, default=default, help=about)
    add_data(parser, say)
    add_out(parser, say)
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Time everybody who is installed, write the page, and say who is nearest."""
    from experiments.bench import page, rotate
    from experiments.commands.terminal import RunProgress

    claim(options.out, say)
    command = f"twins bench --steps {options.steps} --rounds {options.rounds}"
    with RunProgress(say) as progress:
        record = rotate.run(command, options.steps, options.rounds, options.data, progress)
    written = page.render(record, options.out)
    outcome = page.outcome(record)
    if options.json:
        print(json.dumps({"report": str(written)} | outcome))
    else:
        for setting, (name, ratio) in outcome["nearest_to_ours"].items():
            ours = outcome["ours_to_limit"][setting]
            print(say("out.bench", setting=setting, ours=ours, name=name, ratio=ratio))
        print(say("out.report", path=written))
        print(say("out.beside"))
    return OK if outcome["passed"] else DISAGREED
