"""Which net does a loop train?

Nothing is told by names, and little by how they are assigned. The net is the one whose outputs are
among the loop's arrays, and whose gradient is what the weights were changed by.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace

import numpy as np

from experiments.check.chain import Chain
from experiments.check.grammar import HIDDEN, LOSSES, OUTPUTS, PERCEPTRON, STEPS, Description
from experiments.check.places import (
    MOST_LOOKED_AT,
    MOST_PLACES,
    MOST_UNSEEN,
    Place,
    Search,
    handed,
    may_be_bias,
    places,
    ways,
)
from experiments.check.source import Source
from experiments.check.states import CLOSE, Arrays, changed, is_multiple
from experiments.subjects.formulas import Formulas, Values

FEWEST = 3
"""Numbers that have to change by the same rate, before it is one."""

MOST_WORK, FITS_PER_PLACE, LOOKS_PER_PLACE = 4_000_000_000, 60, 4
"""Multiplications that are done in search of a net; about how many nets are tried per place, and
what it takes to look for their outputs, in ways forth of one."""


ONLY_SIGNS = "absolute error"
"""A loss of whose outputs and targets the gradient shows no more than which is larger."""

MOST_MOVING = 12
"""Arrays that one net may change."""


@dataclass(frozen=True)
class Fit:
    """A net that may be the one that a loop trains.

    Attributes:
        place: of its arrays.
        chain: the net.
        off: how far the changes are from being its gradient, relative to the largest.
        seen: whether its outputs are among the loop's arrays.
        left: arrays that the loop changes as it changes weights, and that are no part of it.
        varies: whether it goes by another rate at every step; the chain's is that of the first.
    """

    place: Place
    chain: Chain
    off: float
    seen: bool
    left: tuple[str, ...] = ()
    varies: bool = False

    @property
    def idle_bias(self) -> str:
        """The layer of the only array that is left, if that may be its bias; else empty."""
        if not (self.seen and self.off < self.place.close and len(self.left) == 1):
            return ""
        idle = self.place.states[0][self.left[0]]
        free = (n for n in reversed(self.chain.layers) if n not in self.chain.biased)
        units = dict(zip(self.chain.layers, self.chain.widths[1:], strict=True))
        return next((layer for layer in free if may_be_bias(idle, units[layer])), "")

    @property
    def is_of_its_targets(self) -> bool:
        """Whether no other targets, or outputs without a bias, would do as well."""
        computed, *_ = self.place.rank or (0,)
        return self.chain.of.loss != ONLY_SIGNS or (self.seen and not computed)

    @property
    def is_whole(self) -> bool:
        """Whether it explains all that the loop changes, but for its bounds."""
        known = self.seen or len(self.chain.layers) > 1
        return self.off < self.place.close and not self.left and known and self.is_of_its_targets

    @property
    def is_complete(self) -> bool:
        """Whether its outputs are seen, and everything that the loop changes is part of it."""
        computed, unused, still, *_ = self.place.rank
        return self.seen and not (self.left or computed or unused or still)

    def rate_of(self, name: str) -> float | None:
        """By which its own gradient is taken off or added; None if that is not what is done."""
        rates = (self._rate([name], sign, {}) for sign in (1, -1))
        return next((rate for rate in rates if rate is not None), None)

    @property
    def uphill(self) -> tuple[str, ...]:
        """Parameters to which their gradient is added, as that of the others is taken off."""
        down = {name: self._rate([name], 1, {}) for name in self.place.names}
        up = {name: self._rate([name], -1, {}) for name, rate in down.items() if rate is None}
        rates = [rate for rate in (*down.values(), *up.values()) if rate is not None]
        alike = rates and np.ptp(rates) <= self.place.close * rates[0]
        return tuple(up) if alike and len(up) < len(down) == len(rates) else ()

    @property
    def has_a_right_part(self) -> bool:
        """Whether some parameter is changed by its own gradient."""
        return any(self.rate_of(name) is not None for name in self.place.names)

    def rate_with(self, exchanged: Formulas) -> float | None:
        """By which the gradients of the net with some formulas exchanged are taken off."""
        try:
            return self._rate(list(self.place.names), 1, exchanged)
        except ValueError:  # shapes that do not fit together
            return None

    @np.errstate(all="ignore")
    def _rate(self, names: Sequence[str], sign: int, exchanged: Formulas) -> float | None:
        changes: list[np.ndarray] = []
        gradients: list[np.ndarray] = []
        for step in range(self.place.steps):
            before, after = self.place.params(step), self.place.params(step + 1)
            v = values(self.place, self.chain, step, exchanged)
            for name in names:
                gradient = np.asarray(getattr(v, f"g{name}"))
                if gradient.shape != before[name].shape:
                    return None
                changes.append((after[name] - before[name]).ravel())
                gradients.append(sign * gradient.ravel())
            rate, off = _ratio(np.concatenate(changes), np.concatenate(gradients))
            if off >= self.place.close:
                return None
        return rate if sum(map(np.size, changes)) >= FEWEST else None


def fits(
    states: Sequence[Arrays],
    within: Arrays,
    source: Source,
    by_differences: bool = False,
) -> list[Fit]:
    """The nets that may be trained, those that explain most first.

    Args:
        states: the arrays before every turn of a loop, and after the last one.
        within: what functions computed in the first turn.
        source: the program, which says what is assigned to as weights are, and what as data.
        by_differences: whether it takes its gradient by differences.
    """
    moving = [name for name in changed(states) if source.goes_on(name)]
    if not moving or sum(states[0][name].ndim > 0 for name in moving) > MOST_MOVING:
        return []
    search = Search(states, within, moving, source, by_differences)
    found: list[Fit] = []
    batch = handed(search)
    first, after, *_ = states
    of_batch = replace(search, states=[first, {**batch, **after}])
    for way in ways(search):
        found += _best(search, places(search, way))
        if batch and not any(fit.is_whole for fit in found):
            possible = places(of_batch, way)
            found += _best(of_batch, [one for one in possible if {one.x, one.t} & batch.keys()])
        if any(fit.is_whole or fit.is_complete for fit in found):
            break
    return sorted(found, key=lambda one: (not one.is_whole, not one.seen, len(one.left), one.off))


def _best(search: Search, possible: Sequence[Place]) -> list[Fit]:
    """The nets that may be trained: where a net's outputs are seen, if there is such a place."""
    states, moving, source = search.states, search.moving, search.source
    ranked = sorted(possible, key=lambda place: place.rank)[:MOST_PLACES]
    ranked = [place for place in ranked if place.is_sound]
    after_steps, in_functions = list(map(_by_size, states[1:])), _by_size(search.within)
    found: list[Fit] = []
    looked_at = work = 0
    for place in ranked:
        seen = _seen_outputs(place, after_steps, in_functions)
        looked_at += bool(seen)
        for fit in _fits_of(place, seen) if seen else ():
            fit = replace(fit, left=tuple(_left(fit, moving)))
            if not fit.is_whole:
                found += [fit] if _can_fail(place) else []
            elif not _is_end_of_another(fit, found, source) and _says_something(fit, source):
                return [fit]
        work += place.work * (FITS_PER_PLACE if seen else LOOKS_PER_PLACE)
        if looked_at == MOST_LOOKED_AT or work > MOST_WORK:
            break
    small = MOST_WORK // FITS_PER_PLACE
    unseen = [place for place in ranked if len(place.layers) > 1 and place.work < small]
    for place in unseen[:MOST_UNSEEN]:
        for fit in _fits_of(place, set()):
            left = tuple(_left(fit, moving)) if fit.off < place.close else ()
            found.append(replace(fit, left=left))
    for fit in found:
        at_first = _with_another_rate_at_every_step(fit, source) if fit.seen else None
        if at_first and not fit.left:
            return [at_first]
    return found


