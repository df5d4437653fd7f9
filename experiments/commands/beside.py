"""What the records of the other commands say, for the page that shows everything."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.report.web import Beside


def beside(out: Path) -> "Beside":
    """The kill matrix and the bench of a report's folder, as far as they are there."""
    from experiments.bench import page as bench
    from experiments.faults import page as faults
    from experiments.record.results import RecordError
    from experiments.report.web import Beside

    found: dict[str, Any] = {}
    with contextlib.suppress(RecordError):  # of an earlier version: as good as absent
        if record := faults.load(out):
            found |= {
                "faults": faults.outcome(record),
                "tolerances": faults.tolerances(record),
                "single_pass": faults.single_pass(record),
            }
    with contextlib.suppress(RecordError):
        if timed := bench.load(out):
            table = bench.training_table(timed)
            shown = table[(table.dtype == "float32") & (table.cores == 1)].sort_values("seconds")
            found |= {
                "speed": tuple(zip(shown.contestant, shown.seconds, strict=True)),
                "speed_date": timed.provenance.date,
                "speed_updates": timed.steps,
            }
    return Beside(**found)
