"""How other processes tell this one of their progress."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from threading import Lock, Thread

from experiments.suite.processes import unheard

Progress = Callable[[str, int], Callable[[int], None]]
"""Called with a label and the number of steps; gives the function that is told of steps done."""


@dataclass(frozen=True)
class Relay:
    """A `Progress` for other processes: what it is told, it passes on to this one's.

    Attributes:
        address: where this process listens.
        key: by which the others prove that they are its own.
    """

    address: str
    key: bytes = field(repr=False)

    def __call__(self, label: str, total: int) -> Callable[[int], None]:
        """See `Progress`."""
        self._advance(label, total, 0)
        return partial(self._advance, label, total)

    def _advance(self, label: str, total: int, steps: int) -> None:
        """Tell of some steps, and wait until that has been heard."""
        with _telling, suppress(EOFError, OSError):  # who listened has been ended
            connection = _connected(self.address, self.key)
            connection.send((label, total, steps))
            connection.recv()


_telling = Lock()


@cache
def _connected(address: str, key: bytes) -> Connection:
    return Client(address, authkey=key)


@contextmanager
def relayed(progress: Progress) -> Iterator[Relay]:
    """What other processes are given in the body, to tell `progress` of their steps."""
    key = os.urandom(16)
    with Listener(authkey=key) as listener:
        with unheard():
            Thread(target=_listen, args=(listener, progress), daemon=True).start()
        yield Relay(listener.address, key)


def _listen(listener: Listener, progress: Progress) -> None:
    """Hear every process that comes, each by a thread, until nobody is listened to any more."""
    advances: dict[str, Callable[[int], None]] = {}
    lock = Lock()
    with suppress(OSError):
        while True:
            with suppress(EOFError, ConnectionError, AuthenticationError):  # who came has gone
                heard = listener.accept(), advances, lock, progress
                Thread(target=_hear, args=heard, daemon=True).start()


def _hear(
    connection: Connection,
    advances: dict[str, Callable[[int], None]],
    lock: Lock,
    progress: Progress,
) -> None:
    with suppress(EOFError, OSError):
        while True:
            label, total, steps = connection.recv()
            with lock:
                if label not in advances:
                    advances[label] = progress(label, total)
                else:
                    advances[label](steps)
            connection.send(True)
