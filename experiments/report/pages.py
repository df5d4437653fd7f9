"""Writes the report folder: an overview, and for every experiment a page, tables and pictures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import joblib

from experiments import catalog, words
from experiments.judge.ladder import SHADOW_FACTOR
from experiments.judge.rungs import Verdict
from experiments.record.results import ExperimentResult, Results
from experiments.record.store import ReportFolder, slug
from experiments.record.summary import Summary, summarise
from experiments.report.environment import Phrases, environment
from experiments.report.plots import DRAW, to_png
from experiments.report.tables import comparison_table, curve_table
from experiments.sources import ledger
from experiments.words import Words

LEAD_PICTURES = ("surface", "accuracy", "planes", "digits", "curves", "loss")
"""The picture that stands for an experiment in the overview: the first of these that it has."""


@dataclass(frozen=True)
class Picture:
    """A picture of an experiment, not drawn yet.

    Attributes:
        part: the training or evaluation that it is of.
        kind: of `plots.DRAW`.
        given: what that function is given.
        caption: the key of its caption, and what that is filled with.
    """

    part: str
    kind: str
    given: tuple
    caption: tuple[str, Mapping[str, Any]]

    @property
    def file(self) -> str:
        """Its name in the experiment's folder."""
        return f"{slug(self.part)}-{self.kind}.png"


def pictures(experiment: ExperimentResult) -> Iterator[Picture]:
    """All pictures that an experiment has."""

    def picture(part: str, kind: str, *given: Any, **shown: Any) -> Picture:  # noqa: ANN401
        return Picture(part, kind, given, (f"picture.{kind}{' some' * bool(shown)}", shown))

    name_of = Phrases(words.of("en")).measurement
    for name, training in experiment.trainings.items():
        if training.diverged:
            continue
        if training.surface:
            yield picture(name, "surface", name, training.surface)
        if training.rows("train_accuracy"):
            yield picture(name, "accuracy", training, experiment.figures)
        counting = [
            judged
            for judged in experiment.figures
            if judged.figure.part == name
            and judged.figure.counts
            and judged.judgement.low is not None
        ]
        if counting:
            names = [name_of(judged.figure.measures) for judged in counting]
            yield picture(name, "seeds", counting, experiment.ensembles[name], names)
        yield picture(name, "loss", name, training.loss)
        yield picture(name, "weight-difference", name, training.weights)
        if views := training.images:
            shown = min(views.all_units, 50)
            some = {"shown": shown, "all": views.all_units} if shown < views.all_units else {}
            yield picture(name, "hidden-units", views, **some)
            yield picture(name, "samples", views)
            yield picture(name, "confusion", views)
    for name, evaluation in experiment.evaluations.items():
        if evaluation.picture:
            yield picture(name, evaluation.picture, evaluation.values)


def _draw(file: str, kind: str, given: tuple) -> tuple[str, bytes]:
    return file, to_png(DRAW[kind](*given))


def not_mnist(experiment: ExperimentResult) -> bool:
    """Whether other digits stood in for MNIST in any part of an experiment."""
    return any(part.data == "digits" for part in experiment.parts.values())


def _prose(
    templates: jinja2.Environment, text: str, experiment: ExperimentResult, say: Words
) -> str:
    """A discussion or an erratum's evidence with the measured values of the scratch side."""
    if any(training.diverged for training in experiment.trainings.values()):
        return say("page.diverged text")
    if any(training.cut_short for training in experiment.trainings.values()):
        return say("page.cut short text")
    scratch, keras, seeds = (dict[str, dict[str, Any]]() for _ in range(3))
    for name, training in experiment.trainings.items():
        scratch[name] = {str(m.of): m.scratch for m in training.measured}
        keras[name] = {str(m.of): m.keras for m in training.measured}
        ensemble = experiment.ensembles.get(name)
        values = {str(of): list(v) for of, v in ensemble.measured} if ensemble else {}
        seeds[name] = defaultdict(list, values)
    for name, evaluation in experiment.evaluations.items():
        scratch[name] = {n: v.get("scratch") for n, v in evaluation.values.items()}
        keras[name] = {n: v.get("keras") for n, v in evaluation.values.items()}
    printed: dict[str, dict[str, str]] = defaultdict(dict)
    for judged in experiment.figures:
        printed[judged.figure.part][str(judged.figure.measures)] = judged.figure.printed

    def outputs(part: str, step: int, digits: int = 3) -> str:
        rows = (scratch[part][f"output[{row}]@{step}"] for row in range(4))
        return ", ".join(f"{y:.{digits}f}" for y in rows)

    weights = {name: training.final_weights for name, training in experiment.trainings.items()}
    given = any(evaluation.on_given_weights for evaluation in experiment.evaluations.values())
    return templates.from_string(text.strip()).render(
        m=scratch, k=keras, s=seeds, w=weights, p=printed, outputs=outputs, given=given
    )


