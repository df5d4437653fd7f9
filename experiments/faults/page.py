"""The page of the kill matrix: which mistake is caught where, and what other checks would say."""

from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.faults.along import UPDATES_OF_IMAGES
from experiments.faults.plot import kill_matrix
from experiments.faults.record import RESULTS, SCHEMA, Edited, FaultsRecord
from experiments.judge.rungs import RUNGS
from experiments.record.results import plain, read_if_there
from experiments.record.store import ReportFolder, to_json
from experiments.report.environment import Phrases, write_pages
from experiments.report.plots import to_png
from experiments.words import Words

COLUMNS = ("mistake", "family", "dtype", "belongs", "caught", "quantity", "margin")
FIELDS = ("book", "probe")


def load(out: Path) -> FaultsRecord | None:
    """The record of the matrix in a report's folder, or None if there is none.

    Raises:
        RecordError: if it is damaged or of another schema.
    """
    found: FaultsRecord | None = read_if_there(out / RESULTS, FaultsRecord, SCHEMA, "twins faults")
    return found


def outcome(record: FaultsRecord) -> dict[str, Any]:
    """The outcome in numbers: mistakes, how many were caught at their rung, alarms."""
    kills, alarms = record.kills, record.alarms
    right = [kill for kill in kills if kill.caught == kill.belongs]
    failed = sum(row.failed for row in alarms)
    return {
        "faults": len({kill.mistake for kill in kills}),
        "injections": len(kills),
        "caught": sum(bool(kill.caught) for kill in kills),
        "at_their_rung": len(right),
        "comparisons": sum(row.comparisons for row in alarms),
        "false_alarms": failed,
        "replayed": len(record.named),
        "named": sum(row.right for row in record.named),
        **_outcome_of_edits(record),
        "twins": sum(row.twins for row in record.along),
        "twin_alarms": sum(row.alarms for row in record.along),
        "passed": len(right) == len(kills)
        and not failed
        and all(row.right for row in record.named)
        and all(row.caught == row.belongs for row in record.edits)
        and not any(row.alarms for row in record.along),
    }


def _outcome_of_edits(record: FaultsRecord) -> dict[str, int]:
    """How many edits are faults and were caught, cannot be seen, or are right and let pass."""
    seen = [row for row in record.edits if row.belongs]
    right = [row for row in record.edits if not row.belongs and not row.unseen]
    return {
        "edits": len(
            {(row.ground, row.file, row.old, row.new) for row in [*seen, *unseen(record)]}
        ),
        "edits_tried": len(seen),
        "edits_at_their_rung": sum(row.caught == row.belongs for row in seen),
        "unseen": len(unseen(record)),
        "right_edits": len(right),
        "right_edits_rejected": sum(bool(row.caught) for row in right),
    }


def unseen(record: FaultsRecord) -> list[Edited]:
    """The edits that no comparison can see."""
    return [row for row in record.edits if row.unseen]


def _edit_rows(record: FaultsRecord) -> list[tuple[Edited, dict[str, Edited]]]:
    """Every edit that is a fault once, with what became of it in each precision."""
    found: dict[tuple[str, ...], dict[str, Edited]] = {}
    for row in record.edits:
        if row.belongs or row.unseen:
            found.setdefault((row.ground, row.file, row.old, row.new), {})[row.dtype] = row
    return [(next(iter(by_dtype.values())), by_dtype) for by_dtype in found.values()]


def tolerance_table(record: FaultsRecord) -> pd.DataFrame:
    """One row per check: mistakes that it accepts, and right nets that it rejects."""
    checks = list(record.usual[0].accepted)
    table = pd.DataFrame({"check": checks})
    for dtype in ("float64", "float32"):
        for field in FIELDS:
            rows = [
                row
                for row in record.usual
                if (row.field, row.dtype) == (field, dtype) and row.mistake
            ]
            counts = [sum(row.accepted[check] for row in rows) for check in checks]
            table[f"accepted, {field}, {dtype}"] = counts
        alarms: Counter[str] = Counter()
        for of_variant in record.alarms:
            if of_variant.dtype == dtype:
                alarms.update(of_variant.alarms)
        table[f"alarms, {dtype}"] = [alarms[check] for check in checks]
    return table


