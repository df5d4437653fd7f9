"""Central differences of a loss."""

from collections.abc import Callable, Iterable

import numpy as np

H, MOST = 1e-6, 8
"""Half of a difference, so small that few units of large nets are that near to a kink; elements of
an array at which differences are taken."""


def slopes(loss: Callable[[], float], at: np.ndarray, places: Iterable[int]) -> np.ndarray:
    """(L(a + h) - L(a - h)) / 2h at some elements of an array, which is changed meanwhile."""
    found = []
    for place in places:
        kept, ends = at.flat[place], []
        for step in (H, -H):
            at.flat[place] = kept + step
            ends.append(loss())
        at.flat[place] = kept
        found.append((ends[0] - ends[1]) / (2 * H))
    return np.array(found)


def some_of(array: np.ndarray) -> list[int]:
    """Places of some elements, spread over an array."""
    return np.linspace(0, array.size - 1, min(MOST, array.size)).astype(int).tolist()
