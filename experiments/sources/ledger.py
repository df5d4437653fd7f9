"""What the sources print, as data: figures, errata, and what the sources are (`published.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from experiments.spec import Measurement

Kind = Literal["result", "fact", "time"]
"""What a figure tells: what came out of a computation; what the data set, the sizes of a net or
the settings fix beforehand, as shapes, counts, labels and constants; how long something took."""

KINDS: tuple[Kind, ...] = get_args(Kind)


class LedgerError(ValueError):
    """The ledger contradicts itself or the catalog; the message says where."""


@dataclass(frozen=True)
class PrintedFigure:
    """One printed figure.

    Attributes:
        experiment: name of the experiment that answers it.
        part: name of the training or evaluation in it.
        source: number of the document.
        place: where in the document, a key of the words.
        printed: the text as printed.
        measures: what it prints.
        format: how the source's tool writes it: "repr" (Python), "numpy8" (an array's eight
            decimals without trailing zeros), "text", "shape" (a tuple in handwriting, whose
            blanks and last comma do not count), "cut" (the first digits, then …), or a format
            specification such as ".4f".
        judged: "digits" (seed known or none), "seeds" (unknown seed: one more draw), or "none".
        kind: what it tells, by which the figures are counted apart.
        counts: whether its verdict counts; not for the earlier rows of a curve.
        needs: conditions of the run under which it can be compared.
        among: judge only by the seeds for which this measurement is true.
        reason: why it cannot be compared, if it is judged by nothing: a key of the words.
    """

    experiment: str
    part: str
    source: str
    place: str
    printed: str
    measures: Measurement
    format: str
    judged: str
    kind: Kind = "result"
    counts: bool = True
    needs: Mapping[str, str | int] = field(default_factory=dict)
    among: Measurement | None = None
    reason: str = ""


@dataclass(frozen=True)
class Erratum:
    """A contradiction within a source; what stands there, what is so and how it is shown are words.

    Attributes:
        id: its name, by which the words are found.
        experiment: name of the experiment that shows it.
        source: number of the document.
    """

    id: str
    experiment: str
    source: str


@cache
def _ledger() -> dict:
    return tomllib.loads(files("experiments.sources").joinpath("published.toml").read_text("utf-8"))


def sources() -> tuple[str, ...]:
    """The numbers of the sources; what each is stands in the words."""
    return tuple(_ledger()["sources"])


@cache
def figures() -> tuple[PrintedFigure, ...]:
    """All printed figures, in the order of the ledger.

    Raises:
        LedgerError: if a block of the ledger cannot be read.
    """
    found = []
    for number, block in enumerate(_ledger()["figures"], 1):
        try:
            among = {"among": Measurement.parse(block["among"])} if "among" in block else {}
            for measures, printed in zip(block["measures"], block["printed"], strict=True):
                given = block | among | {"printed": printed}
                given["measures"] = Measurement.parse(measures)
                found.append(PrintedFigure(**given))
        except (KeyError, TypeError, ValueError) as error:
            where = f"published.toml, figures {number} ({block.get('experiment', '?')})"
            raise LedgerError(f"{where}: {error}") from None
    return tuple(found)


def figures_of(experiment: str) -> list[PrintedFigure]:
    """The printed figures that an experiment answers, in the order of the ledger."""
    return [figure for figure in figures() if figure.experiment == experiment]


def errata_of(experiment: str) -> list[Erratum]:
    """The errata that an experiment shows."""
    return [Erratum(**e) for e in _ledger()["errata"] if e["experiment"] == experiment]
