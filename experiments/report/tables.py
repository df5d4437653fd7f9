"""The CSV files of an experiment."""

import pandas as pd


def comparison_table(experiment: dict) -> pd.DataFrame:
    """Every comparison, one per row, in the order of the ladder."""
    return pd.DataFrame(
        {"part": name, **row}
        for name, part in (experiment["trainings"] | experiment["evaluations"]).items()
        for row in part.get("comparisons", [])
    )


def curve_table(experiment: dict) -> pd.DataFrame:
    """Loss curves, measurements and weight differences, one value per row.

    Columns: training, quantity, step (updates done), scratch, keras, difference.
    """
    parts = [
        _curves(training).assign(training=name)
        for name, training in experiment["trainings"].items()
        if "diverged" not in training
    ]
    columns = ["training", "quantity", "step", "scratch", "keras", "difference"]
    return pd.concat(parts).reindex(columns=columns) if parts else pd.DataFrame(columns=columns)


def _curves(training: dict) -> pd.DataFrame:
    loss = pd.DataFrame(training["loss"], columns=["step", "scratch", "keras"])
    measured = pd.DataFrame(
        {"quantity": quantity, "step": int(step), **values}
        for key, values in training["measurements"].items()
        for quantity, step in [key.split("@")]
    )
    pairs = pd.concat([loss.assign(quantity="loss"), measured[measured.quantity != "loss"]])
    weights = training["weights"]
    relative = [
        pd.DataFrame({"step": weights["step"], "difference": series}).assign(
            quantity=f"relative difference of {parameter}"
        )
        for parameter, series in weights["relative_difference"].items()
    ]
    return pd.concat([pairs.assign(difference=(pairs.keras - pairs.scratch).abs()), *relative])
