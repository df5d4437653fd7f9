"""What the bench measured."""

from dataclasses import dataclass

from experiments.record.provenance import Provenance

SCHEMA = 3
RESULTS = "bench/results.json"
"""The record's file in a report's folder."""


@dataclass(frozen=True)
class Timed:
    """One contestant's trainings.

    Attributes:
        first: seconds of the first run, which holds what is compiled; the median of all processes.
        seconds: of the others, in all processes.
        share_of_bound: distance of the final weights from the readable loop's, in bounds.
        accuracy: at the end; None for the products, which train nothing.
        peak: gigabytes that its largest process took; 0 where the system does not say.
    """

    contestant: str
    dtype: str
    cores: int
    first: float
    seconds: tuple[float, ...]
    share_of_bound: float
    accuracy: float | None
    peak: float


@dataclass(frozen=True)
class Way:
    """A way to do one of the small tasks.

    Attributes:
        task: a key of the words under "task".
        way: a key of the words under "way".
        seconds: of every round.
        difference: largest difference from the result of the task's first way, if there is one.
        times: what a part that was timed is multiplied by, if not the whole was.
    """

    task: str
    way: str
    seconds: tuple[float, ...]
    difference: float | None
    times: int = 1


@dataclass(frozen=True)
class Point:
    """What something costs at a size, in float32 on one core.

    Attributes:
        against: what grows, a key of the words under "growth".
        size: of it.
        seconds: of every round.
        products: seconds of its products of matrices alone.
        megabytes: the most that its arrays take at once, beside the data.
    """

    against: str
    size: int
    seconds: tuple[float, ...]
    products: float
    megabytes: float


@dataclass(frozen=True)
class Workers:
    """What workers cost that trainings of other seeds are shared out to.

    Attributes:
        count: of a local Dask cluster; 0 are the processes that are used without one.
        start: seconds until each has the data.
        call: seconds of an empty call.
        update: seconds of an update of 784-20-10, over all of them.
    """

    count: int
    start: float
    call: float
    update: float


@dataclass(frozen=True)
class BenchRecord:
    """Everything.

    Attributes:
        data: what was trained on.
        absent: contestants whose packages are not installed.
        peers: versions of the optional packages that are.
        growth: how the cost grows.
        workers: what they cost that trainings are shared out to.
        check: seconds of a file among many that are checked at once.
    """

    data: str
    steps: int
    rounds: int
    absent: tuple[str, ...]
    peers: dict[str, str]
    training: tuple[Timed, ...]
    small: tuple[Way, ...]
    provenance: Provenance
    growth: tuple[Point, ...]
    workers: tuple[Workers, ...]
    check: float
    schema: int = SCHEMA