def _is_end_of_another(fit: Fit, others: Sequence[Fit], source: Source) -> bool:
    """Whether a net is the end of another one, whose first layers should learn and do not."""
    return any(
        other.seen
        and other.place.names["W2"] == fit.place.names["W2"]
        and any(map(source.starts_like_weights, other.place.still))
        for other in others
    )


def _with_another_rate_at_every_step(fit: Fit, source: Source) -> Fit | None:
    """The net at its first step alone, if every step goes by its gradient at a rate of its own."""
    place, found = fit.place, []
    for step in range(place.steps):
        of_step = replace(place, states=place.states[step : step + 2])
        found.append(_fit(of_step, fit.chain, fit.seen))
    alike = [
        one
        for one in found
        if one is not None and one.off < place.close and _says_something(one, source)
    ]
    return replace(alike[0], varies=True) if len(alike) == place.steps > 1 else None


def _says_something(fit: Fit, source: Source) -> bool:
    """Whether a fit could have failed, or else has a rate that the program holds."""
    place = fit.place
    if _can_fail(place):
        return True
    numbers = [float(array) for array in place.states[1].values() if not array.ndim]
    held = [number * factor for number in (*numbers, *source.numbers) for factor in (1, 2)]
    return bool(np.isclose(fit.chain.rate, held, rtol=CLOSE, atol=0).any())


OF_A_UNIT = re.compile(r"(.*[._])?(w|weight|b|bias)_?\d*")
"""What single numbers are called that a unit learns; others that change are sums and counters."""

