"""`twins run`: train, compare, judge, and write the report."""

import argparse
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.exits import (
    DISAGREED,
    ENVIRONMENT,
    INTERRUPTED,
    OK,
    USAGE,
    CommandError,
    fail,
    warn,
)
from experiments.commands.options import add_data, add_json, add_out, claim, count
from experiments.commands.report import rendered
from experiments.words import Words

if TYPE_CHECKING:
    from experiments.record.results import ExperimentResult, Results

EXITS = {OK: "run ok", DISAGREED: "run failed"}


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text}: 0, …, 4294967295")
    return int(text)


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Which experiments, and how."""

    def about(name: str) -> str:
        return say(f"help.run.{name}")

    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=about("experiments"))
    parser.add_argument("--seed", type=_seed, help=about("seed"))
    parser.add_argument("--seeds", type=count, metavar="N", help=about("seeds"))
    parser.add_argument("--dtype", choices=("float64", "float32"), help=about("dtype"))
    add_data(parser, say)
    parser.add_argument("--weights", type=Path, metavar="FILE.npz", help=about("weights"))
    parser.add_argument("--quick", action="store_true", help=about("quick"))
    parser.add_argument("--full", action="store_true", help=about("full"))
    parser.add_argument("--cluster", metavar="ADDRESS", help=about("cluster"))
    parser.add_argument("--force", action="store_true", help=about("force"))
    add_out(parser, say)
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Run the chosen experiments, render the report, and say what became of them."""
    from experiments import catalog
    from experiments.commands.terminal import RunProgress
    from experiments.data import DataError
    from experiments.record.results import load
    from experiments.suite import experiments as suite
    from experiments.suite.options import Options

    known = catalog.load()
    for problem in catalog.broken():
        warn(problem.told(say))
        if problem.values["file"] in {f"{n.replace('-', '_')}.py" for n in options.experiments}:
            return ENVIRONMENT
    if unknown := [name for name in options.experiments if name not in known]:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        meant = say("error.meant", name=near[0]) if near else ""
        there, names = ", ".join(known), ", ".join(unknown)
        raise CommandError(say("error.unknown", names=names, meant=meant, there=there), USAGE)
    chosen = [known[name] for name in options.experiments] or list(known.values())
    if options.weights and not any(map(suite.takes_weights, chosen)):
        users = ", ".join(e.name for e in known.values() if suite.takes_weights(e))
        raise CommandError(say("error.weights unused", experiments=users), USAGE)
    claim(options.out, say)
    if options.cluster:
        _reach(options.cluster, say)
    settings = Options(
        out=options.out,
        data=options.data,
        dtype=options.dtype,
        seed=options.seed,
        seeds=options.seeds,
        weights=options.weights,
        force=options.force,
        full=options.full,
        quick=options.quick,
        cluster=options.cluster,
        command=_typed(options),
    )
    before = _present(options.out)
    done: dict[str, ExperimentResult] = {}
    code = OK
    try:
        with RunProgress(say) as progress:
            done.update(suite.run(chosen, settings, progress))
    except DataError as error:
        code = fail(error.told(say), ENVIRONMENT)
    except KeyboardInterrupt:
        left = len(chosen) - len(done)
        code = fail(say("error.run interrupted", left=left, all=len(chosen)), INTERRUPTED)
    if not done:
        return code
    done = {name: done[name] for name in known if name in done}
    after = load(options.out)
    overview = rendered(after, options.out)
    return code if code != OK else _conclude(done, before, after, overview, options.json, say)


def _present(out: Path) -> "Results | None":
    """The record of the report that is there, if it can be used."""
    from experiments.record.results import RecordError, load

    try:
        return load(out)
    except RecordError:
        return None


def _conclude(
    done: "Mapping[str, ExperimentResult]",
    before: "Results | None",
    after: "Results",
    overview: Path,
    as_json: bool,
    say: Words,
) -> int:
    """Print the closing table and what has changed; returns the exit code."""
    from experiments.commands.diff import in_a_line
    from experiments.record.difference import compare_records
    from experiments.record.summary import summarise
    from experiments.report.environment import Phrases

    summaries = {name: summarise(result) for name, result in done.items()}
    failure = Phrases(say).failure
    if as_json:
        outcome = {
            name: {
                "agrees": s.agrees,
                "failure": "; ".join(map(failure, s.failures)),
                "weight_difference": s.weight_difference,
                "verdicts": s.verdicts,
            }
            for name, s in summaries.items()
        }
        print(json.dumps({"report": str(overview), "experiments": outcome}, ensure_ascii=False))
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        from experiments.judge.rungs import LOOKS

        table = Table(title=say("table.run"))
        table.add_column(say("table.experiment"), min_width=max(map(len, done)))
        for column in ("agree", "weight difference", "printed figures"):
            table.add_column(say(f"table.{column}"))
        for name, s in summaries.items():
            failures = escape("; ".join(map(failure, s.failures)))
            counted = (
                f"[{LOOKS[verdict].colour}]{number} {say(f'verdict.{verdict}')}[/]"
                for verdict, number in s.counted.items()
            )
            no = f"[red]{say('table.NO')}[/] {failures}"
            table.add_row(
                name,
                f"[green]{say('table.yes')}[/]" if s.agrees else no,
                "–" if s.weight_difference is None else f"{s.weight_difference:.1e}",
                ", ".join(counted) or say("table.none printed"),
            )
        console = Console()
        console.print(table)
        if before and (shared := done.keys() & before.experiments.keys()):
            line = in_a_line(compare_records(before, after, shared), say)
            console.print(line, highlight=False, soft_wrap=True, markup=False)
        report = say("out.report", path=overview)
        console.print(report, highlight=False, soft_wrap=True, markup=False)
    return OK if all(s.passed for s in summaries.values()) else DISAGREED


def _reach(cluster: str, say: Words) -> None:
    """Find out whether a cluster can be used.

    Raises:
        CommandError: if it cannot.
    """
    from experiments.suite.ensemble import connected

    try:
        with connected(cluster):
            pass
    except ImportError:
        raise CommandError(say("error.no dask"), ENVIRONMENT) from None
    except (OSError, ValueError) as error:
        message = say("error.no cluster", address=cluster, why=error)
        raise CommandError(message, ENVIRONMENT) from None


def _typed(options: argparse.Namespace) -> str:
    """The command for the record, without folders: they say nothing about the result."""
    words = ["twins run", *options.experiments]
    given = vars(options)
    words += [f"--{n} {given[n]}" for n in ("dtype", "seed", "seeds") if given[n] is not None]
    words += [f"--weights {options.weights.name}"] if options.weights else []
    words += [f"--{name}" for name in ("quick", "full") if given[name]]
    return " ".join(words)
