"""The kill matrix: every mistake caught, every right variant let pass; over all cores."""

from collections.abc import Callable
from itertools import product
from typing import Any

import joblib
from threadpoolctl import threadpool_limits

from experiments import subjects
from experiments.faults.kill import kill, kill_functions
from experiments.faults.record import FaultsRecord, Known, Named
from experiments.faults.replay import Dictionary, on_the_probe
from experiments.faults.tolerances import alarms, usual
from experiments.record import provenance
from experiments.subjects.subject import Family, Mistake
from experiments.suite.processes import over_processes

DTYPES = ("float64", "float32")


def _task(part: str, family: Family | None, dtype: str) -> tuple[str, Any]:
    with threadpool_limits(1, "blas"):
        if family is None:
            return part, kill_functions(dtype) if part == "kills" else usual(dtype)
        return part, {"kills": kill, "alarms": alarms, "named": named}[part](family, dtype)


def named(family: Family, dtype: str) -> list[Named]:
    """What replay makes of the numbers of every mistake, and of none, on the probe."""
    compute, _ = on_the_probe(family, dtype)
    dictionary = Dictionary(family.formulas, family.mistakes, compute, dtype)
    found = []
    for mistake in (None, *family.mistakes):
        entry = (mistake,) if mistake else ()
        diagnosis = dictionary.diagnose(dictionary.observed(entry))
        found.append(
            Named(
                family=family.name,
                mistake=mistake.id if mistake else "",
                dtype=dtype,
                right=diagnosis.known and diagnosis.faults == entry,
                share=diagnosis.share,
                runner_up=diagnosis.runner_up,
                entries=len(dictionary.entries),
            )
        )
    return found


def run(command: str, advance: Callable[[int], None]) -> FaultsRecord:
    """The whole matrix, over all cores.

    Args:
        command: what was typed, for the record.
        advance: called with the number of parts finished since the last call; `len(TASKS)` in all.
    """
    found: dict[str, list[Any]] = {"kills": [], "named": [], "usual": [], "alarms": []}
    for part, rows in over_processes(joblib.delayed(_task)(*task) for task in TASKS):
        found[part] += rows
        advance(1)
    known = known_mistakes()
    order = ["", *(mistake.id for mistake in known)]
    for part in ("kills", "named"):
        found[part].sort(key=lambda row: (order.index(row.mistake), row.family, row.dtype))
    found["alarms"].sort(key=lambda row: (row.family, row.variant, row.dtype))
    found["usual"].sort(key=lambda row: (row.field, row.dtype, order.index(row.mistake)))
    rows_by_part: dict[str, Any] = {part: tuple(rows) for part, rows in found.items()}
    return FaultsRecord(known, **rows_by_part, provenance=provenance.describe(command, {}))


TASKS = (
    *(
        (part, family, dtype)
        for family, part, dtype in product(
            subjects.families().values(), ("kills", "alarms", "named"), DTYPES
        )
    ),
    *((part, None, dtype) for part, dtype in product(("usual", "kills"), DTYPES)),
)
"""What is worked on at the same time: the part, the family and the precision."""


def known_mistakes() -> tuple[Known, ...]:
    """Every mistake once, with the families that can have it."""
    owners: dict[str, list[str]] = {}
    first: dict[str, Mistake] = {}
    families = [(family.name, family.mistakes) for family in subjects.families().values()]
    for name, mistakes in (*families, ("functions", subjects.mistakes())):
        for mistake in mistakes:
            first.setdefault(mistake.id, mistake)
            owners.setdefault(mistake.id, []).append(name)
    return tuple(
        Known(mistake.id, mistake.rung, mistake.convention, tuple(owners[mistake.id]))
        for mistake in first.values()
    )
