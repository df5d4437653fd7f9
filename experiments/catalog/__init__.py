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

from experiments.catalog import checks
from experiments.data import kind_of
from experiments.sources import ledger
from experiments.sources.ledger import LedgerError, PrintedFigure
from experiments.spec import Experiment, Training
from experiments.words import Problem


@dataclass(frozen=True)
class _Catalog:
    """The experiments by name, and what is wrong with the files that give none."""

    experiments: Mapping[str, Experiment]
    broken: tuple[Problem, ...]


def load() -> Mapping[str, Experiment]:
    """All experiments by name, in the order of the course, but those of `broken` files.

    Raises:
        LedgerError: if the ledger prints what no experiment measures.
    """
    return _catalog().experiments


def broken() -> tuple[Problem, ...]:
    """What is wrong with the files of the catalog that give no experiment: file, field, reason."""
    return _catalog().broken


@cache
def _catalog() -> _Catalog:
    read: dict[str, Experiment] = {}
    problems: list[Problem] = []
    for module in pkgutil.iter_modules(__path__):
        if module.name == checks.__name__.rpartition(".")[2]:
            continue
        try:
            experiment = _experiment(module.name)
            if experiment.name in read:
                raise Problem("catalog.twice", name=experiment.name)
            read[experiment.name] = experiment
        except Problem as problem:
            problems.append(Problem("catalog.broken", file=f"{module.name}.py", why=problem))
    ordered = sorted(read.values(), key=lambda experiment: experiment.lesson)
    experiments = {experiment.name: experiment for experiment in ordered}
    for figure in ledger.figures():
        if figure.experiment in experiments or not problems:
            check(figure, experiments)
    return _Catalog(experiments, tuple(problems))


def _experiment(name: str) -> Experiment:
    """The experiment of a file.

    Raises:
        Problem: if it gives none, or one that cannot be run.
    """
    try:
        experiment = import_module(f"{__name__}.{name}").EXPERIMENT
    except SyntaxError as error:
        raise Problem("catalog.syntax", line=error.lineno, why=error.msg) from None
    except (Exception, SystemExit) as error:  # whatever is written in it
        raise Problem("catalog.raises", why=f"{type(error).__name__}: {error}") from None
    for problem in checks.problems_of(experiment):
        raise problem
    return experiment


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
