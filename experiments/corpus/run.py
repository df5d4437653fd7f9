"""The corpus: every program written, checked, and held against what is known of it."""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib

from experiments.check.checked import Checked
from experiments.check.files import check_files
from experiments.check.finding import FINE
from experiments.check.grammar import Description
from experiments.check.twin_code import twin_code
from experiments.corpus.forms import FORMS
from experiments.corpus.nets import FAULTS, KINDS, Kind, is_a_fault, parts, with_fault
from experiments.suite.processes import over_processes

SAME = {
    "delta-sign": ("update-uphill",),
    "W1-without-slope": ("hidden-slope-missing",),
}
"""Mistakes that give the same numbers in a loop, or without biases."""


PART = 20
"""Programs that are handed to a process together."""


@dataclass(frozen=True)
class Program:
    """A program whose answer is known.

    Attributes:
        form: how it is written down.
        kind: the net.
        fault: the id of its mistake; empty if it has none.
    """

    form: str
    kind: Kind
    fault: str

    @property
    def text(self) -> str:
        """The program."""
        right = parts(self.kind)
        return FORMS[self.form].write(with_fault(right, self.fault) if self.fault else right)


@dataclass(frozen=True)
class Row:
    """What a check said of a program.

    Attributes:
        program: the program.
        verdict: the worst of its findings.
        named: ids of the mistakes that were named.
        described: whether the right net was described.
    """

    program: Program
    verdict: str
    named: tuple[str, ...]
    described: bool

    @property
    def is_accused(self) -> bool:
        """Whether a right program was not called right."""
        return not self.program.fault and self.verdict not in FINE

    @property
    def is_missed(self) -> bool:
        """Whether a wrong program was called right."""
        return bool(self.program.fault) and self.verdict in FINE

    @property
    def is_named(self) -> bool:
        """Whether the mistake was named."""
        fault = self.program.fault
        return bool({fault, *SAME.get(fault, ())} & set(self.named))


def programs(every: int = 1) -> list[Program]:
    """All forms of every net, right and with faults in turn; of the nets every n-th.

    Each form of a net comes once right, and once with a fault, the faults one after the other.
    """
    found, faults = [], list(FAULTS)
    for name, form in FORMS.items():
        for number, kind in enumerate(KINDS[::every]):
            found.append(Program(name, kind, ""))
            possible = [fault for fault in faults if is_a_fault(fault, kind, form)]
            found.append(Program(name, kind, possible[number % len(possible)]))
    return found


def run(todo: Sequence[Program], advance: Callable[[int], object]) -> list[Row]:
    """Write every program, check it, and read the answer; a process per core."""
    firsts = range(0, len(todo), PART)
    calls = (joblib.delayed(_checked)(first, todo[first : first + PART]) for first in firsts)
    rows: dict[int, Row] = {}
    for of_part in over_processes(calls):
        rows |= of_part
        advance(len(of_part))
    return [rows[number] for number in range(len(todo))]


def _checked(first: int, todo: Sequence[Program]) -> dict[int, Row]:
    """The rows of some programs, by number, written into a folder that is gone afterwards."""
    numbers = range(first, first + len(todo))
    with tempfile.TemporaryDirectory(prefix="twins-corpus-") as folder:
        paths = [Path(folder) / f"program_{number}.py" for number in numbers]
        for path, program in zip(paths, todo, strict=True):
            path.write_text(program.text, "utf-8")
        told = zip(numbers, todo, check_files(paths), strict=True)
        return {number: _row(program, said["en"]) for number, program, said in told}


def _row(program: Program, checked: Checked) -> Row:
    found = checked.explanations
    named = tuple(fault for explanation in found for fault in explanation.faults)
    described = any(_is_described(program, explanation.keras) for explanation in found)
    return Row(program, str(checked.verdict), named, described)


def _is_described(program: Program, code: str) -> bool:
    """Whether a twin's code is that of the program's net.

    Of a loop the activations and the loss count: what it divides by is its rate's affair.
    """
    kind, form = program.kind, FORMS[program.form]
    right = twin_code(Description(*kind, epsilon=0.0))
    return code == right if form.has_loss else _traits(code) == _traits(right)


def _traits(code: str) -> list[str]:
    """Activations and loss of a twin's code."""
    return re.findall(r"'\w+'(?=[,)])|LeakyReLU|losses\.\w+", code.replace("reduction='sum'", ""))


def by(rows: Sequence[Row], key: Callable[[Row], str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Counts of rows, put together by a key."""
    for value in dict.fromkeys(map(key, rows)):
        of_value = [row for row in rows if key(row) == value]
        right = [row for row in of_value if not row.program.fault]
        wrong = [row for row in of_value if row.program.fault]
        yield (
            value,
            {
                "right": len(right),
                "accused": sum(row.is_accused for row in right),
                "described": sum(row.described for row in right),
                "wrong": len(wrong),
                "named": sum(row.is_named for row in wrong),
                "missed": sum(row.is_missed for row in wrong),
            },
        )
