"""The page of the bench: who trains the book's net how fast, on which machine."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.bench.contestants import LIMIT, OURS
from experiments.bench.rotate import RESULTS, SCHEMA
from experiments.record import kept, store
from experiments.report import plots
from experiments.report.pages import environment


def load(folder: Path) -> dict | None:
    """The content of the bench's `results.json`, or None if there is none.

    Raises:
        ResultsError: if it is damaged or of another schema.
    """
    return kept.load(folder / RESULTS, SCHEMA, "twins bench")


def training_table(results: Mapping) -> pd.DataFrame:
    """One row per contestant and setting: median, spread, ratios to ours and to the limit.

    `to_ours` is the contestant's median time divided by ours of the same setting, so that more
    than 1 is slower; `to_limit` the same by that of the matrix products alone.
    """
    rows = pd.DataFrame(
        {
            "contestant": row["contestant"],
            "dtype": row["dtype"],
            "cores": row["cores"],
            "seconds": float(np.median(row["seconds"])),
            "fastest": min(row["seconds"]),
            "slowest": max(row["seconds"]),
            "first": row["first"],
            "accuracy": row["accuracy"],
            "share_of_bound": row["share_of_bound"],
        }
        for row in results["training"]
    )
    setting = ["dtype", "cores"]
    for name, contestant in (("to_ours", OURS), ("to_limit", LIMIT)):
        own = rows[rows.contestant == contestant].set_index(setting).seconds
        rows[name] = rows.seconds / own.loc[list(zip(rows.dtype, rows.cores, strict=True))].values
    return rows.sort_values([*setting, "seconds"], kind="stable", ignore_index=True)


def small_table(results: Mapping) -> pd.DataFrame:
    """One row per way of a small task, with how many times as fast as the slowest it is."""
    rows = pd.DataFrame(
        {**row, "seconds": float(np.median(row["seconds"]))} for row in results["small"]
    )
    slowest = rows.groupby("task").seconds.transform("max")
    rows["times_as_fast"] = slowest / rows.seconds
    return rows


def summarise(results: Mapping) -> dict:
    """The outcome in numbers.

    Args:
        results: the content of the bench's `results.json`.
    """
    table = training_table(results)
    others = table[~table.contestant.isin([OURS, LIMIT])]
    return {
        "ours_to_limit": {
            f"{row.dtype}, cores: {row.cores}": round(row.to_limit, 2)
            for row in table[table.contestant == OURS].itertuples()
        },
        "nearest_to_ours": {
            f"{dtype}, cores: {cores}": [group.contestant.iloc[0], round(group.to_ours.iloc[0], 2)]
            for (dtype, cores), group in others.groupby(["dtype", "cores"], sort=False)
        },
        "passed": bool((table.share_of_bound <= 1).all()),
    }


def in_words(summary: Mapping) -> str:
    """What `summarise` gives, as lines for the terminal."""
    return "\n".join(
        f"{setting}: ours takes {summary['ours_to_limit'][setting]} of the matrix products; "
        f"next {name}, {ratio} of ours"
        for setting, (name, ratio) in summary["nearest_to_ours"].items()
    )


def render(results: Mapping, folder: Path) -> Path:
    """Write the bench's page, tables and picture.

    Args:
        results: the content of its `results.json`.
        folder: where they go.

    Returns:
        The page's path.
    """
    report = store.ReportFolder(folder.parent)
    report.write(f"{folder.name}/{RESULTS}", store.to_json(results))
    table, small = training_table(results), small_table(results)
    report.write(f"{folder.name}/bench.csv", table.to_csv(index=False, lineterminator="\n"))
    report.write(f"{folder.name}/small.csv", small.to_csv(index=False, lineterminator="\n"))
    report.write(f"{folder.name}/bench.png", plots.to_png(plots.bench(table, OURS, LIMIT)))
    settings = [
        ({"dtype": dtype, "cores": cores}, group.to_dict("records"))
        for (dtype, cores), group in table.groupby(["dtype", "cores"], sort=False)
    ]
    text = (
        environment("experiments.bench", "")
        .get_template("page.md.j2")
        .render(
            results=results,
            settings=settings,
            small=[
                (task, group.to_dict("records"))
                for task, group in small.groupby("task", sort=False)
            ],
            ours=OURS,
            limit=LIMIT,
            provenance=results["provenance"],
        )
    )
    page = report.write(f"{folder.name}/README.md", text)
    report.finish([folder.name])
    return page
