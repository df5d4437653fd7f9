"""The page of the bench: who trains the book's net how fast, on which machine."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.bench.contestant import LIMIT, OURS
from experiments.bench.plot import bench, growth
from experiments.bench.record import RESULTS, SCHEMA, BenchRecord
from experiments.record.results import plain, read_if_there
from experiments.record.store import ReportFolder, to_json
from experiments.report.environment import write_pages
from experiments.report.plots import to_png


def load(out: Path) -> BenchRecord | None:
    """The record of the bench in a report's folder, or None if there is none.

    Raises:
        RecordError: if it is damaged or of another schema.
    """
    found: BenchRecord | None = read_if_there(out / RESULTS, BenchRecord, SCHEMA, "twins bench")
    return found


def training_table(record: BenchRecord) -> pd.DataFrame:
    """One row per contestant and setting: median, spread, ratios to ours and to the limit.

    `to_ours` is the contestant's median time divided by ours of the same setting, so that more
    than 1 is slower; `to_limit` the same by that of the matrix products alone.
    """
    rows = pd.DataFrame(
        {
            "contestant": row.contestant,
            "dtype": row.dtype,
            "cores": row.cores,
            "seconds": float(np.median(row.seconds)),
            "fastest": min(row.seconds),
            "slowest": max(row.seconds),
            "first": row.first,
            "accuracy": row.accuracy,
            "share_of_bound": row.share_of_bound,
        }
        for row in record.training
    )
    setting = ["dtype", "cores"]
    for name, contestant in (("to_ours", OURS), ("to_limit", LIMIT)):
        own = rows[rows.contestant == contestant].set_index(setting).seconds
        rows[name] = rows.seconds / own.loc[list(zip(rows.dtype, rows.cores, strict=True))].values
    return rows.sort_values([*setting, "seconds"], kind="stable", ignore_index=True)


def small_table(record: BenchRecord) -> pd.DataFrame:
    """One row per way of a small task, with how many times as fast as the slowest it is."""
    rows = pd.DataFrame(
        {
            "task": way.task,
            "way": way.way,
            "seconds": float(np.median(way.seconds)),
            "difference": way.difference,
            "times": way.times,
        }
        for way in record.small
    )
    slowest = rows.groupby("task").seconds.transform("max")
    rows["times_as_fast"] = slowest / rows.seconds
    return rows


def growth_table(record: BenchRecord) -> pd.DataFrame:
    """One row per point: what grows, its size, median seconds, those of the products, megabytes."""
    return pd.DataFrame(
        {
            "against": point.against,
            "size": point.size,
            "seconds": float(np.median(point.seconds)),
            "products": point.products,
            "megabytes": point.megabytes,
        }
        for point in record.growth
    )


def slopes(points: pd.DataFrame) -> dict[str, float]:
    """By how many decades time, products and memory grow per decade of the size.

    By least squares over the decade of the largest sizes; in smaller ones it is calls that cost.
    """
    large = points[points["size"] >= points["size"].max() / 10]
    return {
        what: float(np.polyfit(np.log(large["size"]), np.log(large[what]), 1)[0])
        for what in ("seconds", "products", "megabytes")
    }


STUDENTS, FILES_EACH = 300, 10
"""Folders of a class, and files in each."""

SWEEP, UPDATES = 10_000, 10_000
"""Seeds of a sweep, and updates of each training."""


def needs(record: BenchRecord) -> dict[str, Any]:
    """Minutes that a class's folders take to be checked; hours of a sweep by number of workers."""
    return {
        "minutes": record.check * STUDENTS * FILES_EACH / 60,
        "hours": {row.count: row.update * SWEEP * UPDATES / 3600 for row in record.workers},
    }


def outcome(record: BenchRecord) -> dict[str, Any]:
    """The outcome in numbers."""
    table = training_table(record)
    others = table[~table.contestant.isin([OURS, LIMIT])]
    return {
        "ours_to_limit": {
            f"{row['dtype']}, cores: {row.cores}": round(float(row["to_limit"]), 2)
            for _, row in table[table.contestant == OURS].iterrows()
        },
        "nearest_to_ours": {
            f"{dtype}, cores: {cores}": [
                group.contestant.iloc[0],
                round(group.to_ours.tolist()[0], 2),
            ]
            for (dtype, cores), group in others.groupby(["dtype", "cores"], sort=False)
        },
        "passed": bool((table.share_of_bound <= 1).all()),
    }


def render(record: BenchRecord, out: Path) -> Path:
    """Write the bench's record, pages, tables and picture into a report's folder.

    Returns:
        The English page's path.
    """
    report = ReportFolder(out)
    report.write(RESULTS, to_json(plain(record)))
    table, small, growing = training_table(record), small_table(record), growth_table(record)
    for name, rows in (("bench", table), ("small", small), ("growth", growing)):
        report.write(f"bench/{name}.csv", rows.to_csv(index=False, lineterminator="\n"))
    report.write("bench/bench.png", to_png(bench(table, OURS, LIMIT)))
    report.write("bench/growth.png", to_png(growth(growing)))
    given = {
        "record": record,
        "settings": [
            (dtype, cores, group.to_dict("records"))
            for (dtype, cores), group in table.groupby(["dtype", "cores"], sort=False)
        ],
        "small": [
            (task, group.to_dict("records")) for task, group in small.groupby("task", sort=False)
        ],
        "growth": [
            (against, points.to_dict("records"), slopes(points))
            for against, points in growing.groupby("against", sort=False)
        ],
        "needs": needs(record),
        "warm": len(record.training[0].seconds) // record.rounds,
        "peak": max(row.peak for row in record.training),
        "students": STUDENTS,
        "files": FILES_EACH,
        "sweep": SWEEP,
        "updates": UPDATES,
        "ours": OURS,
        "limit": LIMIT,
    }
    return write_pages(report, "bench", lambda _: given)
