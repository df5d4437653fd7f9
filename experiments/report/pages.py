"""Writes the report folder: an overview, and for every experiment a page, tables and pictures."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib

from experiments import catalog, words
from experiments.judge.rungs import RUNGS, Verdict
from experiments.judge.trajectory import SHADOW_FACTOR
from experiments.record.provenance import Provenance
from experiments.record.results import ExperimentResult, Results
from experiments.record.store import ReportFolder, slug
from experiments.record.summary import Summary, summarise
from experiments.report.environment import Phrases, cost, environment, settings
from experiments.report.plots import DRAW, Labels, to_png, to_svg
from experiments.report.prose import prose
from experiments.report.rows import main_row
from experiments.report.tables import comparison_table, curve_table, figure_table
from experiments.report.web import NOTHING_BESIDE, PAGE, Beside, name_of, web_page
from experiments.sources import ledger
from experiments.words import Words

LEAD_PICTURES = (
    *("surface", "accuracy", "planes", "digits", "descent", "valley", "line", "times"),
    *("curves", "loss"),
)
"""The picture that stands for an experiment in the overview: the first of these that it has."""

FEWEST_POINTS = 3
"""So many accuracies or fewer are no picture."""

TIMED = ("10,000 steps the printed way", "by differences", "by backpropagation")
"""What is drawn of an experiment's times, the longest first."""

TABLES = {"figures": figure_table, "comparison": comparison_table, "curves": curve_table}

TIME = re.compile(r"(\d+)m ([\d.]+)s")


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

    for name, training in experiment.trainings.items():
        if training.diverged:
            continue
        if training.surface:
            yield picture(name, "surface", training.surface)
        if len(training.rows("train_accuracy")) > FEWEST_POINTS:
            of_seeds = [f.judgement.seeds for f in experiment.figures if f.figure.part == name]
            ranged = {"seeds": max(of_seeds)} if any(of_seeds) else {}
            yield picture(name, "accuracy", training, experiment.figures, **ranged)
        counting = [
            judged
            for judged in experiment.figures
            if judged.figure.part == name
            and judged.figure.counts
            and judged.judgement.low is not None
        ]
        if counting:
            names = [
                tuple(
                    Phrases(words.of(language)).measurement(judged.figure.measures)
                    for language in words.LANGUAGES
                )
                for judged in counting
            ]
            yield picture(name, "seeds", counting, experiment.ensembles[name], names)
        yield picture(name, "loss", training.loss)
        if views := training.images:
            shown = min(views.all_units, 50)
            some = {"shown": shown, "all": views.all_units} if shown < views.all_units else {}
            yield picture(name, "hidden-units", views, **some)
            yield picture(name, "samples", views)
            yield picture(name, "confusion", views)
    for name, evaluation in experiment.evaluations.items():
        if evaluation.picture == "times":
            if seconds := times_of(experiment):
                yield picture(name, "times", seconds, *_printed_times(experiment))
        elif evaluation.picture:
            yield picture(name, evaluation.picture, evaluation.values)


def times_of(experiment: ExperimentResult) -> dict[str, float]:
    """Seconds of the scratch side by what was timed."""
    return {
        name: of_sides["scratch"]
        for evaluation in experiment.evaluations.values()
        for name, of_sides in evaluation.seconds.items()
        if "scratch" in of_sides and name in TIMED
    }


def _printed_times(experiment: ExperimentResult) -> Iterator[tuple[str, float]]:
    """The printed times of an experiment, as they stand and in seconds."""
    for judged in experiment.figures:
        if found := TIME.fullmatch(judged.figure.printed):
            yield judged.figure.printed, 60 * float(found[1]) + float(found[2])


def _draw(file: str, kind: str, given: tuple) -> tuple[str, bytes, str]:
    """The picture as PNG, and as SVG with the labels of both languages."""
    labels = Labels()
    figure = DRAW[kind](labels, *given)
    return file, to_png(figure), to_svg(figure, name_of(file), labels)


def not_mnist(experiment: ExperimentResult) -> bool:
    """Whether other digits stood in for MNIST in any part of an experiment."""
    return any(part.data == "digits" for part in experiment.parts.values())


