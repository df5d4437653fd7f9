"""The page of the corpus: how many programs were described, named, accused and missed."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.corpus.nets import DIVIDED, HIDDEN, KINDS, OUTPUTS
from experiments.corpus.run import Row, by
from experiments.record.provenance import Provenance
from experiments.record.store import ReportFolder
from experiments.report.environment import write_pages
from experiments.words import Words

FOLDER = "check"


def outcome(rows: Sequence[Row]) -> dict[str, Any]:
    """The outcome in numbers, and whether no right program was accused and no wrong one missed."""
    counts = dict(by(rows, lambda row: ""))[""]
    return counts | {"passed": not counts["accused"] and not counts["missed"]}


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """One row per program."""
    return pd.DataFrame(
        {
            "form": row.program.form,
            **row.program.kind._asdict(),
            "fault": row.program.fault,
            "verdict": row.verdict,
            "named": " ".join(row.named),
            "described": row.described,
        }
        for row in rows
    )


def render(rows: Sequence[Row], provenance: Provenance, out: Path) -> Path:
    """Write the page and the table of all programs into a report's folder.

    Returns:
        The English page's path.
    """
    report = ReportFolder(out)
    text = table(rows).to_csv(index=False, lineterminator="\n")
    report.write(f"{FOLDER}/programs.csv", text)
    return write_pages(report, FOLDER, partial(_filled, rows, provenance), room="corpus")


def _filled(rows: Sequence[Row], provenance: Provenance, _: Words) -> Mapping[str, Any]:
    """What the template is given."""
    return {
        "outcome": outcome(rows),
        "forms": dict(by(rows, lambda row: row.program.form)),
        "faults": {
            fault: counts for fault, counts in by(rows, lambda row: row.program.fault) if fault
        },
        "others": [row for row in rows if row.program.fault and not row.is_named],
        "grammar": {
            "hidden": len(HIDDEN),
            "outputs": len(OUTPUTS),
            "reductions": len(DIVIDED),
            "nets": len(KINDS),
        },
        "provenance": provenance,
    }
