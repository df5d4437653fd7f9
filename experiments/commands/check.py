"""`twins check`: a stranger's files held against Keras."""

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from experiments import words
from experiments.commands.exits import DISAGREED, ENVIRONMENT, OK, USAGE, CommandError
from experiments.commands.options import add_json, named
from experiments.commands.terminal import strict_json
from experiments.words import Problem, Words

if TYPE_CHECKING:
    from rich.table import Table

    from experiments.check.checked import Checked

EXITS = {OK: "check ok", DISAGREED: "check failed"}

PROGRAMS = (".py", ".ipynb", ".pyw", ".pyi")
OUR_PAGE, OUR_TABLE = b'<meta name="generator" content="twins check">', b"file,subject,verdict,"
"""What the beginning of a page or table holds that an earlier check has written."""


def arguments(parser: argparse.ArgumentParser, say: Words) -> None:
    """Which files, and what to write beside what is printed."""
    parser.add_argument(
        "files", nargs="+", type=named(say), metavar="FILE", help=say("help.check.files")
    )
    parser.add_argument("--lang", choices=words.LANGUAGES, help=say("help.check.lang"))
    parser.add_argument("--out", type=Path, metavar="FILE.html", help=say("help.check.out"))
    parser.add_argument("--csv", type=Path, metavar="FILE.csv", help=say("help.check.csv"))
    parser.add_argument(
        "--map", action="append", default=[], metavar="THEIRS=BOOK", help=say("help.check.map")
    )
    add_json(parser, say)


def run(options: argparse.Namespace, say: Words) -> int:
    """Check every file, print what is found as it is found, and write what is asked for."""
    from rich.console import Console

    from experiments.check.checked import to_csv
    from experiments.check.files import check_files, files_under
    from experiments.record import store

    say = words.of(options.lang) if options.lang else say
    _look_at_outputs(options.out, options.csv, say)
    if absent := [path for path in options.files if not path.exists()]:
        raise CommandError(say("error.absent file", path=absent[0]), USAGE)
    with Console(stderr=True).status(say("check.looking")):
        paths = files_under(options.files)
    if not paths:
        raise CommandError(say("error.no programs", path=options.files[0]), USAGE)
    console, told = Console(emoji=False), []
    languages = words.LANGUAGES if options.out else (say.language,)
    try:
        for by_language in check_files(paths, languages, _renamed(options.map, say)):
            told.append(by_language)
            checked = by_language[say.language]
            if not options.json:
                for line in lines(checked):
                    console.print(line, highlight=False, soft_wrap=True)
    except Problem as problem:  # with what was asked for; a file's own is told as its answer
        raise CommandError(problem.told(say), USAGE) from None
    done = [by_language[say.language] for by_language in told]
    if options.out:
        from experiments.check.page import to_html  # a terminal needs no pages

        store.write(options.out, to_html(told))
    if options.csv:
        store.write(options.csv, to_csv(done))
    if options.json:
        print(strict_json([asdict(c) | {"verdict": c.verdict} for c in done]))
    elif len(done) > 1:
        console.print(table(done, say))
    verdicts = {str(checked.verdict) for checked in done}
    if verdicts & {"wrong", "unknown"}:
        return DISAGREED
    return ENVIRONMENT if "failed" in verdicts else OK


def _renamed(pairs: Sequence[str], say: Words) -> dict[str, str]:
    """`--map` as the book's names by theirs."""
    from experiments.subjects import names

    found = {}
    for text in pairs:
        theirs, _, book = text.partition("=")
        if book not in names():
            known = ", ".join(names())
            raise CommandError(say("error.map", text=text, names=known), USAGE)
        found[theirs] = book
    return found


def _look_at_outputs(page: Path | None, table: Path | None, say: Words) -> None:
    """See that what is asked for may be written."""
    for path, ours in ((page, OUR_PAGE), (table, OUR_TABLE)):
        if path:
            look_at_output(path, ours, say=say)
    if page and table and page.resolve() == table.resolve():
        raise CommandError(say("error.same output", path=page), USAGE)


def look_at_output(
    path: Path, ours: bytes = b"\0", *, say: Words, is_program: bool = False
) -> None:
    """Find out whether an output may be written there, before anything is checked.

    Args:
        path: where to.
        ours: what the beginning of a file holds that this program has written, and may replace.
        say: the words.
        is_program: whether the output is a program, and so is called like one.

    Raises:
        CommandError: if it would replace what this program has not written.
    """
    if path.name == "-":
        raise CommandError(say("error.dash"), USAGE)
    if path.suffix.lower() in PROGRAMS and not is_program:
        raise CommandError(say("error.program's ending", path=path), USAGE)
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise CommandError(say("error.not ours", path=path), USAGE)
    try:
        with path.open("rb") as file:
            if ours in file.read(1000):
                return
    except FileNotFoundError:
        if not path.is_symlink():
            return
        raise CommandError(say("error.link to nowhere", path=path), USAGE) from None
    except OSError as error:
        why = error.strerror
        raise CommandError(say("error.cannot write", path=path, why=why), USAGE) from None
    raise CommandError(say("error.not ours", path=path), USAGE)


def lines(checked: "Checked") -> Iterator[str]:
    """What a check found in one file, line by line, with rich's markup."""
    from experiments.check.finding import LOOKS, Assessment
    from experiments.commands.terminal import on_a_line, shown

    def sign(verdict: str) -> str:
        look = LOOKS[Assessment(verdict)]
        return f"[{look.colour}]{look.sign}[/]"

    yield f"[bold]{on_a_line(checked.path)}[/]"
    if checked.error:
        yield f"  {sign(checked.verdict)} {shown(checked.error)}"
    for found in checked.explanations:
        yield f"  {sign(found.verdict)} [bold]{shown(found.subject)}[/]: {shown(found.headline)}"
        for sentence in found.sentences:
            yield f"      {shown(sentence)}"
    for aside in checked.asides:
        yield f"  [dim]{shown(aside)}[/]"


def table(done: "Sequence[Checked]", say: Words) -> "Table":
    """The closing table of a folder: one row per file."""
    from rich.table import Table

    from experiments.check.finding import LOOKS
    from experiments.commands.terminal import on_a_line, shown

    closing = Table()
    closing.add_column(say("table.file"), overflow="fold", ratio=1)
    for column in ("", say("table.found"), say("table.mistakes")):
        closing.add_column(column, overflow="fold")
    places = [Path(os.path.abspath(checked.path)) for checked in done]  # noqa: PTH100 (not a link's)
    shared = os.path.commonpath([place.parent for place in places])
    for checked, place in zip(done, places, strict=True):
        names = [
            f"{e.subject}: {', '.join(e.faults) or '?'}"
            for e in checked.explanations
            if e.verdict in ("wrong", "unknown")
        ]
        look = LOOKS[checked.verdict]
        closing.add_row(
            on_a_line(place.relative_to(shared)),
            f"[{look.colour}]{look.sign}[/]",
            str(len(checked.explanations)),
            shown("; ".join(names) or ("" if checked.has_nothing else checked.error)),
        )
    return closing