def _agreement(experiment: ExperimentResult, summary: Summary, say: Words) -> str:
    """Whether the two sides agree, or where they do not."""
    if not summary.agrees:
        return say("page.disagree", failures=_failures(summary, say))
    if summary.weight_difference is None:
        return say("page.agree")
    return say("page.agree drift", difference=f"{summary.weight_difference:.2g}")


def _failures(summary: Summary, say: Words) -> str:
    return "; ".join(map(Phrases(say).failure, summary.failures))


def _runs(results: Results) -> list[tuple[Provenance, list[str]]]:
    """Every run that the record's parts come from, by day, and those parts; the largest first."""
    parts: dict[str, tuple[Provenance, list[str]]] = {}
    for name, experiment in results.experiments.items():
        for part_name, part in experiment.parts.items():
            if part.provenance:
                run = replace(part.provenance, date=part.provenance.date[:10], data={})
                parts.setdefault(repr(run), (run, []))[1].append(f"{name}: {part_name}")
    return sorted(parts.values(), key=lambda run: -len(run[1]))


def _data(results: Results) -> dict[str, str]:
    """SHA-256 of all data that any part was computed from, by name."""
    return {
        file: digest
        for experiment in results.experiments.values()
        for part in experiment.parts.values()
        if part.provenance
        for file, digest in part.provenance.data.items()
    }


def _entry(
    name: str, experiment: ExperimentResult, drawn: list[Picture], say: Words
) -> dict[str, Any]:
    """What the templates are given of an experiment."""
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
        | {"evidence": prose(say(f"errata.{erratum.id}.evidence"), experiment, say)}
        for erratum in experiment.errata
    ]
    return {
        "name": name,
        "text": text,
        "outcome": prose(text.summary, experiment, say),
        "discussion": prose(text.discussion, experiment, say),
        "result": experiment,
        "summary": summary,
        "failures": _failures(summary, say),
        "agreement": _agreement(experiment, summary, say),
        "row": main_row(name, experiment),
        "not_mnist": not_mnist(experiment),
        "errata": errata,
        "pictures": shown,
        "lead": next((p for kind in LEAD_PICTURES for p in shown if p["kind"] == kind), None),
    }


def render(results: Results, out: Path, beside: Beside = NOTHING_BESIDE) -> Path:
    """Write all of the report that is not the record itself, in both languages.

    Args:
        results: the record.
        out: the report's folder.
        beside: what other records of the folder say.

    Returns:
        The path of the page.
    """
    report = ReportFolder(out)
    experiments = results.experiments
    drawn = {name: list(pictures(experiment)) for name, experiment in experiments.items()}
    to_draw = [
        joblib.delayed(_draw)(f"{name}/{picture.file}", picture.kind, picture.given)
        for name, of_one in drawn.items()
        for picture in of_one
    ]
    files: dict[str, str | bytes] = {
        f"{name}/{table}.csv": of(experiment).to_csv(index=False, lineterminator="\n")
        for name, experiment in experiments.items()
        for table, of in TABLES.items()
    }
    entries = {
        language: [
            _entry(name, experiment, drawn[name], words.of(language))
            for name, experiment in experiments.items()
        ]
        for language in words.LANGUAGES
    }
    for language, of_language in entries.items():
        files |= _pages(out, results, of_language, words.of(language))
    pictured = joblib.Parallel(n_jobs=-1 if len(to_draw) > 10 else 1)(to_draw)
    files |= {file: png for file, png, _ in pictured}
    svgs = {file: svg for file, _, svg in pictured}
    files[PAGE] = web_page(results, entries, svgs, beside)
    for file, content in files.items():  # not before all of it is there
        report.write(file, content)
    report.finish(list(experiments))
    return out / PAGE


def _pages(
    out: Path, results: Results, entries: Sequence[Mapping[str, Any]], say: Words
) -> dict[str, str]:
    """The pages of one language, by file."""
    templates, page = environment(say), say("page.this file")
    of_experiment = templates.get_template("experiment.md.j2")
    files = {f"{entry['name']}/{page}": of_experiment.render(entry) for entry in entries}
    calls = templates.get_template("slides_today.md.j2").render(calls=results.calls_today)
    files[say("page.slides.file")] = calls
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
        rungs=RUNGS,
        settings=settings(results),
        runs=_runs(results),
        data=_data(results),
        cost=cost(results),
        beside=[name for name in ("faults", "bench") if (out / name / page).exists()],
    )
    return files | {page: overview}
