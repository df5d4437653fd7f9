"""The kill matrix: every fault caught, every right variant let pass; over all cores."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import product

import joblib
from threadpoolctl import threadpool_limits

from experiments import provenance
from experiments.faults.functions import FUNCTION_FAULTS
from experiments.faults.kill import LARGEST, kill, kill_functions
from experiments.faults.registry import FAMILIES, Family
from experiments.faults.replay import Dictionary, on_the_probe
from experiments.faults.tolerances import alarms, usual
from experiments.processes import over_processes

RESULTS = "results.json"
SCHEMA = 1
DTYPES = ("float64", "float32")


def _task(part: str, family: Family | None, dtype: str) -> tuple[str, list[dict]]:
    with threadpool_limits(1, "blas"):
        if part == "functions":
            return "kills", kill_functions(dtype)
        if part == "usual":
            return part, usual(dtype)
        return part, {"kills": kill, "alarms": alarms, "named": named}[part](family, dtype)


def named(family: Family, dtype: str) -> list[dict]:
    """One row per fault and one for none: what replay makes of its numbers on the probe."""
    compute, _ = on_the_probe(family, dtype)
    dictionary = Dictionary(family.formulas, family.faults, compute, dtype)
    rows = []
    for fault in (None, *family.faults):
        entry = (fault,) if fault else ()
        found = dictionary.diagnose(dictionary.observed(entry))
        rows.append(
            {
                "family": family.name,
                "fault": fault.id if fault else "",
                "dtype": dtype,
                "right": found.known and found.faults == entry,
                "same": [[other.id for other in others] for others in found.same],
                "share": found.share,
                "runner_up": min(found.runner_up, LARGEST),
                "entries": len(dictionary.entries),
            }
        )
    return rows


def run(command: str, advance: Callable[[int], None]) -> dict:
    """The whole matrix, over all cores: "faults", rows of "kills", "named", "usual" and "alarms".

    Args:
        command: what was typed, for the record.
        advance: called with the number of parts finished since the last call; `len(TASKS)` in all.
    """
    found: dict[str, list[dict]] = {"kills": [], "named": [], "usual": [], "alarms": []}
    for part, rows in over_processes(joblib.delayed(_task)(*task) for task in TASKS):
        found[part] += rows
        advance(1)
    order = ["", *(fault["id"] for fault in fault_table())]
    for part in ("kills", "named"):
        found[part].sort(key=lambda row: (order.index(row["fault"]), row["family"], row["dtype"]))
    found["alarms"].sort(key=lambda row: (row["family"], row["variant"], row["dtype"]))
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    described = {"date": now} | provenance.describe(command, {})
    return {"schema": SCHEMA, "faults": fault_table(), **found, "provenance": described}


TASKS = (
    *(
        (part, family, dtype)
        for family, part, dtype in product(FAMILIES, ("kills", "alarms", "named"), DTYPES)
    ),
    *((part, None, dtype) for part, dtype in product(("usual", "functions"), DTYPES)),
)
"""What is worked on at the same time: the part, the family and the precision."""


def fault_table() -> list[dict]:
    """Every fault once, with its texts and the families that can have it."""
    table: dict[str, dict] = {}
    families = [(family.name, family.faults) for family in FAMILIES]
    for name, faults in (*families, ("functions", FUNCTION_FAULTS)):
        for fault in faults:
            texts = {key: value for key, value in asdict(fault).items() if key != "formulas"}
            entry = table.setdefault(fault.id, texts | {"families": []})
            entry["families"].append(name)
    return list(table.values())
