"""What an injection of every mistake found out."""

from dataclasses import dataclass, field

from experiments.record.provenance import Provenance

SCHEMA = 2
RESULTS = "faults/results.json"
"""The record's file in a report's folder."""


@dataclass(frozen=True)
class Kill:
    """A mistake injected into the scratch side, and what caught it.

    Attributes:
        family: the net it was put into, or "functions".
        mistake: its id.
        dtype: of both sides.
        belongs: the rung where it must be caught first.
        caught: the rung where it was; empty if it got away.
        state: of the weights there.
        quantity: what differed first.
        margin: by how many times its bound.
        shares: the largest share of the bound on every rung.
    """

    family: str
    mistake: str
    dtype: str
    belongs: str
    caught: str
    state: str
    quantity: str
    margin: float
    shares: dict[str, float]


@dataclass(frozen=True)
class Named:
    """What replay makes of the numbers of a mistake, or of the right computation.

    Attributes:
        mistake: its id; empty for none.
        right: whether it was named, and it alone.
        entries: of the dictionary.
    """

    family: str
    mistake: str
    dtype: str
    right: bool
    share: float
    runner_up: float
    entries: int


@dataclass(frozen=True)
class Accepted:
    """Which checks accept a net with a mistake (or with none), on one field.

    Attributes:
        field: "book" or "probe".
        accepted: by the name of the check.
    """

    field: str
    dtype: str
    mistake: str
    accepted: dict[str, bool]


@dataclass
class Alarms:
    """Comparisons of a right variant, counted over many nets."""

    family: str
    variant: str
    dtype: str
    nets: int = 0
    comparisons: int = 0
    failed: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """A mistake that is known, the rung where it belongs, and the families that can have it."""

    id: str
    rung: str
    convention: bool
    families: tuple[str, ...]


@dataclass(frozen=True)
class FaultsRecord:
    """Everything."""

    mistakes: tuple[Known, ...]
    kills: tuple[Kill, ...]
    named: tuple[Named, ...]
    usual: tuple[Accepted, ...]
    alarms: tuple[Alarms, ...]
    provenance: Provenance
    schema: int = SCHEMA
