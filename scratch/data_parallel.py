"""Data parallelism: several processes share every batch, and take one step together.

E is a mean over the batch, so its gradient is the sum of what the parts of the batch give, each
divided by the size of the whole. Each process computes what its part gives, and shows it to all.

A step of a small net takes some 100 µs, and waking a process up takes as long as that: whoever has
to wait for the others asks again and again, and only after a while lays itself to rest.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore
from multiprocessing.util import Finalize
from typing import Any

import numpy as np

ASKED = 10_000
"""How often a process asks for another before it rests."""

PATIENCE = 60.0
"""Seconds that it rests at most."""

Gates = Sequence[Sequence[Semaphore]]
"""`gates[i][j]` is opened by process i for process j."""


class AbsentError(RuntimeError):
    """Another process did not come, or has ended."""


class Share:
    """The part of one of several processes.

    Args:
        rank: its number, from 0.
        count: of processes.
        memory: bytes that all see; in equal parts two rooms for each, and one for all together.
        gates: by which they meet.
    """

    def __init__(
        self,
        rank: int,
        count: int,
        memory: Any = b"",  # noqa: ANN401
        gates: Gates = (),
    ) -> None:
        self.rank = rank
        self.count = count
        parts = np.frombuffer(memory, np.uint8).reshape(2 * count + 1, -1)
        self._rooms = parts[:-1].reshape(2, count, -1)
        self._common = parts[-1]
        self._gates = gates
        self._turn = 0

    def of(self, number: int) -> slice:
        """This process' part of so many things."""
        return slice(*(number * rank // self.count for rank in (self.rank, self.rank + 1)))

    def show(self, values: np.ndarray) -> np.ndarray:
        """What every process shows, shape (processes, n); it stays until this one's next call.

        The two rooms are used in turn: before anybody writes to one again all have come to the next
        call, and so have done with it.

        Args:
            values: this process' array, shape (n,); n and type are the same in all.

        Raises:
            AbsentError: if another process does not come.
        """
        if self.count == 1:
            return values[np.newaxis]
        room = self._rooms[self._turn, :, : values.nbytes].view(values.dtype)
        self._turn = 1 - self._turn
        room[self.rank] = values
        self.meet()
        return room

    def shared(self, values: np.ndarray) -> np.ndarray:
        """An array of these values, the same in all processes, of which each may change its part.

        The others see what was changed when they have met again.
        """
        if self.count == 1:
            return values
        self.meet()  # who is behind may be reading what was shared before
        shared = self._common[: values.nbytes].view(values.dtype).reshape(values.shape)
        shared[...] = values
        self.meet()
        return shared

    def meet(self) -> None:
        """Go on when all have come so far.

        Raises:
            AbsentError: if another process does not come.
        """
        others = [other for other in range(self.count) if other != self.rank]
        for other in others:
            self._gates[self.rank][other].release()
        for other in others:
            gate = self._gates[other][self.rank]
            came = any(gate.acquire(block=False) for _ in range(ASKED))
            if not came and not gate.acquire(timeout=PATIENCE):
                raise AbsentError(f"process {other} of {self.count} did not come")


ALONE = Share(0, 1)
"""The share of a process without others: everything."""


class Team:
    """Processes that do the same on the same data, each for its share.

    This process is the first of them; the others end with it, with the team, by `close()`, or when
    something goes wrong. All are ready when the team is.

    Args:
        count: how many.
        room: bytes of the largest array that they show each other.
        make: a function of a module; `make(share, *arguments)` gives what a process works on.
        arguments: copied for every other process.

    Raises:
        AbsentError: if another process ends before it is ready.
    """

    def __init__(self, count: int, room: int, make: Callable[..., Any], *arguments: object) -> None:
        spawn = get_context("spawn")
        memory = spawn.RawArray("B", (2 * count + 1) * room)
        gates = [[spawn.Semaphore(0) for _ in range(count)] for _ in range(count)]
        self._others: list[Connection] = []
        self.close = Finalize(self, _close, (self._others,), exitpriority=0)
        for rank in range(1, count):
            here, there = spawn.Pipe()
            given = (there, rank, count, memory, gates, make, arguments)
            spawn.Process(target=_serve, args=given, daemon=True).start()
            there.close()
            self._others.append(here)
        self.share = Share(0, count, memory, gates)
        self._made = make(self.share, *arguments)
        self._answers()

    def __call__(self, work: Callable[..., Any], *arguments: object) -> list[Any]:
        """What `work(share, made, *arguments)` gives in every process, in their order.

        Args:
            work: a function of a module.
            arguments: copied for every other process.

        Raises:
            AbsentError: if another process does not come, or has ended.
        """
        try:
            with _told():
                for other in self._others:
                    other.send((work, arguments))
            return [work(self.share, self._made, *arguments), *self._answers()]
        except BaseException:
            self.close()  # who knows what the others have begun
            raise

    def _answers(self) -> list[Any]:
        with _told():
            return [other.recv() for other in self._others]


@contextmanager
def _told() -> Iterator[None]:
    """Tell of a process that has ended, to which or from which the body sends."""
    try:
        yield
    except (EOFError, ConnectionError):
        raise AbsentError("another process has ended") from None


def _close(connections: Sequence[Connection]) -> None:
    for connection in connections:
        connection.close()


def _serve(
    connection: Connection,
    rank: int,
    count: int,
    memory: Any,  # noqa: ANN401
    gates: Gates,
    make: Callable[..., Any],
    arguments: tuple,
) -> None:
    """Do what the first process asks for, until it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first one is told
    share = Share(rank, count, memory, gates)
    made = make(share, *arguments)
    answer: Any = None
    while True:
        try:
            connection.send(answer)
            work, given = connection.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer = work(share, made, *given)
        except AbsentError:
            return
