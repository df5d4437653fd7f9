"""Writes the report folder: an overview, and for every experiment a page, tables and pictures."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2
import joblib
import numpy as np

from experiments import ledger, store
from experiments.compare import LARGE_NET, THOROUGH
from experiments.judge.ladder import DIFFERENCES_AT, SHADOW_FACTOR
from experiments.judge.published import Verdict
from experiments.judge.summary import summarise
from experiments.report import plots
from experiments.report.tables import comparison_table, curve_table
from experiments.run import SHADOWS

VERDICTS = {
    Verdict.EXACT: "● EXACT 일치",
    Verdict.CONSISTENT: "✓ CONSISTENT 부합",
    Verdict.UNUSUAL: "△ UNUSUAL 이례적",
    Verdict.INCONSISTENT: "✗ INCONSISTENT 불일치",
    Verdict.NOT_COMPARABLE: "– NOT COMPARABLE 비교 불가",
    Verdict.INSUFFICIENT: "? INSUFFICIENT 표본 부족",
}

CAPTIONS = {
    "surface": "What the trained net answers over the plane of its two inputs.",
    "accuracy": "Accuracy along training on all images, and below it the upper part enlarged.",
    "seeds": "The printed value among the values of other seeds.",
    "loss": "Loss of both sides, and the difference of the two.",
    "weight-difference": "How far the parameters of the two sides drift apart.",
    "hidden-units": "The weights from the 784 pixels into each hidden unit (the first 50).",
    "samples": "Test images and what both sides make of them.",
    "confusion": "Which digit is taken for which.",
    "curves": "Both sides on the same points.",
    "planes": "Where the gate answers 1 (orange); the black lines are where it changes.",
    "digits": "Images as the loader gives them, titled by their labels.",
}

LEAD_PICTURES = ("surface", "accuracy", "planes", "digits", "curves", "loss")
"""The picture that stands for an experiment in the overview: the first of these that it has."""


def environment() -> jinja2.Environment:
    """Where the templates are, with the filters that they use."""
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
        "value": _show_value,
        "columns": _columns,
        "duration": _show_duration,
        "cell": lambda text: str(text).replace("|", "\\|").replace("\n", " "),
    }
    return environment


def _show_value(value: object) -> str:
    """A value of an evaluation for a table: texts as they are, long arrays not at all."""
    text = str(value)
    return text if len(text) < 90 else f"{text[:60]} … ({len(np.ravel(value))} numbers)"


def _shares(comparisons: list[dict]) -> list[tuple[str, str]]:
    """The largest share of its bound on every rung, in the ladder's order, in words."""
    largest: dict[str, float] = {}
    for row in comparisons:
        largest[row["rung"]] = max(largest.get(row["rung"], 0.0), float(row["share"]))
    return [
        (rung, f"{share:.2g} of the bound" if share else "0") for rung, share in largest.items()
    ]


def _columns(values: Mapping[str, Mapping]) -> list[tuple]:
    """The rows of a table whose columns are values of scratch alone; empty if they are none."""
    columns = [value["scratch"] for value in values.values()]
    if len({len(column) if isinstance(column, list) else 0 for column in columns}) != 1:
        return []
    return list(zip(*columns, strict=True)) if isinstance(columns[0], list) else []


def _show_duration(seconds: float | None) -> str:
    """Seconds, or hours where they are many."""
    if seconds is None:
        return "–"
    return f"{seconds:.2f} s" if seconds < 3600 else f"{seconds / 3600:.1f} hours"


Picture = tuple[str, str, tuple]
"""Part of the experiment, kind, and what the function of that name in `plots` is given."""


def pictures(experiment: dict) -> Iterator[Picture]:
    """All pictures that an experiment has, not drawn yet."""
    figures = experiment["figures"]
    for name, training in experiment["trainings"].items():
        if "diverged" in training:
            continue
        if "surface" in training:
            yield name, "surface", (training,)
        if any("accuracy" in measurement for measurement in training["measurements"]):
            yield name, "accuracy", (training, figures)
        counting = [
            f for f in figures if f["part"] == name and f["counts"] and f["low"] is not None
        ]
        if counting:
            yield name, "seeds", (counting, experiment["ensembles"][name])
        yield name, "loss", (training,)
        yield name, "weight-difference", (training,)
        if "confusion" in training:
            for kind in ("hidden-units", "samples", "confusion"):
                yield name, kind, (training,)
    for name, evaluation in experiment["evaluations"].items():
        if kind := evaluation["picture"]:
            yield name, kind, (evaluation["values"],)