def single_pass(record: FaultsRecord) -> int:
    """How many mistakes of the TwoLayerNet show in a single pass."""
    return len({row.mistake for row in record.usual if row.mistake})


def tolerances(record: FaultsRecord) -> list[dict[str, Any]]:
    """By check, the mistakes that it accepts on the book's net, and the right nets it rejects.

    Both in float64.
    """
    table = tolerance_table(record)
    accepted, alarms = table["accepted, book, float64"], table["alarms, float64"]
    return [
        {"check": check, "accepted": int(missed), "alarms": int(rejected)}
        for check, missed, rejected in zip(table.check, accepted, alarms, strict=True)
    ]


def edit_table(record: FaultsRecord) -> pd.DataFrame:
    """One row per edit and precision."""
    return pd.DataFrame(plain(row) for row in record.edits)


def kill_table(record: FaultsRecord) -> pd.DataFrame:
    """One row per injection, with the largest share of the bound on every rung."""
    return pd.DataFrame(
        {key: getattr(kill, key) for key in COLUMNS} | kill.shares for kill in record.kills
    ).reindex(columns=[*COLUMNS, *RUNGS])


def render(record: FaultsRecord, out: Path) -> Path:
    """Write the kill matrix's record, pages, tables and picture into a report's folder.

    Returns:
        The English page's path.
    """
    report = ReportFolder(out)
    report.write(RESULTS, to_json(plain(record)))
    kills, tolerances = kill_table(record), tolerance_table(record)
    tables = {"kill-matrix": kills, "tolerances": tolerances, "edits": edit_table(record)}
    for name, table in tables.items():
        report.write(f"faults/{name}.csv", table.to_csv(index=False, lineterminator="\n"))
    report.write("faults/kill-matrix.png", to_png(kill_matrix(kills, RUNGS)))
    return write_pages(report, "faults", partial(_filled, record, kills, tolerances))


def _filled(
    record: FaultsRecord, kills: pd.DataFrame, tolerances: pd.DataFrame, say: Words
) -> dict[str, Any]:
    """What the template is given."""
    alarms = record.alarms
    rungs = [rung for rung in RUNGS if any(rung in row.shares for row in alarms)]
    largest = {rung: max(row.shares.get(rung, 0.0) for row in alarms) for rung in rungs}
    invisible = {
        row.mistake
        for row in record.usual
        if row.field == "book" and row.mistake and row.accepted["running bound"]
    }
    variants: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in alarms:
        counts = {"comparisons": row.comparisons, "failed": row.failed}
        variants[row.family, row.variant].update(counts)
    return {
        "outcome": outcome(record),
        "mistakes": [
            (mistake, _margins(kills[kills.mistake == mistake.id])) for mistake in record.mistakes
        ],
        "shares": ", ".join(f"{say(f'rung.{r}')} {share:.2f}" for r, share in largest.items()),
        "by_rung": Counter(mistake.rung for mistake in record.mistakes),
        "rungs": RUNGS,
        "single_pass": single_pass(record),
        "tolerances": tolerances.to_dict("records"),
        "invisible": ", ".join(sorted(invisible)),
        "nets": _nets(record),
        "variants": variants,
        "entries": ", ".join(
            f"{n:,} ({family})"
            for family, n in {row.family: row.entries for row in record.named}.items()
        ),
        "unnamed": [row for row in record.named if not row.right],
        "edits": _edit_rows(record),
        "unseen": unseen(record),
        "shared": Phrases(say).shared(),
        "along": record.along,
        "updates_of_images": UPDATES_OF_IMAGES,
        "seeds": len({row.seed for row in record.along}),
        "largest_along": max((row.largest for row in record.along), default=0.0),
        "along_provenance": record.along_provenance,
        "provenance": record.provenance,
    }


def _nets(record: FaultsRecord) -> dict[str, int]:
    """How many right nets were compared in each precision."""
    found: Counter[str] = Counter()
    for row in record.alarms:
        found[row.dtype] += row.nets
    return dict(found)


def _margins(rows: pd.DataFrame) -> dict[str, str]:
    """The smallest margin of a mistake over its families, by precision."""
    return {str(dtype): f"{of_dtype.margin.min():.1g}" for dtype, of_dtype in rows.groupby("dtype")}
