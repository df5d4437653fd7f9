"""Writes the report folder: an overview, and for every experiment a page, tables and pictures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2
import pandas as pd
from matplotlib.figure import Figure

from experiments import store
from experiments.judge.bounds import TRAJECTORY, UNIT_ROUNDOFF
from experiments.judge.published import Verdict
from experiments.judge.summary import summarise
from experiments.report import plots
from experiments.report.tables import comparison_table, curve_table

VERDICTS = {
    Verdict.EXACT: "● EXACT 일치",
    Verdict.CONSISTENT: "✓ CONSISTENT 부합",
    Verdict.UNUSUAL: "△ UNUSUAL 이례적",
    Verdict.INCONSISTENT: "✗ INCONSISTENT 불일치",
    Verdict.NOT_COMPARABLE: "– NOT COMPARABLE 비교 불가",
    Verdict.INSUFFICIENT: "? INSUFFICIENT 표본 부족",
}

LEAD_PICTURES = ("surface", "accuracy", "loss")
"""The picture that stands for an experiment in the overview: the first of these that it has."""


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.report"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "verdict": lambda word: VERDICTS[Verdict(word)],
        "short": lambda value: f"{float(value):.2g}",
        "in_words": plots.in_words,
        "thousands": lambda value: f"{value:,}",
        "cell": lambda text: str(text).replace("|", "\\|").replace("\n", " "),
    }
    return environment


def slug(name: str) -> str:
    """A training's name as part of a file name."""
    return name.replace(" ", "-").lower()


def pictures(experiment: dict) -> Iterator[tuple[str, str, Figure]]:
    """All pictures of an experiment: training, kind, figure."""
    for name, training in experiment["trainings"].items():
        if "diverged" in training:
            continue
        if "surface" in training:
            yield name, "surface", plots.surface(training)
        if any("accuracy" in key for key in training["measurements"]):
            yield name, "accuracy", plots.accuracy(training, experiment["figures"])
        counting = [
            f
            for f in experiment["figures"]
            if f["training"] == name and f["counts"] and f["low"] is not None
        ]
        if counting:
            yield name, "seeds", plots.seeds(counting)
        yield name, "loss", plots.loss(training)
        bound = TRAJECTORY * UNIT_ROUNDOFF[training["dtype"]]
        yield name, "weight-difference", plots.weight_difference(training, bound)
        if "hidden_units" in training:
            yield name, "hidden-units", plots.hidden_units(training)
            yield name, "samples", plots.samples(training)
            yield name, "confusion", plots.confusion(training)


def _prose(environment: jinja2.Environment, text: str, experiment: dict) -> str:
    """A discussion or an erratum's evidence with the measured values of the scratch side."""
    trainings = experiment["trainings"]
    if any("diverged" in training for training in trainings.values()):
        return "A training diverged; see below."
    measured = {
        name: {key: values["scratch"] for key, values in training["measurements"].items()}
        for name, training in trainings.items()
    }
    weights = {name: training.get("final_weights") for name, training in trainings.items()}
    return environment.from_string(text.strip()).render(m=measured, w=weights)


def _write_table(path: Path, table: pd.DataFrame) -> None:
    store.write(path, table.to_csv(index=False, lineterminator="\n"))


def render(results: Mapping, out: Path) -> Path:
    """Write all of the report that is not `results.json` itself.

    Args:
        results: the content of `results.json`.
        out: the report's folder.

    Returns:
        The overview's path.
    """
    environment = _environment()
    entries = []
    experiments = sorted(results["experiments"].items(), key=lambda item: item[1]["lesson"])
    for name, experiment in experiments:
        folder = out / name
        drawn = []
        for training, kind, figure in pictures(experiment):
            file = f"{slug(training)}-{kind}.png"
            store.write(folder / file, plots.to_png(figure))
            drawn.append({"training": training, "kind": kind, "file": file})
        _write_table(folder / "comparison.csv", comparison_table(experiment))
        _write_table(folder / "curves.csv", curve_table(experiment))
        errata = [
            erratum | {"evidence": _prose(environment, erratum["evidence"], experiment)}
            for erratum in experiment["errata"]
        ]
        entry = {
            "name": name,
            "summary": summarise(experiment),
            "errata": errata,
            "pictures": drawn,
            "lead": next((p for kind in LEAD_PICTURES for p in drawn if p["kind"] == kind), None),
            **{key: value for key, value in experiment.items() if key != "errata"},
        }
        entry["discussion"] = _prose(environment, experiment["discussion"], experiment)
        page = environment.get_template("experiment.md.j2").render(entry)
        store.write(folder / "README.md", page)
        entries.append(entry)
    totals = sum((entry["summary"].verdicts for entry in entries), Counter())
    overview = out / "README.md"
    page = environment.get_template("overview.md.j2").render(
        experiments=entries, totals=totals, verdicts=list(Verdict)
    )
    store.write(overview, page)
    return overview
