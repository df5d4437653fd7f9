"""A contestant: a way to train the book's net, written as one would who wants it fast that way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.bench.task import Task
from scratch.network import Arrays

Trained = tuple[Arrays, list[float]]
"""The final weights, and the accuracies on all 70,000 images after every 600 updates."""


@dataclass(frozen=True)
class Contestant:
    """A way to train the net.

    Attributes:
        name: of it.
        prepare: gets ready for the task, and returns what trains from the start.
        needs: modules without which it cannot take part.
        threads: of NumPy's BLAS: 1, or 0 for as many as there are cores.
    """

    name: str
    prepare: Callable[[Task], Callable[[], Trained]]
    needs: Sequence[str] = ()
    threads: int = 0


OURS, LIMIT, REFERENCE = "ours", "matrix products alone", "plain NumPy"
"""Names of those that the others are held against."""
