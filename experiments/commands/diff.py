"""`twins diff OLD NEW`: what differs between two reports beyond rounding."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.exits import DISAGREED, OK
from experiments.commands.options import add_json
from experiments.words import Words

if TYPE_CHECKING:
    from experiments.record.difference import Change, Difference

EXITS = {OK: "diff ok", DISAGREED: "diff failed"}


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Two reports."""
    for name in ("old", "new"):
        parser.add_argument(name, type=Path, metavar=name.upper(), help=say(f"help.diff.{name}"))
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Every verdict, agreement, printed figure, measurement, version and machine that differs."""
    from experiments.record.difference import compare_records
    from experiments.record.results import load

    found = compare_records(load(options.old), load(options.new))
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        for change in found.changes:
            print(say_change(change, say))
        for name, (before, after) in found.versions.items():
            print(say("diff.version", name=name, before=before, after=after))
        print(in_a_line(found, say))
    return DISAGREED if found.matters else OK


def say_change(change: "Change", say: Words) -> str:
    """One difference in words."""
    return say(
        f"diff.{change.kind}",
        experiment=change.experiment,
        what=change.what,
        before=change.before,
        after=change.after,
    )


def in_a_line(found: "Difference", say: Words) -> str:
    """How a report compares with an earlier one."""
    if not found.matters:
        key = "diff.same" if not found.versions else "diff.same but versions"
        return say(
            key,
            agreements=found.agreements,
            verdicts=found.verdicts,
            date=found.date,
            values=found.values,
        )
    counts = [
        say(f"diff.count.{kind}", count=number) for kind, number in found.counts.items() if number
    ]
    return say("diff.other", date=found.date, counts=", ".join(counts))
