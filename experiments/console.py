"""What a run tells while it works and when it is done."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from experiments.judge.published import Verdict
from experiments.judge.summary import summarise

if TYPE_CHECKING:  # the check's modules take half a second, which `twins list` does not have
    from experiments.check.run import Checked

COLOURS = {
    Verdict.EXACT: "green",
    Verdict.CONSISTENT: "green",
    Verdict.UNUSUAL: "yellow",
    Verdict.INCONSISTENT: "red",
    Verdict.NOT_COMPARABLE: "dim",
    Verdict.INSUFFICIENT: "dim",
}


class RunProgress:
    """Progress on standard error: a bar per piece of work on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        # a stream of its own: the other is silenced while TensorFlow is imported
        genuine = sys.stderr is sys.__stderr__
        self._stream = sys.stderr
        if genuine:
            self._stream = os.fdopen(
                os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding, errors="legible"
            )
        console = Console(file=self._stream)
        self._bars = console.is_terminal and Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )

    def __enter__(self) -> "RunProgress":
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()
        if self._stream is not sys.stderr:
            self._stream.close()

    def __call__(self, label: str, total: int) -> Callable[[int], None]:
        """Announce a piece of work; the result is told of the steps that are done."""
        task = self._bars.add_task(label, total=total) if self._bars else None
        began, done = time.monotonic(), 0

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            if self._bars:
                self._bars.advance(task, steps)
            if done >= total:
                if self._bars:  # only what is under way has a bar: there is room for no more
                    self._bars.remove_task(task)
                self._tell(f"{label}: done, {time.monotonic() - began:.1f} s")

        return advance

    def _tell(self, line: str) -> None:
        if self._bars:
            self._bars.console.print(line, highlight=False, markup=False)
        else:
            print(line, file=self._stream, flush=True)


def verdict_table(results: Mapping[str, dict]) -> Table:
    """The closing table: one row per experiment."""
    table = Table(title="Scratch against Keras, and both against the sources")
    table.add_column("experiment", min_width=max(map(len, results)))
    for column in ("sides agree", "weight difference", "printed figures"):
        table.add_column(column)
    for name, experiment in results.items():
        summary = summarise(experiment)
        difference = summary.weight_difference
        table.add_row(
            name,
            "[green]yes[/]" if summary.agrees else f"[red]NO[/] {summary.failure}",
            "–" if difference is None else f"{difference:.1e}",
            ", ".join(
                f"[{COLOURS[verdict]}]{count} {verdict}[/]"
                for verdict, count in summary.counted.items()
            )
            or "none printed",
        )
    return table


MARKS = {
    "right": "[green]✓[/]",
    "convention": "[green]✓[/]",
    "one sample": "[yellow]△[/]",
    "wrong": "[red]✗[/]",
    "unknown": "[yellow]?[/]",
    "failed": "[yellow]–[/]",
}
"""By the verdict of a check."""


def checked_lines(checked: "Checked") -> Iterator[str]:
    """What a check found in one file, line by line."""
    yield f"[bold]{escape(str(checked.path))}[/]"
    if checked.error:
        yield f"  {MARKS['failed']} {escape(checked.error)}"
    for found in checked.explanations:
        yield f"  {MARKS[found.verdict]} [bold]{escape(found.subject)}[/]: {found.headline}"
        for sentence in found.sentences:
            yield f"      {escape(sentence)}"
    for aside in checked.asides:
        yield f"  [dim]{escape(aside)}[/]"


def checked_table(done: "Sequence[Checked]") -> Table:
    """The closing table of a folder: one row per file."""
    table = Table()
    for column in ("file", "", "found", "mistakes"):
        table.add_column(column)
    for checked in done:
        names = [f"{e.subject}: {', '.join(e.faults) or '?'}" for e in checked.explanations
                 if e.verdict in ("wrong", "unknown")]  # fmt: skip
        table.add_row(
            str(checked.path),
            MARKS[checked.verdict],
            str(len(checked.explanations)),
            "; ".join(names) or checked.error,
        )
    return table


def list_table(rows: list[tuple[str, str, str, str]]) -> Table:
    """The catalog: name, titles, sources, number of printed figures."""
    table = Table()
    table.add_column("experiment", min_width=max(len(row[0]) for row in rows))
    for column in ("실험", "sources", "printed figures"):
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    return table
