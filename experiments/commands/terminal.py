"""What a terminal shows while a command works, whatever characters it has."""

import codecs
import json
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from experiments.words import Words

LEGIBLE = str.maketrans(
    {"✓": "v", "✗": "x", "△": "!", "●": "*", "–": "-", "—": "-", "−": "-", "…": "...", "·": "*",
     "×": "x", "²": "2", "½": "1/2", "σ": "sigma", "δ": "delta", "ε": "epsilon", "η": "eta",
     "θ": "theta", "Σ": "sum", "ᵀ": ".T", "≥": ">=", "≤": "<=", "∞": "inf", "→": "->"}
)  # fmt: skip
"""What a console writes in place of a character that its encoding does not have."""


def legible(error: UnicodeError) -> tuple[str, int]:
    """An error handler for encoding: a like character, or ? where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(LEGIBLE)
    return text.encode("ascii", "replace").decode(), error.end


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters by which a text could command a terminal, or turn its own direction."""


def without_controls(text: str) -> str:
    """A stranger's text as it can be shown: what commands a terminal is replaced."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def shown(text: object) -> str:
    """A stranger's text for rich: neither markup nor commands are taken from it."""
    from rich.markup import escape

    return escape(without_controls(str(text)))


def strict_json(value: object) -> str:
    """JSON for other programs: numbers that are none, or not finite, as texts."""
    return json.dumps(json.loads(json.dumps(value, default=str), parse_constant=str))


def on_a_line(name: object) -> str:
    """A file's name for rich, in which there may be line breaks and tabs as well."""
    return shown(re.sub(r"[\n\t]", "\N{REPLACEMENT CHARACTER}", str(name)))


def open_what_is_closed() -> None:
    """Have standard streams where there are none, as under cron: what is written there is lost."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= LAST_STANDARD:
        pass
    os.close(number)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def make_output_legible() -> None:
    """Have what standard output and error cannot show written by its likeness, not refused."""
    codecs.register_error("legible", legible)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="legible")


LAST_STANDARD = 2
"""The number of standard error."""


class RunProgress:
    """Progress on standard error: a bar per piece of work on a terminal, plain lines elsewhere."""

    def __init__(self, say: Words) -> None:
        self._say = say
        # a stream of its own: the other is silenced while TensorFlow is imported
        genuine = sys.stderr is sys.__stderr__
        self._stream = sys.stderr
        if genuine:
            self._stream = os.fdopen(
                os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding, errors="legible"
            )
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
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
            with suppress(OSError):
                self._stream.close()

    def __call__(self, label: str, total: int) -> Callable[[int], None]:
        """Announce a piece of work; the result is told of the steps that are done."""
        bars = self._bars
        task = bars.add_task(label, total=total) if bars else None
        began, done = time.monotonic(), 0

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            if bars and task is not None:
                bars.advance(task, steps)
            if done >= total:
                if bars and task is not None:  # what is done leaves its room to others
                    bars.remove_task(task)
                seconds = f"{time.monotonic() - began:.1f}"
                self._tell(self._say("out.done", label=label, seconds=seconds))

        return advance

    def _tell(self, line: str) -> None:
        if self._bars:
            self._bars.console.print(line, highlight=False, markup=False)
        else:
            with suppress(OSError):  # a full disk, or nobody reads: the work goes on
                print(line, file=self._stream, flush=True)
