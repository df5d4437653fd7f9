"""What the sources print, as data: figures, errata, and what the sources are (`published.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Figure:
    """One printed figure.

    Attributes:
        experiment: name of the experiment that answers it.
        part: name of the training or evaluation in it.
        source: number of the document.
        place: where in the document.
        printed: the text as printed.
        measures: name of the measurement that it prints.
        format: how the source's tool writes it: "repr" (Python), "numpy8" (an array's eight
            decimals without trailing zeros), "text", "cut" (the first digits, then …), or a
            format specification such as ".4f".
        judged: "digits" (seed known or none), "seeds" (unknown seed: one more draw), or "none".
        counts: whether its verdict counts; not for the earlier rows of a curve.
        needs: conditions of the run under which it can be compared.
        among: judge only by the seeds for which this measurement is true.
        reason: why it cannot be compared, if it is judged by nothing.
    """

    experiment: str
    part: str
    source: str
    place: str
    printed: str
    measures: str
    format: str
    judged: str
    counts: bool = True
    needs: Mapping[str, str | int] = field(default_factory=dict)
    among: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Erratum:
    """A contradiction within a source.

    Attributes:
        experiment: name of the experiment that shows it.
        source: number of the document.
        place: where in the document.
        printed: what stands there.
        true: what is so.
        evidence: Markdown with Jinja placeholders over the measurements, as in a discussion.
    """

    experiment: str
    source: str
    place: str
    printed: str
    true: str
    evidence: str


@cache
def _ledger() -> dict:
    return tomllib.loads(files("experiments").joinpath("published.toml").read_text("utf-8"))


def sources() -> dict[str, str]:
    """What the sources are, by number."""
    return _ledger()["sources"]


def figures(experiment: str) -> list[Figure]:
    """The printed figures that an experiment answers, in the order of the ledger."""
    return [
        Figure(**(block | {"measures": measures, "printed": printed}))
        for block in _ledger()["figures"]
        if block["experiment"] == experiment
        for measures, printed in zip(block["measures"], block["printed"], strict=True)
    ]


def errata(experiment: str) -> list[Erratum]:
    """The errata that an experiment shows."""
    return [Erratum(**e) for e in _ledger()["errata"] if e["experiment"] == experiment]
