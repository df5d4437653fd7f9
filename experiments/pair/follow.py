"""A side followed along its training: losses, and the weights at every checkpoint."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from experiments.judge.ladder import Arrays, History
from experiments.pair.pair import Pair
from experiments.pair.sides import Batches, Side
from experiments.spec import Training

SEGMENT = 500
"""Steps after which progress is told and an interrupt is heard."""

Advance = Callable[[int], None]
"""Told of the number of steps done since the last call."""


def silent(steps: int) -> None:
    """Tells nobody."""


@np.errstate(all="ignore")
def follow(
    training: Training,
    side: Side,
    start: Arrays,
    batches: Batches,
    advance: Advance = silent,
) -> History:
    """Train one side, keeping the weights at every checkpoint.

    NumPy's warnings are off, here and wherever sides are followed or observed: what is not finite
    is found and reported as such.

    Args:
        training: what is trained.
        side: the implementation.
        start: the parameters to start with.
        batches: row indices of every step.
        advance: told of the steps done.
    """
    params = side.begin(start)
    checkpoints, losses, terms, seconds = {0: params}, [], [], 0.0
    ordered = sorted({*training.checkpoints, *range(SEGMENT, training.steps, SEGMENT)})
    for first, last in zip((0, *ordered), ordered, strict=False):
        began = time.perf_counter()
        trained = side.train(params, batches[first:last], training.learning_rate)
        seconds += time.perf_counter() - began
        params = trained.params
        losses.append(trained.losses)
        terms.append(trained.terms)
        if last in training.checkpoints:
            checkpoints[last] = params
        advance(last - first)
    return History(np.concatenate(losses), np.concatenate(terms), checkpoints, seconds)


def follow_both(pair: Pair, advances: Sequence[Advance]) -> tuple[History, History]:
    """Train both sides at the same time, a thread each: they work outside of Python's lock.

    An interrupt stops both at the end of their present segments.
    """
    stopped = threading.Event()

    def stoppable(advance: Advance) -> Advance:
        def advance_or_stop(steps: int) -> None:
            if stopped.is_set():
                raise KeyboardInterrupt
            advance(steps)

        return advance_or_stop

    def one(side: Side, advance: Advance) -> History:
        return follow(pair.training, side, pair.start, pair.batches, stoppable(advance))

    with ThreadPoolExecutor(2) as pool:
        try:
            scratch, keras = pool.map(one, pair.sides, advances)
        except BaseException:
            stopped.set()
            raise
    return scratch, keras