BySize = dict[int, list[tuple[str, np.ndarray, float, float]]]
"""Arrays by their size: the name, the sorted elements, the first and the last of these."""


def _can_fail(place: Place) -> bool:
    """Whether not every net of a place's shapes could explain its changes.

    In one step, one sample with one output changes weights by some multiple of the inputs whatever
    its error is multiplied by.
    """
    return place.steps > 1 or place.data(0)[1].size > 1 or len(place.layers) > 1


Output = tuple[str, str, bool]
"""A hidden activation, the output's, and whether the last hidden unit is a bias."""


def _fits_of(place: Place, seen: set[Output]) -> list[Fit]:
    """The nets that a place may hold: those whose outputs are at hand, if there are any."""
    chains = [
        chain
        for chain in _possible(place)
        if not seen or (chain.of.hidden, chain.of.output, chain.bias_unit) in seen
    ]
    return [fit for chain in chains if (fit := _fit(place, chain, bool(seen))) is not None]


@np.errstate(all="ignore")
def _seen_outputs(place: Place, after_steps: Sequence[BySize], in_functions: BySize) -> set[Output]:
    """The activations with which a net's outputs or errors are among a loop's arrays."""
    deep = len(place.layers) > 1
    found: set[Output] = set()
    for hidden, unit in product(HIDDEN if deep else ("identity",), (False, True)[: 1 + deep]):
        scores = [_scores(place, step, hidden, unit) for step in range(place.steps)]
        for output, formula in (OUTPUTS if deep else OUTPUTS | STEPS).items():
            outputs = [np.asarray(formula(SimpleNamespace(a2=a))) for a in scores]  # type: ignore[arg-type]
            if not all(np.isfinite(y).all() for y in outputs):
                continue
            shown = [outputs]
            if not deep:
                errors = [y - place.data(step)[1] for step, y in enumerate(outputs)]
                shown += [errors, [-error for error in errors]]
            are_whole = output in STEPS
            if any(_are_seen(values, after_steps, in_functions, are_whole) for values in shown):
                found.add((hidden, output, unit))
        if deep and (hidden, "identity", unit) in found:  # what any outputs are made of
            found |= {(hidden, output, unit) for output in OUTPUTS}
    return found


def _are_seen(
    values: Sequence[np.ndarray],
    after_steps: Sequence[BySize],
    in_functions: BySize,
    may_be_whole: bool,
) -> bool:
    """Whether what is computed in every step is one of its arrays; of functions, in the first.

    Args:
        values: of every step.
        after_steps: the arrays then.
        in_functions: those that functions had in the first.
        may_be_whole: whether it may be held as whole numbers.
    """
    equal = [
        set(_equals(one, after, may_be_whole))
        for one, after in zip(values, after_steps, strict=False)
        if one.any()
    ]
    in_states = bool(equal) and bool(set.intersection(*equal))
    of_functions = bool(values[0].any()) and any(_equals(values[0], in_functions, may_be_whole))
    return in_states or of_functions


def _scores(place: Place, step: int, hidden: str, unit: bool) -> np.ndarray:
    """The last layer's net inputs."""
    params, (z, _) = place.params(step), place.data(step)
    layers = [name[1:] for name in params if name[0] == "W"]
    for layer in layers:
        a = z @ params[f"W{layer}"] + params.get(f"b{layer}", 0.0)
        z = np.asarray(HIDDEN[hidden]["z1"](SimpleNamespace(a1=a)))  # type: ignore[arg-type]
        if unit:
            z[:, -1] = 1.0
    return a


@np.errstate(all="ignore")
def _left(fit: Fit, changed: Sequence[str]) -> Iterator[str]:
    """Changed arrays that are neither a net's parameters nor what it computes on its way."""
    state, v = fit.place.states[1], values(fit.place, fit.chain, 0)
    used = set(fit.place.names.values())
    of_numbers = [name for name, array in state.items() if _is_of_numbers(name, array)]
    beside = of_numbers if used & set(of_numbers) else []  # they change or not: a unit has them all
    for name in dict.fromkeys((*changed, *beside)):
        if name in used or (not state[name].ndim and name not in of_numbers):
            continue
        if name in of_numbers or not any(
            is_multiple(state[name], np.asarray(getattr(v, quantity)))
            for quantity in fit.chain.formulas
            if not quantity.startswith(("initial", "recorded", "loss", "new_"))
        ):
            yield name


def _is_of_numbers(name: str, array: np.ndarray) -> bool:
    """Whether something is one of the single numbers that a unit learns, or some of them."""
    first, of_several, _ = name.partition(", ")
    return bool(OF_A_UNIT.fullmatch(first)) and bool(of_several or not array.ndim)


