"""The page of the kill matrix: which fault is caught where, and what other checks would say."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from experiments import store
from experiments.faults.kill import LARGEST
from experiments.faults.matrix import RESULTS, SCHEMA
from experiments.report import kept, plots
from experiments.report.pages import environment

RUNGS = ("start", "values", "layers", "loss", "gradient", "update", "steps", "trajectory")
COLUMNS = ("fault", "family", "dtype", "belongs", "caught", "quantity", "margin")
FIELDS = {"book": "the book's net at its start", "probe": "the probe"}


def load(folder: Path) -> dict | None:
    """The content of the matrix's `results.json`, or None if there is none.

    Raises:
        ResultsError: if it is damaged or of another schema.
    """
    return kept.load(folder / RESULTS, SCHEMA, "twins faults")


def summarise(results: Mapping) -> dict:
    """The outcome in numbers: faults, how many were caught at their rung, alarms.

    Args:
        results: the content of the matrix's `results.json`.
    """
    kills, alarms = results["kills"], results["alarms"]
    right = [row for row in kills if row["caught"] == row["belongs"]]
    return {
        "faults": len({row["fault"] for row in kills}),
        "injections": len(kills),
        "caught": sum(bool(row["caught"]) for row in kills),
        "at_their_rung": len(right),
        "comparisons": sum(row["comparisons"] for row in alarms),
        "false_alarms": sum(row["failed"] for row in alarms),
        "largest_shares": {
            rung: max(row["shares"][rung] for row in alarms) for rung in alarms[0]["shares"]
        },
        "replayed": len(results["named"]),
        "named": sum(row["right"] for row in results["named"]),
        "passed": len(right) == len(kills)
        and not any(row["failed"] for row in alarms)
        and all(row["right"] for row in results["named"]),
    }


def in_words(summary: Mapping) -> str:
    """What `summarise` gives, as a line for the terminal."""
    return (
        f"{summary['faults']} faults, {summary['injections']} injections: {summary['caught']} "
        f"caught, {summary['at_their_rung']} at their rung. {summary['comparisons']:,} right "
        f"comparisons: {summary['false_alarms']} false alarms. Replay named {summary['named']} "
        f"of {summary['replayed']}."
    )


def tolerance_table(results: Mapping) -> pd.DataFrame:
    """One row per check: faults that it accepts, and right nets that it rejects."""
    checks = list(results["usual"][0]["accepted"])
    table = pd.DataFrame({"check": checks})
    for dtype in ("float64", "float32"):
        for field in FIELDS:
            rows = [r for r in results["usual"] if (r["field"], r["dtype"]) == (field, dtype)]
            faults = [row for row in rows if row["fault"]]
            table[f"accepted, {field}, {dtype}"] = [
                sum(row["accepted"][check] for row in faults) for check in checks
            ]
        alarms = Counter()
        for row in results["alarms"]:
            if row["dtype"] == dtype:
                alarms.update(row["alarms"])
        table[f"alarms, {dtype}"] = [alarms[check] for check in checks]
    return table


def kill_table(results: Mapping) -> pd.DataFrame:
    """One row per injected fault, with the largest share of the bound on every rung."""
    return pd.DataFrame(
        {key: row[key] for key in COLUMNS} | row["shares"] for row in results["kills"]
    ).reindex(columns=[*COLUMNS, *RUNGS])


def render(results: Mapping, folder: Path) -> Path:
    """Write the kill matrix's page, tables and picture.

    Args:
        results: the content of its `results.json`.
        folder: where they go.

    Returns:
        The page's path.
    """
    report = store.ReportFolder(folder.parent)
    report.write(f"{folder.name}/{RESULTS}", store.to_json(results))
    kills = kill_table(results)
    tolerances = tolerance_table(results)
    alarms = pd.DataFrame(results["alarms"])
    for name, table in (("kill-matrix", kills), ("tolerances", tolerances)):
        report.write(f"{folder.name}/{name}.csv", table.to_csv(index=False, lineterminator="\n"))
    report.write(f"{folder.name}/kill-matrix.png", plots.to_png(plots.kill_matrix(kills, RUNGS)))
    invisible = sorted(
        {
            row["fault"]
            for row in results["usual"]
            if row["field"] == "book" and row["fault"] and row["accepted"]["running bound"]
        }
    )
    faults = [
        fault | {"margins": _margins(kills[kills.fault == fault["id"]])}
        for fault in results["faults"]
    ]
    nets = {dtype: int(alarms[alarms.dtype == dtype].nets.sum()) for dtype in alarms.dtype.unique()}
    per_variant = alarms.groupby(["family", "variant"], sort=False)
    page = (
        environment()
        .get_template("faults.md.j2")
        .render(
            summary=summarise(results),
            faults=faults,
            by_rung=Counter(fault["rung"] for fault in results["faults"]),
            rungs=RUNGS,
            single_pass=sum(
                1 for row in results["usual"] if row["fault"] and row["dtype"] == "float64"
            )
            // len(FIELDS),
            tolerances=tolerances.to_dict("records"),
            invisible=invisible,
            nets=nets,
            variants=[
                (family, variant, int(rows.comparisons.sum()), int(rows.failed.sum()))
                for (family, variant), rows in per_variant
            ],
            entries={row["family"]: row["entries"] for row in results["named"]},
            unnamed=[row for row in results["named"] if not row["right"]],
            provenance=results["provenance"],
        )
    )
    path = report.write(f"{folder.name}/README.md", page)
    report.finish([folder.name])
    return path


def _margins(rows: pd.DataFrame) -> dict[str, str]:
    """The smallest margin of a fault over its families, by precision."""
    margins = {}
    for dtype, found in rows.groupby("dtype"):
        smallest = found.margin.min()
        margins[dtype] = "∞" if smallest >= LARGEST else f"{smallest:.1g}"
    return margins
