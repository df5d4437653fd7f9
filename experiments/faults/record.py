"""What an injection of every mistake found out."""

from dataclasses import dataclass, field

from experiments.record.provenance import Provenance

SCHEMA = 3
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
class Edited:
    """An edit of the scratch side's source text, and what caught it.

    Attributes:
        ground: the training on which it was tried.
        file: of `scratch`.
        old: the text that was replaced.
        new: what it was replaced by.
        dtype: of both sides.
        belongs: the rung where it must be caught first; empty if nothing may be.
        unseen: why it cannot be seen; empty if it can, or is right.
        caught: the rung where it was; empty if it was not.
        state: of the weights there.
        quantity: what differed first.
        share: of the bound there, or the largest of all.
        comparisons: how many were made.
    """

    ground: str
    file: str
    old: str
    new: str
    dtype: str
    belongs: str
    unseen: str
    caught: str
    state: str
    quantity: str
    share: float
    comparisons: int


@dataclass(frozen=True)
class Along:
    """Right twins of a whole training under one seed.

    Attributes:
        name: experiment and training.
        twins: other right ways to compute it, Keras among them.
        comparisons: with the right scratch side, along the training.
        alarms: how many left their limits.
        largest: share of a limit.
    """

    name: str
    dtype: str
    seed: int
    twins: int
    comparisons: int
    alarms: int
    largest: float


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
    """Everything; right twins along whole trainings may be of an earlier run."""

    mistakes: tuple[Known, ...]
    kills: tuple[Kill, ...]
    named: tuple[Named, ...]
    usual: tuple[Accepted, ...]
    alarms: tuple[Alarms, ...]
    edits: tuple[Edited, ...]
    along: tuple[Along, ...]
    provenance: Provenance
    along_provenance: Provenance | None = None
    schema: int = SCHEMA