def _agreement(experiment: ExperimentResult, summary: Summary, say: Words) -> str:
    """Whether the two sides agree, or where they do not."""
    if not summary.agrees:
        return say("page.disagree", failures=_failures(summary, say))
    if summary.weight_difference is None:
        return say("page.agree")
    return say("page.agree drift", difference=f"{summary.weight_difference:.2g}")


def _failures(summary: Summary, say: Words) -> str:
    return "; ".join(map(Phrases(say).failure, summary.failures))


def _legend(experiment: ExperimentResult, say: Words) -> str:
    """How to read the ladder, by the settings by which the first training was compared."""
    training = next(iter(experiment.trainings.values()), None)
    if training is None:
        return ""
    settings = training.settings
    return say(
        "page.ladder.legend",
        **{rung: say(f"rung.{rung}") for rung in _named_rungs()},
        differences_at=settings.differences_at,
        watched=settings.watched,
        factor=settings.shadow_factor,
        shadows=settings.shadows,
    )


def _named_rungs() -> tuple[str, ...]:
    return ("start", "layers", "loss", "gradient", "update", "differences", "steps", "trajectory",
            "predictions")  # fmt: skip


def _entry(
    name: str, experiment: ExperimentResult, drawn: list[Picture], say: Words
) -> dict[str, Any]:
    """What the templates are given of an experiment."""
    templates = environment(say)
    text, summary = catalog.text(name, say.language), summarise(experiment)
    shown = [
        {
            "part": picture.part,
            "kind": picture.kind,
            "file": picture.file,
            "caption": say(picture.caption[0], **picture.caption[1]),
        }
        for picture in drawn
    ]
    errata = [
        {"source": erratum.source}
        | {key: say(f"errata.{erratum.id}.{key}") for key in ("place", "printed", "true")}
        | {"evidence": _prose(templates, say(f"errata.{erratum.id}.evidence"), experiment, say)}
        for erratum in experiment.errata
    ]
    return {
        "name": name,
        "text": text,
        "discussion": _prose(templates, text.discussion, experiment, say),
        "result": experiment,
        "summary": summary,
        "failures": _failures(summary, say),
        "agreement": _agreement(experiment, summary, say),
        "not_mnist": not_mnist(experiment),
        "legend": _legend(experiment, say),
        "errata": errata,
        "pictures": shown,
        "lead": next((p for kind in LEAD_PICTURES for p in shown if p["kind"] == kind), None),
    }


def render(results: Results, out: Path) -> Path:
    """Write all of the report that is not the record itself, in both languages.

    Args:
        results: the record.
        out: the report's folder.

    Returns:
        The path of the English overview.
    """
    report = ReportFolder(out)
    experiments = results.experiments
    drawn = {name: list(pictures(experiment)) for name, experiment in experiments.items()}
    to_draw = [
        joblib.delayed(_draw)(f"{name}/{picture.file}", picture.kind, picture.given)
        for name, of_one in drawn.items()
        for picture in of_one
    ]
    for name, experiment in experiments.items():
        for table, of in (("comparison", comparison_table), ("curves", curve_table)):
            csv = of(experiment).to_csv(index=False, lineterminator="\n")
            report.write(f"{name}/{table}.csv", csv)
    for language in words.LANGUAGES:
        _write_pages(report, results, drawn, words.of(language))
    for file, png in joblib.Parallel(n_jobs=-1 if len(to_draw) > 10 else 1)(to_draw):
        report.write(file, png)
    report.finish(list(experiments))
    return out / words.of("en")("page.this file")


def _write_pages(
    report: ReportFolder, results: Results, drawn: Mapping[str, list[Picture]], say: Words
) -> None:
    """The pages of one language."""
    templates, page = environment(say), say("page.this file")
    entries = [
        _entry(name, experiment, drawn[name], say)
        for name, experiment in results.experiments.items()
    ]
    for entry in entries:
        text = templates.get_template("experiment.md.j2").render(entry)
        report.write(f"{entry['name']}/{page}", text)
    calls = templates.get_template("slides_today.md.j2").render(calls=results.calls_today)
    report.write(say("page.slides.file"), calls)
    summaries = [entry["summary"] for entry in entries]
    totals = {
        "all": sum((Counter(summary.verdicts) for summary in summaries), Counter()),
        "shown": sum((Counter(summary.shown) for summary in summaries), Counter()),
    } | {
        kind: sum((Counter(summary.by_kind[kind]) for summary in summaries), Counter())
        for kind in ledger.KINDS
    }
    overview = templates.get_template("overview.md.j2").render(
        experiments=entries,
        totals=totals,
        kinds=ledger.KINDS,
        verdicts=list(Verdict),
        sources=ledger.sources(),
        shadow_factor=SHADOW_FACTOR,
        beside=[name for name in ("faults", "bench") if (report.path / name / page).exists()],
    )
    report.write(page, overview)