def _draw(name: str, kind: str, given: tuple) -> tuple[str, bytes]:
    return name, plots.to_png(getattr(plots, kind.replace("-", "_"))(*given))


def _prose(templates: jinja2.Environment, text: str, experiment: dict) -> str:
    """A discussion or an erratum's evidence with the measured values of the scratch side."""
    trainings = experiment["trainings"]
    if any("diverged" in training for training in trainings.values()):
        return "A training diverged; see below."
    if any("cut_short" in training for training in trainings.values()):
        return "A quick run trains a net of this size for a fortieth of its steps only."
    parts = {
        name: part.get("measurements") or part["values"]
        for name, part in (trainings | experiment["evaluations"]).items()
    }
    sides = {
        side: {n: {key: v.get(side) for key, v in values.items()} for n, values in parts.items()}
        for side in ("scratch", "keras")
    }
    weights = {name: training.get("final_weights") for name, training in trainings.items()}
    seeds = {
        name: defaultdict(list, experiment["ensembles"].get(name, {}).get("values", {}))
        for name in trainings
    }
    printed = defaultdict(dict)
    for figure in experiment["figures"]:
        printed[figure["part"]][figure["measures"]] = figure["printed"]

    def outputs(part: str, step: int, digits: int = 3) -> str:
        rows = (sides["scratch"][part][f"output[{row}]@{step}"] for row in range(4))
        return ", ".join(f"{y:.{digits}f}" for y in rows)

    return templates.from_string(text.strip()).render(
        m=sides["scratch"], k=sides["keras"], s=seeds, w=weights, p=printed, outputs=outputs
    )


def render(results: Mapping, out: Path) -> Path:
    """Write all of the report that is not `results.json` itself.

    Args:
        results: the content of `results.json`.
        out: the report's folder.

    Returns:
        The overview's path.
    """
    templates, report = environment(), store.ReportFolder(out)
    entries, to_draw = [], []
    experiments = sorted(results["experiments"].items(), key=lambda item: item[1]["lesson"])
    for name, experiment in experiments:
        drawn = []
        for part, kind, given in pictures(experiment):
            file = f"{store.slug(part)}-{kind}.png"
            to_draw.append(joblib.delayed(_draw)(f"{name}/{file}", kind, given))
            drawn.append({"part": part, "kind": kind, "file": file, "caption": CAPTIONS[kind]})
        for table, of in (("comparison", comparison_table), ("curves", curve_table)):
            csv = of(experiment).to_csv(index=False, lineterminator="\n")
            report.write(f"{name}/{table}.csv", csv)
        errata = [
            erratum | {"evidence": _prose(templates, erratum["evidence"], experiment)}
            for erratum in experiment["errata"]
        ]
        entry = {
            "name": name,
            "summary": summarise(experiment),
            "not_mnist": any(t.get("data") == "digits" for t in experiment["trainings"].values()),
            "errata": errata,
            "parts": [*experiment["trainings"].items(), *experiment["evaluations"].items()],
            "pictures": drawn,
            "lead": next((p for kind in LEAD_PICTURES for p in drawn if p["kind"] == kind), None),
            **{key: value for key, value in experiment.items() if key != "errata"},
        }
        entry["discussion"] = _prose(templates, experiment["discussion"], experiment)
        page = templates.get_template("experiment.md.j2").render(
            entry,
            shares=_shares,
            differences_at=DIFFERENCES_AT,
            effort=THOROUGH,
            large_net=LARGE_NET,
            shadows=SHADOWS,
            shadow_factor=SHADOW_FACTOR,
        )
        report.write(f"{name}/README.md", page)
        entries.append(entry)
    for file, png in joblib.Parallel(n_jobs=-1 if len(to_draw) > 10 else 1)(to_draw):
        report.write(file, png)
    totals = {
        "all": sum((entry["summary"].verdicts for entry in entries), Counter()),
        "counted": sum((entry["summary"].counted for entry in entries), Counter()),
    }
    calls = templates.get_template("slides_today.md.j2").render(calls=results["slides_today"])
    report.write("slides-today.md", calls)
    page = templates.get_template("overview.md.j2").render(
        experiments=entries,
        totals=totals,
        sources=ledger.sources(),
        beside=[name for name in ("faults", "bench") if (out / name / "README.md").exists()],
    )
    overview = report.write("README.md", page)
    report.finish([name for name, _ in experiments])
    return overview
