"""The CSV files of an experiment."""

import pandas as pd

from experiments.record.results import ExperimentResult, TrainingResult
from experiments.report.places import place_in_words
from experiments.words import of


def figure_table(experiment: ExperimentResult) -> pd.DataFrame:
    """Every printed figure with its verdict, one per row, all digits.

    Columns: source, place (where it is printed), kind, quantity, row, step; printed, scratch,
    keras; low and high (over other seeds), below (how many lie below it), seeds; verdict, counts
    (whether it is judged, or one of the earlier rows of a curve).
    """
    say = of("en")
    columns = ["source", "place", "kind", "quantity", "row", "step", "printed", "scratch", "keras"]
    return pd.DataFrame(
        (
            {
                "source": judged.figure.source,
                "place": say(f"where.{judged.figure.place}"),
                "kind": judged.figure.kind,
                "quantity": judged.figure.measures.quantity,
                "row": judged.figure.measures.row,
                "step": judged.figure.measures.step,
                "printed": judged.figure.printed,
                "scratch": judged.judgement.value,
                "keras": judged.by_keras,
                "low": judged.judgement.low,
                "high": judged.judgement.high,
                "below": judged.judgement.rank[0] if judged.judgement.rank else None,
                "seeds": judged.judgement.seeds,
                "verdict": judged.judgement.verdict,
                "counts": judged.figure.counts,
            }
            for judged in experiment.figures
        ),
        columns=[*columns, "low", "high", "below", "seeds", "verdict", "counts"],
    ).astype({"row": "Int64", "step": "Int64", "below": "Int64"})


def comparison_table(experiment: ExperimentResult) -> pd.DataFrame:
    """Every comparison, one per row, in the order of the ladder."""
    say = of("en")
    return pd.DataFrame(
        {
            "part": name,
            "rung": c.rung,
            "state": c.state,
            "quantity": c.quantity,
            "difference": c.difference,
            "bound": c.bound,
            "share": c.share,
            "where": place_in_words(c.place, say),
            "passed": c.passed,
        }
        for name, part in experiment.parts.items()
        for c in part.comparisons
    )


def curve_table(experiment: ExperimentResult) -> pd.DataFrame:
    """Loss curves, measurements and weight differences, one value per row.

    Columns: training, quantity, step (updates done), scratch, keras, difference.
    """
    parts = [
        table.assign(training=name)
        for name, training in experiment.trainings.items()
        if not training.diverged
        for table in _curves(training)
    ]
    columns = ["training", "quantity", "step", "scratch", "keras", "difference"]
    return pd.concat(parts).reindex(columns=columns) if parts else pd.DataFrame(columns=columns)


def _curves(training: TrainingResult) -> list[pd.DataFrame]:
    found = []
    if curve := training.loss:
        sides = {"step": curve.step, "scratch": curve.scratch, "keras": curve.keras}
        found.append(pd.DataFrame(sides).assign(quantity="loss"))
    found.append(
        pd.DataFrame(
            {
                "quantity": m.of.quantity if m.of.row is None else f"{m.of.quantity}[{m.of.row}]",
                "step": m.of.step,
                "scratch": m.scratch,
                "keras": m.keras,
            }
            for m in training.measured
            if m.of.quantity != "loss"
        )
    )
    pairs = pd.concat(found)
    tables = [pairs.assign(difference=(pairs.keras - pairs.scratch).abs())]
    if weights := training.weights:
        for parameter, series in weights.relative.items():
            rows = pd.DataFrame({"step": weights.step, "difference": series})
            tables.append(rows.assign(quantity=f"relative difference of {parameter}"))
    return tables
