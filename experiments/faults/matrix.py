"""The kill matrix: every mistake caught, every right variant let pass; over all cores."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import joblib
from threadpoolctl import threadpool_limits

from experiments import subjects
from experiments.faults import along, edits
from experiments.faults.kill import kill, kill_functions
from experiments.faults.record import Along, FaultsRecord, Kill, Known, Named
from experiments.faults.replay import Dictionary, on_the_probe
from experiments.faults.tolerances import alarms, usual
from experiments.record import provenance
from experiments.subjects.subject import Family, Mistake
from experiments.suite.processes import over_processes

DTYPES = ("float64", "float32")


def _task(part: str, of: Any, dtype: str) -> tuple[str, Any]:  # noqa: ANN401 - as in `tasks`
    with threadpool_limits(1, "blas"):
        return part, PARTS[part](of, dtype)


def named(family: Family, dtype: str) -> list[Named]:
    """What replay makes of the numbers of every mistake, and of none, on the probe."""
    compute, _ = on_the_probe(family, dtype)
    dictionary = Dictionary(family.formulas, family.mistakes, compute, dtype)
    found = []
    for mistake in (None, *family.mistakes):
        entry = (mistake,) if mistake else ()
        observed = dictionary.observed(entry)
        diagnosis, runner_up = dictionary.diagnose_with_runner_up(observed)
        found.append(
            Named(
                family=family.name,
                mistake=mistake.id if mistake else "",
                dtype=dtype,
                right=diagnosis.known and diagnosis.faults == entry,
                share=diagnosis.share,
                runner_up=runner_up,
                entries=len(dictionary.entries),
            )
        )
    return found


def tasks(seeds: int = 0) -> list[tuple[str, Any, str]]:
    """What is worked on at the same time: the part, what it is of, and the precision.

    Args:
        seeds: under which right twins are followed along whole trainings.
    """
    of: list[tuple[str, Any]] = [
        *(("edits", ground) for ground in edits.GROUNDS),
        *product(("kills", "alarms", "named"), subjects.families().values()),
        ("usual", None),
        ("kills", None),
        *(("along", followed) for followed in product(along.trainings(), range(seeds))),
    ]
    return [(part, which, dtype) for part, which in of for dtype in DTYPES]


def run(
    command: str, todo: Sequence[tuple[str, Any, str]], advance: Callable[[int], None]
) -> FaultsRecord:
    """The whole matrix, over all cores.

    Args:
        command: what was typed, for the record.
        todo: see `tasks`.
        advance: called with the number of tasks finished since the last call.
    """
    found: dict[str, list[Any]] = {part: [] for part in PARTS}
    for part, rows in over_processes(joblib.delayed(_task)(*task) for task in todo):
        found[part] += rows
        advance(1)
    known = known_mistakes()
    order = ["", *(mistake.id for mistake in known)]
    for part in ("kills", "named"):
        found[part].sort(key=lambda row: (order.index(row.mistake), row.family, row.dtype))
    found["alarms"].sort(key=lambda row: (row.family, row.variant, row.dtype))
    found["usual"].sort(key=lambda row: (row.field, row.dtype, order.index(row.mistake)))
    found["edits"].sort(key=lambda row: (list(edits.GROUNDS).index(row.ground), row.file))
    found["along"].sort(key=lambda row: (row.name, row.dtype, row.seed))
    rows_by_part: dict[str, Any] = {part: tuple(rows) for part, rows in found.items()}
    described = provenance.describe(command, {})
    return FaultsRecord(
        known,
        **rows_by_part,
        provenance=described,
        along_provenance=described if found["along"] else None,
    )


def with_kept(record: FaultsRecord, present: FaultsRecord | None) -> FaultsRecord:
    """With the right twins along whole trainings of an earlier run, if this one has none."""
    if record.along or present is None:
        return record
    return replace(record, along=present.along, along_provenance=present.along_provenance)


def _kills(family: Family | None, dtype: str) -> list[Kill]:
    return kill(family, dtype) if family else kill_functions(dtype)


def _along(training_and_seed: tuple[str, int], dtype: str) -> list[Along]:
    return [along.along(*training_and_seed, dtype)]


PARTS: dict[str, Callable[[Any, str], list[Any]]] = {
    "kills": _kills,
    "alarms": alarms,
    "named": named,
    "usual": lambda _, dtype: usual(dtype),
    "edits": edits.try_edits,
    "along": _along,
}
"""What is found out, each given what it is of and the precision; a part of the record."""


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
