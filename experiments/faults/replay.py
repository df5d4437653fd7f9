"""Replay: which mistake computes exactly these numbers?

A dictionary holds what a computation would give with no fault, with every single fault, and with
every two that can go together. Numbers from an unknown computation are looked up in it: they must
equal an entry's to rounding, everywhere. What equals none is unknown, and nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
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
        same: the faults of other entries, not larger, that explain the numbers as well.
    """

    known: bool
    faults: tuple[Mistake, ...]
    share: float
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


@dataclass(frozen=True)
class _Entries:
    """What a computation gives with every combination of so many faults.

    Attributes:
        faults: of every entry.
        rows: of every quantity the values of all entries, a row each, and how many they are.
    """

    faults: list[tuple[Mistake, ...]]
    rows: dict[str, tuple[np.ndarray, np.ndarray]]


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
        self._faults, self._numbers = faults, range(most + 1)
        self._of = cache(self._with_faults)
        """The entries with a number of faults."""

    def _with_faults(self, number: int) -> _Entries:
        """The entries with so many faults whose shapes fit together."""
        entries = [
            entry
            for entry in combinations(self._faults, number)
            if sum(len(fault.formulas) for fault in entry) == len(_changed(entry))
        ]
        with np.errstate(all="ignore"):
            tried = {entry: self._evaluated(entry) for entry in entries}
        replayed = {entry: values for entry, values in tried.items() if values}
        rows = {}
        for name, right in self._right.items():
            values = [quantities[name] for quantities in replayed.values()]
            rows[name] = _rows(values, right), np.array([np.size(v) for v in values])
        return _Entries(list(replayed), rows)

    @cached_property
    def _right(self) -> Mapping[str, Any]:
        """The right computation's quantities."""
        with np.errstate(all="ignore"):
            return self._evaluate((), _exact)

    @property
    def entries(self) -> list[tuple[Mistake, ...]]:
        """The combinations of faults, none at all first."""
        return [entry for number in self._numbers for entry in self._of(number).faults]

    def _evaluated(self, entry: tuple[Mistake, ...]) -> Mapping[str, Any]:
        """An entry's quantities; none if its shapes do not fit together."""
        try:
            return self._evaluate(entry, _exact)
        except ValueError:
            return {}

    def _evaluate(
        self, entry: tuple[Mistake, ...], wrap: Wrap
    ) -> Mapping[str, np.ndarray | Bounded]:
        formulas = {**self._formulas, **_changed(entry)}
        return self._compute(formulas, wrap)

    def diagnose(self, observed: Mapping[str, np.ndarray], within: float = np.inf) -> Diagnosis:
        """Name the faults that explain the observed numbers.

        Of the entries that do, the one with the fewest faults is named; those with more are not
        looked at.

        Args:
            observed: by the names of the quantities; any that are known.
            within: how far, relative to its size, an entry may lie off to be looked at closely.
        """
        return _diagnosis(self._shares(observed, number, within) for number in self._numbers)

    def diagnose_with_runner_up(
        self, observed: Mapping[str, np.ndarray]
    ) -> tuple[Diagnosis, float]:
        """The same, and the smallest share that an entry with other numbers leaves unexplained."""
        shares = [self._shares(observed, number) for number in self._numbers]
        others = (share for of in shares for share in of.values() if share > 1)
        return _diagnosis(shares), min(others, default=np.inf)

    @np.errstate(all="ignore")
    def _shares(
        self, observed: Mapping[str, np.ndarray], number: int, within: float = np.inf
    ) -> dict[tuple[Mistake, ...], float]:
        """What the nearest entries with so many faults leave unexplained, in their order."""
        if number == 0:
            return {(): self.unexplained(observed, ())}
        entries = self._of(number)
        if not entries.faults:
            return {}
        distances = np.sum(
            [_distances(seen, *entries.rows[name], self._right[name])
             for name, seen in observed.items()],
            axis=0,
        )  # fmt: skip
        nearest = np.argsort(distances, kind="stable")[:NEAREST]
        near = [i for i in nearest if distances[i] <= within] or [nearest[0]]
        return {
            entries.faults[i]: self.unexplained(observed, entries.faults[i]) for i in sorted(near)
        }

    @np.errstate(all="ignore")
    def observed(self, entry: tuple[Mistake, ...]) -> dict[str, np.ndarray]:
        """What a real computation of that precision gives with an entry's faults."""
        values = self._compute({**self._formulas, **_changed(entry)}, lambda array: array)
        return {name: np.asarray(value, self._dtype) for name, value in values.items()}

    @np.errstate(all="ignore")
    def _with_bounds(self, entry: tuple[Mistake, ...]) -> Mapping[str, np.ndarray | Bounded]:
        return self._evaluate(entry, lambda array: Bounded.given(np.asarray(array), self._dtype))

    @np.errstate(all="ignore")
    def unexplained(self, observed: Mapping[str, np.ndarray], entry: tuple[Mistake, ...]) -> float:
        """Largest share of an entry's error bounds by which it misses the observed numbers."""
        values = self.bounded(entry)
        return max(
            _share(np.asarray(seen, float), values[name], self._right[name], self._dtype)
            for name, seen in observed.items()
        )


def _diagnosis(shares: Iterable[Mapping[tuple[Mistake, ...], float]]) -> Diagnosis:
    """What the nearest entries come to, those with fewest faults given first."""
    least = np.inf
    for of in shares:
        explaining = [entry for entry, share in of.items() if share <= 1]
        if explaining:
            best = explaining[0]
            return Diagnosis(True, best, of[best], tuple(explaining[1:]))
        least = min([least, *of.values()])
    return Diagnosis(False, (), least)


def _changed(entry: tuple[Mistake, ...]) -> Formulas:
    """The formulas that stand in the place of right ones."""
    return {name: formula for fault in entry for name, formula in fault.formulas.items()}


def _rows(arrays: Sequence[Any], right: Any) -> np.ndarray:  # noqa: ANN401 - as in `Compute`
    """One row per array; those of another size than the right one are all infinite."""
    size = np.size(right)
    other = np.full(size, np.inf)
    rows = [np.ravel(a) if np.size(a) == size else other for a in arrays]
    return np.array(rows, float).reshape(len(arrays), size)


def _distances(
    seen: np.ndarray, rows: np.ndarray, sizes: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Each row's largest difference from what was seen, relative to its size or the right one's.

    Of what has another size than the right one, entries of that size are nearer than the others.
    """
    seen = np.asarray(seen, float)
    if seen.size != rows.shape[1]:
        return np.where(sizes == seen.size, FAR / 2, FAR)
    seen = seen.ravel()
    difference = np.abs(rows - seen).max(axis=1, initial=0.0)
    odd = np.isnan(difference)  # NaN is equal to NaN, and infinity to infinity
    if odd.any():
        same = (np.isnan(rows[odd]) & np.isnan(seen)) | (rows[odd] == seen)
        difference[odd] = np.where(same, 0.0, np.abs(rows[odd] - seen)).max(axis=1, initial=0.0)
    elements = np.abs(np.concatenate([seen, np.ravel(right)]))
    size = elements[np.isfinite(elements)].max(initial=np.finfo(float).tiny)
    return np.where(difference < FAR * size, difference / size, FAR)


def _exact(array: np.ndarray) -> np.ndarray:
    """Inputs for a computation that is more exact than the one to be explained."""
    return np.asarray(array, float)


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
