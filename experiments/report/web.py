"""The one-file page: everything that a record says, in both languages, for a browser without a net.

What the template is given is put together here; words come from the two language files, figures
are SVG, code is cut out of the two packages.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from markupsafe import Markup

from experiments import catalog, words
from experiments.record.results import ExperimentResult, Results
from experiments.report.environment import Phrases, cost, settings
from experiments.report.excerpts import twin
from experiments.report.markup import environment
from experiments.report.prose import prose
from experiments.report.rows import main_row
from experiments.sources import ledger, questions

PAGE = "report.html"

HERO = "two-layer-net-20"
"""The experiment whose picture stands first."""

Entries = Mapping[str, Sequence[Mapping[str, Any]]]
"""What the pages say of every experiment, by language."""


@dataclass(frozen=True)
class Beside:
    """What the other records of a report's folder say, in numbers; None where there is none.

    Attributes:
        faults: outcome of the kill matrix.
        tolerances: of usual checks: "check", how many mistakes are "accepted", and "alarms".
        single_pass: of how many mistakes.
        speed: contestants of the bench and their seconds, fastest first.
        speed_date: when that was measured.
        speed_updates: of how many updates.
    """

    faults: Mapping[str, Any] | None = None
    tolerances: Sequence[Mapping[str, Any]] = ()
    single_pass: int = 0
    speed: Sequence[tuple[str, float]] = ()
    speed_date: str = ""
    speed_updates: int = 0


NOTHING_BESIDE = Beside()


def shares(results: Results) -> dict[str, float]:
    """The largest share of its bound that any comparison of an experiment takes."""
    found = {}
    for name, experiment in results.experiments.items():
        rows = [c.share for part in experiment.parts.values() for c in part.comparisons]
        if rows:
            found[name] = max(rows)
    return found


def shown_code(name: str) -> tuple[str, ...]:
    """Names of the code that an experiment's page shows."""
    experiment = catalog.load().get(name)
    if experiment is None:
        return ()
    return experiment.shows or tuple(
        dict.fromkeys(training.model for training in experiment.trainings)
    )


def first_shown(experiments: Iterable[str]) -> dict[str, str]:
    """Which of a report's experiments shows a piece of code first, by the code's names."""
    found: dict[str, str] = {}
    for name in experiments:
        found = dict.fromkeys(shown_code(name), name) | found
    return found


def web_page(results: Results, entries: Entries, svgs: Mapping[str, str], beside: Beside) -> str:
    """The page as HTML.

    Args:
        results: the record.
        entries: what the Markdown pages say of every experiment, by language.
        svgs: the pictures by file.
        beside: what other records say.
    """
    shown_by = first_shown(results.experiments)
    experiments = [
        _shown(name, experiment, {lang: of[number] for lang, of in entries.items()}, svgs)
        | {"code": [_code(name, names, shown_by[names]) for names in shown_code(name)]}
        for number, (name, experiment) in enumerate(results.experiments.items())
    ]
    by_kind = {
        kind: sum((Counter(e["summary"].by_kind[kind]) for e in experiments), Counter())
        for kind in ledger.KINDS
    }
    hero = next((_again(e) for e in experiments if e["name"] == HERO and e["lead"]), None)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            experiments=experiments,
            hero=hero,
            agree=sum(e["summary"].agrees for e in experiments),
            by_kind=by_kind,
            errata=sum(len(e["errata"]) for e in experiments),
            earlier=sum(sum(e["summary"].shown.values()) for e in experiments),
            there={e["row"].verdict for e in experiments if e["row"]},
            questions=_answered(results, entries),
            calls=results.calls_today,
            shares=shares(results),
            settings=settings(results),
            shared={lang: Phrases(words.of(lang)).shared() for lang in words.LANGUAGES},
            titles={e["name"]: e["title"] for e in experiments},
            beside=beside,
            provenance=_provenance(results),
            cost=cost(results),
            sources=ledger.sources(),
        )
    )


def name_of(file: str) -> str:
    """The name of a picture within the page, by its file."""
    return file.removesuffix(".png").replace("/", "-")


def _again(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """The lead figure of an experiment a second time on the page, its title in the caption."""
    figure, title = experiment["lead"], experiment["title"]
    own = set(re.findall(r' id="([^"]+)"', figure["svg"])) | {f"{figure['name']}-caption"}
    svg = Markup(re.sub(r"[\w.-]+", lambda m: "hero-" * (m[0] in own) + m[0], figure["svg"]))
    caption = {lang: f"**{title[lang]}.** {said}" for lang, said in figure["caption"].items()}
    return {**figure, "name": f"hero-{figure['name']}", "svg": svg, "caption": caption}


def _shown(
    name: str, experiment: ExperimentResult, of: Mapping[str, Any], svgs: Mapping[str, str]
) -> dict[str, Any]:
    """What the page shows of an experiment, texts by language."""

    def each(*keys: Any) -> dict[str, Any]:  # noqa: ANN401
        return {language: reduce(getitem, keys, entry) for language, entry in of.items()}

    english = of["en"]
    kinds = Counter(picture["kind"] for picture in english["pictures"])
    figures = [
        {
            "name": name_of(f"{name}/{picture['file']}"),
            "svg": Markup(svgs[f"{name}/{picture['file']}"]),
            "kind": picture["kind"],
            "caption": each("pictures", i, "caption"),
            "part": _named(picture["part"]) if kinds[picture["kind"]] > 1 else None,
        }
        for i, picture in enumerate(english["pictures"])
    ]
    kind = english["lead"] and english["lead"]["kind"]
    return {
        "name": name,
        "result": experiment,
        "summary": english["summary"],
        "title": {language: entry["text"].title for language, entry in of.items()},
        **{key: each(key) for key in ("outcome", "discussion", "agreement")},
        "errata": [
            {key: each("errata", i, key) for key in erratum}
            for i, erratum in enumerate(english["errata"])
        ],
        "not_mnist": english["not_mnist"],
        "row": main_row(name, experiment),
        "figures": figures,
        "lead": next((figure for figure in figures if figure["kind"] == kind), None),
    }


def _named(part: str) -> dict[str, str]:
    return {language: Phrases(words.of(language)).part(part) for language in words.LANGUAGES}


def _code(experiment: str, names: str, first: str) -> dict[str, Any]:
    """The code of both twins, or the first experiment of the report, which has shown it already."""
    return {"again": first} if first != experiment else {"again": "", **twin(names)}


def _answered(results: Results, entries: Entries) -> list[dict[str, Any]]:
    """The authors' questions whose experiments are there, with their answers by language."""
    return [
        {
            "question": question,
            "gloss": words.of("en")(f"quote.{question.id}"),
            "answer": {
                language: prose(
                    words.of(language)(f"question.{question.id}"),
                    results.experiments[question.experiment],
                    words.of(language),
                )
                for language in words.LANGUAGES
            },
        }
        for question in questions.load()
        if question.experiment in results.experiments
    ]


def _provenance(results: Results) -> Any:  # noqa: ANN401
    """The machine and the versions of the first part that says them."""
    return next(
        (
            part.provenance
            for experiment in results.experiments.values()
            for part in experiment.parts.values()
            if part.provenance
        ),
        None,
    )