def _possible(place: Place) -> Iterator[Chain]:
    """Nets of a place's shapes, with the loss summed and no rate yet."""
    widths = place.widths
    biased = frozenset(name[1:] for name in place.names if name[0] == "b")
    deep = len(widths) > 2
    losses = [loss for loss in LOSSES if loss != "squared error"]
    outputs = OUTPUTS if deep else STEPS | OUTPUTS  # whose outputs are seldom seen by chance
    for hidden, unit, output, loss in product(
        HIDDEN if deep else ("identity",), (False, True) if deep else (False,), outputs, losses
    ):
        if widths[-1] == 1 and (output == "softmax" or loss == "cross-entropy"):
            continue
        if "entropy" in loss and output not in ("softmax", "sigmoid"):
            continue
        if (loss == PERCEPTRON) != (output in STEPS):
            continue
        of = Description(hidden, output, loss, "sum", 0.0)
        yield Chain(of, widths, biased, unit)


@np.errstate(all="ignore")
def _fit(place: Place, chain: Chain, seen: bool) -> Fit | None:
    """How well a net explains what a loop did; None if it cannot be computed at all."""
    changes, gradients, weights = [], [], []
    for step in range(place.steps):
        params, after = place.params(step), place.params(step + 1)
        v = values(place, chain, step)
        if not np.isfinite(v.y).all():
            return None
        for name in params:
            changes.append((after[name] - params[name]).ravel())
            gradients.append(getattr(v, f"g{name}").ravel())
            weights.append((params[name] * (name[0] == "W")).ravel())
    change, gradient = np.concatenate(changes), np.concatenate(gradients)
    rate, off = _ratio(change, gradient)
    known = seen or place.is_made_up
    if known and off >= place.close and change.size > FEWEST + 1:
        decayed = _decay(change, gradient, np.concatenate(weights))
        if decayed and decayed[2] < place.close:
            rate, l2, off = decayed
            chain = replace(chain, of=replace(chain.of, l2=l2))
    return Fit(place, replace(chain, rate=rate), off if change.size >= FEWEST else np.inf, seen)


def _decay(
    change: np.ndarray, gradient: np.ndarray, weights: np.ndarray
) -> tuple[float, float, float] | None:
    """Rate, λ and rest of an update by a gradient and λ times the weights; None if it is none."""
    if not np.isfinite(gradient).all():
        return None
    columns = np.stack([gradient, weights], axis=1)
    (taken, decayed), *_ = np.linalg.lstsq(columns, -change, rcond=None)
    size = np.abs(change).max()
    off = float(np.abs(change + columns @ (taken, decayed)).max() / size)
    is_one = taken > 0 < decayed and np.abs(taken * gradient).max() > CLOSE * size
    return (float(taken), float(decayed / taken), off) if is_one else None


def _ratio(change: np.ndarray, gradient: np.ndarray) -> tuple[float, float]:
    """The rate by which a gradient was taken off, and how far that is from what was."""
    size = np.abs(change).max()
    if not size or not np.isfinite(gradient).all() or not gradient @ gradient:
        return 1.0, np.inf
    rate = -float(change @ gradient) / float(gradient @ gradient)
    return rate, float(np.abs(change + rate * gradient).max() / size) if rate > 0 else np.inf


def values(place: Place, chain: Chain, step: int, exchanged: Formulas | None = None) -> Values:
    """What a net computes in a step of a loop, if need be with some formulas exchanged."""
    x, t = place.data(step)
    formulas = {**chain.formulas, **(exchanged or {})}
    given = {"start": place.params(step), "samples": x, "targets": t, "rows": np.arange(len(x))}
    return Values(formulas, **given, previous=None, step=0, rate=chain.rate)


def _by_size(arrays: Arrays) -> BySize:
    """The sorted elements of arrays, by their number."""
    found: BySize = {}
    for name, array in arrays.items():
        if array.size:
            elements = np.sort(array.ravel())
            one = name, elements, float(elements[0]), float(elements[-1])
            found.setdefault(array.size, []).append(one)
    return found


def _equals(values: np.ndarray, arrays: BySize, may_be_whole: bool) -> Iterator[str]:
    """The names of the arrays with the same elements, in any layout; of whole numbers if so."""
    flat = np.sort(values.ravel())
    first, last = float(flat[0]), float(flat[-1])
    off = CLOSE * max(-first, last)
    for name, array, least, most in arrays.get(flat.size, ()):
        ends_alike = abs(least - first) <= off and abs(most - last) <= off
        is_possible = may_be_whole or array.dtype.kind == "f"
        if is_possible and ends_alike and np.abs(array - flat).max() <= off:
            yield name
