"""One file per experiment; a file in this folder is the registration.

Its texts lie beside it, as Markdown, NAME.en.md and NAME.ko.md: the title, a line of what came out,
and the discussion.
"""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files

from experiments.data import kind_of
from experiments.sources import ledger
from experiments.sources.ledger import LedgerError, PrintedFigure
from experiments.spec import Experiment, Training


@cache
def load() -> dict[str, Experiment]:
    """All experiments by name, in the order of the course.

    Raises:
        LedgerError: if the ledger prints what no experiment measures.
    """
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    ordered = sorted((m.EXPERIMENT for m in modules), key=lambda e: e.lesson)
    experiments = {experiment.name: experiment for experiment in ordered}
    for figure in ledger.figures():
        check(figure, experiments)
    return experiments


def check(figure: PrintedFigure, experiments: Mapping[str, Experiment]) -> None:
    """Find out before anything is trained whether a printed figure will be measured.

    Raises:
        LedgerError: if its experiment, part or measurement does not exist; says what there is.
    """
    experiment = experiments.get(figure.experiment)
    part = experiment.part(figure.part) if experiment else None
    where = f"published.toml, {figure.experiment}: {figure.part}"
    if part is None:
        raise LedgerError(f"{where}: there is no such experiment or part")
    if figure.judged == "none":
        return
    for wanted in (figure.measures, figure.among):
        if wanted is None:
            continue
        if isinstance(part, Training):
            there = part.measurements(kind_of(part.data))
            if wanted not in there:
                names = ", ".join(sorted(map(str, there)))
                raise LedgerError(f"{where}: {wanted} is not measured; there are {names}")
        elif wanted.quantity not in part.printed:
            names = ", ".join(part.printed)
            raise LedgerError(f"{where}: {wanted.quantity} is not among its values {names}")


@dataclass(frozen=True)
class Text:
    """What a page says of an experiment.

    Attributes:
        title: its title.
        summary: what came out, in a sentence; with placeholders like the discussion.
        discussion: Markdown with Jinja placeholders, so that no figure in the text is typed by
            hand: `m["part"]["measurement"]` is a measured value of the scratch side,
            `k["part"]["measurement"]` Keras' value, `s["training"]["measurement"]` the list of
            its values over the seeds, `w["training"]["W1"]` a tiny net's final weights,
            `p["part"]["measurement"]` the printed text, `t["part"]["what"]["side"]` seconds,
            `figures("VERDICT")` how many printed figures have a verdict, and
            `outputs("training", n, digits)` the four outputs on a truth table after n updates.
    """

    title: str
    summary: str
    discussion: str


def text(name: str, language: str) -> Text:
    """The text of an experiment in a language; its name alone if it has none."""
    file = files(__name__).joinpath(f"{name.replace('-', '_')}.{language}.md")
    if not file.is_file():
        return Text(name, "", "")
    title, _, rest = file.read_text("utf-8").partition("\n")
    summary, _, discussion = rest.strip().partition("\n\n")
    return Text(title.removeprefix("# "), summary.removeprefix("> "), discussion.strip())
