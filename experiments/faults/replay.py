"""Replay: which mistake computes exactly these numbers?

A dictionary holds what a computation would give with no fault, with every single fault, and with
every two that can go together. Numbers from an unknown computation are looked up in it: they must
equal an entry's to rounding, everywhere. What equals none is unknown, and nothing is guessed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from experiments.data.probe import Sizes, probe
from experiments.judge.bounds import Bounded
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.subject import Family, Mistake

NEAREST = 10
"""Entries whose error bounds are worked out, the nearest ones first."""

KEPT = 128
"""Entries whose error bounds are remembered: like programs are near the same ones."""

ENOUGH = 0.1
"""Share of an array's largest element, the right or the wrong one's, to which an entry must equal
what was seen, however loose its bound."""

FAR = 1.0
"""Distances from here on are alike, so that no exploding quantity outweighs all the others."""

Wrap = Callable[[np.ndarray], np.ndarray | Bounded]
Compute = Callable[[Formulas, Wrap], Mapping[str, np.ndarray | Bounded]]


@dataclass(frozen=True)
class Diagnosis:
    """What an unknown computation does.

    Attributes:
        known: whether its numbers equal those of an entry.
        faults: of that entry; none if the computation is right, or unknown.
        share: the largest share of the error bound that the entry leaves unexplained; at most 1
            for what is known.
        runner_up: the same of the next entry with other numbers: how clear the case is.
        same: the faults of other entries, not larger, that explain the numbers as well.
    """

    known: bool
    faults: tuple[Mistake, ...]
    share: float
    runner_up: float
    same: tuple[tuple[Mistake, ...], ...] = ()


def steps_of_training(
    drawn: Mapping[str, np.ndarray],
    samples: np.ndarray,
    targets: np.ndarray,
    batches: Sequence[np.ndarray],
    rate: float,
    names: Sequence[str],
) -> Compute:
    """What computes quantities of a net's first updates from a table of formulas.

    Args:
        drawn: the parameters to start with.
        samples: all samples.
        targets: all targets.
        batches: rows of every step.
        rate: the learning rate.
        names: quantities of the first step, as "y" or "gW1"; of later ones as "recorded@2".
    """

    def compute(formulas: Formulas, wrap: Wrap) -> dict[str, np.ndarray | Bounded]:
        wrapped = {n: wrap(values) for n, values in drawn.items()}
        given: dict[str, Any] = {
            "start": Values(formulas, drawn=wrapped).initial,
            "samples": wrap(samples),
            "targets": targets,
            "first_rows": batches[0],
            "shift": 1 if len(batches) > 1 else 0,
            "rate": rate,
        }
        previous, found = None, {}
        for step, rows in enumerate(batches):
            values = Values(formulas, **given, rows=rows, step=step, previous=previous)
            for name in names:
                quantity, _, at = name.partition("@")
                if int(at or 0) == step:
                    found[name] = getattr(values, quantity)
            if step + 1 < len(batches):
                values.updated  # noqa: B018 (computed now, before the step before is let go)
            values.previous = None
            previous = values
        return found

    return compute


LEARNING_RATE = 0.03
PROBE = Sizes(14, 12, (9, 11), 5)
BATCHES = (np.arange(7), np.arange(7, 14), np.array([3, 9, 5, 1, 12, 7, 0]))
"""The probe of whole families: a small rate, so that no wrong training explodes at once."""


def on_the_probe(family: Family, dtype: str) -> tuple[Compute, list[str]]:
    """What computes the first three updates of a family's net, and the names of all quantities.

    Outputs (with far logits as well), loss and gradients of the first, parameters before, between
    and after, and the losses recorded.
    """
    drawn, data = probe(family.parameters, dtype, sizes=PROBE)
    layers = [name for name in ("a", "a1", "z1", "a2", "y", "far_y") if name in family.formulas]
    names = [*family.parameters, *layers, "loss"]
    for name in family.parameters:
        names += [f"g{name}", f"new_{name}", f"new_{name}@2"]
    names += [f"recorded@{step}" for step in range(len(BATCHES))]
    return steps_of_training(drawn, data.x, data.t, BATCHES, LEARNING_RATE, names), names


class Dictionary:
    """What a computation gives with every combination of up to two faults.

    Args:
        formulas: of the right computation.
        faults: that it may have.
        compute: gives the quantities by name from a table of formulas, its inputs wrapped.
        dtype: precision of the computations to be explained.
        most: faults that an entry may have, 1 or 2.
    """

    def __init__(
        self,
        formulas: Formulas,
        faults: Sequence[Mistake],
        compute: Compute,
        dtype: str,
        most: int = 2,
    ) -> None:
        self._formulas, self._compute, self._dtype = formulas, compute, dtype
        self.bounded = lru_cache(KEPT)(self._with_bounds)
        """An entry's quantities with their running bounds."""
        self._faults, self._most = faults, most

    @cached_property
    def _replayed(self) -> dict[tuple[Mistake, ...], Mapping[str, Any]]:
        """The quantities of every entry whose shapes fit together, the right one's first."""
        faults, pairs = self._faults, combinations(self._faults if self._most > 1 else (), 2)
        entries: list[tuple[Mistake, ...]] = [
            (),
            *((fault,) for fault in faults),
            *(pair for pair in pairs if not pair[0].formulas.keys() & pair[1].formulas.keys()),
        ]
        with np.errstate(all="ignore"):
            tried = {entry: self._evaluated(entry) for entry in entries}
        return {entry: values for entry, values in tried.items() if values}

    @property
    def entries(self) -> list[tuple[Mistake, ...]]:
        """The combinations of faults, none at all first."""
        return list(self._replayed)

    @cached_property
    def _rows(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Of every quantity the values of all entries, a row each, and how many they are."""
        by_entry = list(self._replayed.values())
        found = {}
        for name in by_entry[0]:
            values = [quantities[name] for quantities in by_entry]
            found[name] = _rows(values), np.array([np.size(v) for v in values])
        return found

    def _evaluated(self, entry: tuple[Mistake, ...]) -> Mapping[str, Any]:
        """An entry's quantities; none if its shapes do not fit together."""
        try:
            return self._evaluate(entry, np.asarray)
        except ValueError:
            return {}

    def _evaluate(
        self, entry: tuple[Mistake, ...], wrap: Wrap
    ) -> Mapping[str, np.ndarray | Bounded]:
        return self._compute(self._table(entry), lambda array: wrap(np.asarray(array, float)))

    def _table(self, entry: tuple[Mistake, ...]) -> Formulas:
        table = dict(self._formulas)
        for fault in entry:
            table |= fault.formulas
        return table

    @np.errstate(all="ignore")
    def diagnose(self, observed: Mapping[str, np.ndarray], within: float = np.inf) -> Diagnosis:
        """Name the faults that explain the observed numbers.

        Of the entries that do, the one with the fewest faults is named.

        Args:
            observed: by the names of the quantities; any that are known.
            within: how far, relative to its size, an entry may lie off to be looked at closely.
        """
        observed = {name: np.asarray(values, float) for name, values in observed.items()}
        distances = np.sum(
            [_distances(seen, *self._rows[name]) for name, seen in observed.items()],
            axis=0,
        )
        nearest = np.argsort(distances, kind="stable")[:NEAREST]
        near = [int(i) for i in nearest if distances[i] <= within] or [int(nearest[0])]
        entries = self.entries
        shares = {i: self.unexplained(observed, entries[i]) for i in near}
        explaining = sorted((len(entries[i]), i) for i, share in shares.items() if share <= 1)
        others = [share for share in shares.values() if share > 1]
        runner_up = min(others, default=np.inf)
        if not explaining:
            return Diagnosis(False, (), min(shares.values()), runner_up)
        size, best = explaining[0]
        same = tuple(entries[i] for n, i in explaining[1:] if n == size)
        return Diagnosis(True, entries[best], shares[best], runner_up, same)

    @np.errstate(all="ignore")
    def observed(self, entry: tuple[Mistake, ...]) -> dict[str, np.ndarray]:
        """What a real computation of that precision gives with an entry's faults."""
        values = self._compute(self._table(entry), lambda array: array)
        return {name: np.asarray(value, self._dtype) for name, value in values.items()}

    @np.errstate(all="ignore")
    def _with_bounds(self, entry: tuple[Mistake, ...]) -> Mapping[str, np.ndarray | Bounded]:
        return self._evaluate(entry, lambda array: Bounded(array, self._dtype))

    @np.errstate(all="ignore")
    def unexplained(self, observed: Mapping[str, np.ndarray], entry: tuple[Mistake, ...]) -> float:
        """Largest share of an entry's error bounds by which it misses the observed numbers."""
        values = self.bounded(entry)
        return max(
            _share(seen, values[name], self._rows[name][0][0], self._dtype)
            for name, seen in observed.items()
        )


def _rows(arrays: Sequence[Any]) -> np.ndarray:
    """One row per array; those of another size than the first, the right one, are all infinite."""
    size = np.size(arrays[0])
    other = np.full(size, np.inf)
    return np.array([np.ravel(a) if np.size(a) == size else other for a in arrays], float)


def _distances(seen: np.ndarray, rows: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Each row's largest difference from what was seen, relative to its size or the right one's.

    Of what has another size than the right one, entries of that size are nearer than the others.
    """
    if seen.size != rows.shape[1]:
        return np.where(sizes == seen.size, FAR / 2, FAR)
    seen = seen.ravel()
    same = (np.isnan(rows) & np.isnan(seen)) | (rows == seen)
    difference = np.where(same, 0.0, np.abs(rows - seen)).max(axis=1, initial=0.0)
    elements = np.abs(np.concatenate([seen, rows[0]]))
    size = elements[np.isfinite(elements)].max(initial=np.finfo(float).tiny)
    return np.where(difference < FAR * size, difference / size, FAR)


def _share(seen: np.ndarray, value: np.ndarray | Bounded, right: np.ndarray, dtype: str) -> float:
    """Largest share of the error bound by which two arrays differ; NaN is equal to NaN.

    Where the bound is infinite (a training that explodes) or the value itself is beyond the
    precision's range nothing can be said, and nothing is.
    """
    if not isinstance(value, Bounded):
        value = Bounded(value, dtype)
    if value.shape != seen.shape:
        return np.inf
    same = (np.isnan(value.value) & np.isnan(seen)) | (value.value == seen)
    same |= np.isinf(value.allowed) | (np.abs(value.value) > np.finfo(dtype).max)
    difference = np.where(same, 0.0, np.abs(value.value - seen))
    sizes = np.abs(np.append(value.value, right))
    enough = ENOUGH * sizes[np.isfinite(sizes)].max(initial=0.0)
    allowed = np.minimum(value.allowed, enough)
    share = difference / np.maximum(allowed, np.finfo(float).tiny)
    return float(np.where(np.isnan(share), np.inf, share).max(initial=0.0))
