"""Which net does a loop train? Its weights, inputs and targets among the arrays in reach.

Nothing is told by names, and little by how they are assigned. Weights are arrays that the loop
changes and that fit one to the next; inputs and targets are arrays that fit to the first and last
of them; the net is the one whose outputs are among the loop's arrays, and whose gradient is what
the weights were changed by.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise, permutations, product
from types import SimpleNamespace

import numpy as np

from experiments.check.chain import LAYERS, Chain
from experiments.check.grammar import HIDDEN, LOSSES, OUTPUTS, PERCEPTRON, STEPS, Description
from experiments.check.source import Source
from experiments.subjects.formulas import Formulas, Values

Arrays = Mapping[str, np.ndarray]

GIVEN_X = "x_given"
"""The inputs that a check gives to what it calls by role."""

BIAS = re.compile(r"b\d?\b|b\d?['\"\]]|bias|theta")
"""What an array that stays as it is has to be called to be taken for a bias."""

STAYS, PART, COMPUTED = 0, 1, 2
"""How little an array looks like data: what a loop leaves alone or goes through; what is made of
nothing that is learned, rows of data, entries of a list; anything else."""

ENTRY = re.compile(r"\[\d+\]")
"""What the expression of an entry of a list has in it."""

THERE = " there"
"""Stands behind the name of what only a function had."""

NOWHERE = np.array(np.nan)
"""What an array is that is not there: equal to nothing."""

CLOSE = 1e-6
"""How far, relative to the largest change, a fit may lie off before its bounds are worked out."""

FEWEST = 3
"""Numbers that have to change by the same rate, before it is one."""

ROWS = {"first row": 0, "last row": -1}
"""The row of weights that is a bias, where samples get a column of ones before every layer."""

THRESHOLDS = "thresholds"
"""Biases that are taken off."""

WITH_ONES = re.compile(r"ones|[rc]_\[|stack|append|insert|concat|\[1:|\[:-1|\[-?[01]\]")
"""What a program has in it that gives samples a column of ones, or its weights a row for that."""

MOST_STEPS = 3
MOST_WORK, FITS_PER_PLACE = 4_000_000_000, 60
"""Multiplications that are done in search of a net; about how many nets are tried per place."""

MOST_CHAINS, MOST_MOVING = 20_000, 12
"""Ways to put weights into layers; arrays that one net may change."""

MOST_PLACES, MOST_LOOKED_AT, MOST_UNSEEN = 400, 12, 3
"""Ways to place a loop's arrays that are looked at; closely, where outputs are seen, or not."""


@dataclass(frozen=True)
class Layer:
    """Where a layer's parameters are.

    Attributes:
        weights: the expression that reads them.
        columns: whether they have a row per unit, and are the transposed of the book's.
        bias: the expression that reads the bias, or None.
        row: the row of the weights that is the bias, where samples get a column of ones; or None.
        subtracted: whether the bias is a threshold, which is taken off.
    """

    weights: str
    columns: bool
    bias: str | None
    row: int | None = None
    subtracted: bool = False


@dataclass(frozen=True)
class Place:
    """Where a loop keeps a net, its inputs and its targets.

    Attributes:
        states: the arrays before every step, and after the last one.
        layers: from the inputs to the outputs.
        x: the expression that reads the inputs.
        t: that of the targets.
        columns: whether samples are columns.
        row_by_row: whether every step takes the next row of those.
        within: what functions computed in the first step, by the names of their variables.
        rank: what speaks against it, the weightiest first: data that the loop computes, what
            speaks against its layers, data that are parts of others.
        by_differences: whether the program takes its gradient by differences.
    """

    states: Sequence[Arrays]
    layers: tuple[Layer, ...]
    x: str
    t: str
    columns: bool = False
    row_by_row: bool = False
    within: Arrays = field(default_factory=dict)
    rank: tuple[int, ...] = ()
    by_differences: bool = False

    @cached_property
    def names(self) -> dict[str, str]:
        """The expression of every parameter, by our name."""
        found = {}
        for layer, name in zip(reversed(self.layers), LAYERS, strict=False):
            found[f"W{name}"] = layer.weights
            if layer.bias or layer.row is not None:
                found[f"b{name}"] = layer.bias or layer.weights
        return dict(reversed(found.items()))

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Units from the inputs to the outputs."""
        params = self.params(0)
        weights = [array for name, array in params.items() if name[0] == "W"]
        return (weights[0].shape[0], *(w.shape[1] for w in weights))

    def params(self, step: int) -> dict[str, np.ndarray]:
        """The parameters before a step, in the book's shapes."""
        state, found = self.states[step], {}
        layers = list(zip(reversed(self.layers), LAYERS, strict=False))
        for layer, name in reversed(layers):
            weights = np.asarray(state[layer.weights], float)
            if weights.ndim < 2:
                weights = weights.reshape(-1, 1)
            weights = weights.T if layer.columns else weights
            if layer.row is not None:
                found[f"W{name}"] = np.delete(weights, layer.row, axis=0)
                found[f"b{name}"] = weights[layer.row]
                continue
            found[f"W{name}"] = weights
            if layer.bias:
                bias = np.asarray(state[layer.bias], float).reshape(-1)
                found[f"b{name}"] = -bias if layer.subtracted else bias
        return found

    def data(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets of a step, one row per sample."""
        x, t = (self._read(name, step) for name in (self.x, self.t))
        outputs = self.widths[-1]
        x = x.T if self.columns and x.ndim == 2 else x
        t = t.T if self.columns and t.ndim == 2 else t
        x = (
            x[np.newaxis]
            if x.ndim == 1 and len(x) == self.widths[0]
            else x.reshape(-1, self.widths[0])
        )
        if t.size == len(x) * outputs:
            t = t.reshape(len(x), outputs)
        else:
            t = np.eye(outputs)[t.astype(int).reshape(-1)]
        if self.row_by_row:
            row = step % len(x)
            return x[[row]], t[[row]]
        return x, t

    @property
    def is_sound(self) -> bool:
        """Whether its inputs and targets fit together at every step."""
        try:
            data = [self.data(step) for step in range(self.steps)]
        except (ValueError, IndexError):
            return False
        return all(np.isfinite(x).all() and len(x) == len(t) > 0 for x, t in data)

    def _read(self, name: str, step: int) -> np.ndarray:
        return np.asarray(self.states[step + 1].get(name, self.states[step].get(name)), float)

    @cached_property
    def dtype(self) -> str:
        """In which the parameters are held."""
        held = [self.states[0][name].dtype for name in self.names.values()]
        return "float32" if any(dtype == np.float32 for dtype in held) else "float64"

    @cached_property
    def still(self) -> list[str]:
        """Weights that do not change."""
        first, last = self.states[0], self.states[-1]
        weights = (layer.weights for layer in self.layers)
        return [name for name in weights if np.array_equal(first[name], last[name], True)]

    @cached_property
    def work(self) -> int:
        """Multiplications of a way forth in all steps."""
        samples = sum(len(self.data(step)[0]) for step in range(self.steps))
        return samples * sum(inputs * units for inputs, units in pairwise(self.widths))

    @property
    def is_made_up(self) -> bool:
        """Whether its sizes and samples are a check's own."""
        return self.x == GIVEN_X

    @property
    def close(self) -> float:
        """How far a fit may lie off before its bounds are worked out."""
        return (
            CLOSE * (1 if self.dtype == "float64" else 1000) * (100 if self.by_differences else 1)
        )

    @property
    def steps(self) -> int:
        """How many steps are known."""
        return min(MOST_STEPS, len(self.states) - 1)


@dataclass(frozen=True)
class Fit:
    """A net that may be the one that a loop trains.

    Attributes:
        place: of its arrays.
        chain: the net.
        off: how far the changes are from being its gradient, relative to the largest.
        seen: whether its outputs are among the loop's arrays.
        left: arrays that the loop changes as it changes weights, and that are no part of it.
    """

    place: Place
    chain: Chain
    off: float
    seen: bool
    left: tuple[str, ...] = ()

    @property
    def idle_bias(self) -> str:
        """The layer of the only array that is left, if that may be its bias; else empty."""
        if not (self.seen and self.off < self.place.close and len(self.left) == 1):
            return ""
        idle = self.place.states[0][self.left[0]]
        free = (n for n in reversed(self.chain.layers) if n not in self.chain.biased)
        units = dict(zip(self.chain.layers, self.chain.widths[1:], strict=True))
        return next((layer for layer in free if _may_be_bias(idle, units[layer])), "")

    @property
    def is_whole(self) -> bool:
        """Whether it explains all that the loop changes, but for its bounds."""
        deep_or_seen = self.seen or len(self.chain.layers) > 1
        return self.off < self.place.close and not self.left and deep_or_seen

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
    found: list[Fit] = []
    batch = _handed(states, within, source)
    first, after, *_ = states
    for way in _ways(moving, source):
        how = (source, way, by_differences)
        found += _best(states, within, moving, how)
        if batch and not any(fit.is_whole for fit in found):
            found += _best([first, {**batch, **after}], within, moving, how, batch)
        if any(fit.is_whole or fit.is_complete for fit in found):
            break
    return sorted(found, key=lambda one: (not one.is_whole, not one.seen, len(one.left), one.off))


def _ways(moving: Sequence[str], source: Source) -> list[str]:
    """How a program may keep its biases, the likeliest first."""
    ways = ["", *(ROWS if WITH_ONES.search(source.text) else ())]
    return [*ways, THRESHOLDS] if any(map(source.is_taken_off, moving)) else ways


def without_copies(states: Sequence[Arrays]) -> list[Arrays]:
    """The states without arrays that are others under another name."""
    first: dict[tuple, str] = {}
    copies = {
        name
        for name in states[0]
        if all(name in state and state[name].size > 1 for state in states)
        and name
        != first.setdefault(
            tuple((s[name].dtype.str, s[name].shape, s[name].tobytes()) for s in states), name
        )
    }
    return [{n: a for n, a in state.items() if n not in copies} for state in states]


def _handed(states: Sequence[Arrays], within: Arrays, source: Source) -> dict[str, np.ndarray]:
    """What only a function was handed in the first turn: rows of the data, or its arguments."""
    first, after, *_ = states
    found = {
        f"{name}{THERE}": array
        for name, array in within.items()
        if (_is_part(array, first) or name in source.arguments)
        and not any(np.array_equal(array, other) for other in after.values())
    }
    return found | {
        f"{other}, the rows of {name}": first[other][rows]
        for name, array in found.items()
        for whole in first
        if len(rows := _rows_of(array, first[whole]))
        for other in first
        if other != whole and first[other].ndim and len(first[other]) == len(first[whole])
    }


def _rows_of(part: np.ndarray, whole: np.ndarray) -> list[int]:
    """Which rows of an array another one is made of; none if it is not, or two are alike."""
    if whole.ndim != 2 or part.ndim not in (1, 2) or part.shape[-1] != whole.shape[1]:
        return []
    places = {row.tobytes(): place for place, row in enumerate(np.asarray(whole, float))}
    rows = [row.tobytes() for row in np.atleast_2d(np.asarray(part, float))]
    known = len(places) == len(whole) and all(row in places for row in rows)
    return [places[row] for row in rows] if known else []


def _best(
    states: Sequence[Arrays],
    within: Arrays,
    moving: Sequence[str],
    how: tuple[Source, str, bool],
    among: Collection[str] = (),
) -> list[Fit]:
    """The nets that may be trained: where a net's outputs are seen, if there is such a place."""
    source, way, by_differences = how
    data = {
        name: _strangeness(name, states, source, moving)
        for name, array in states[1].items()
        if name not in moving and array.size > 0
    }
    possible = [
        place
        for place in places(states, within, moving, data, way, source)
        if not among or place.x in among or place.t in among
    ]
    ranked = sorted(possible, key=lambda place: place.rank)[:MOST_PLACES]
    ranked = [replace(p, by_differences=by_differences) for p in ranked if p.is_sound]
    after_steps, in_functions = list(map(_by_size, states[1:])), _by_size(within)
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
        work += place.work * (FITS_PER_PLACE if seen else 1)
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
    return alike[0] if len(alike) == place.steps > 1 else None


def _says_something(fit: Fit, source: Source) -> bool:
    """Whether a fit could have failed, or else has a rate that the program holds."""
    place = fit.place
    if _can_fail(place):
        return True
    numbers = [float(array) for array in place.states[1].values() if not array.ndim]
    held = [number * factor for number in (*numbers, *source.numbers) for factor in (1, 2)]
    return bool(np.isclose(fit.chain.rate, held, rtol=CLOSE, atol=0).any())


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
            if any(_are_seen(values, after_steps, in_functions) for values in shown):
                found.add((hidden, output, unit))
    return found


def _are_seen(
    values: Sequence[np.ndarray], after_steps: Sequence[BySize], in_functions: BySize
) -> bool:
    """Whether what is computed in every step is one of its arrays; of functions, in the first."""
    equal = [
        set(_equals(one, after))
        for one, after in zip(values, after_steps, strict=False)
        if one.any()
    ]
    in_states = bool(equal) and bool(set.intersection(*equal))
    return in_states or (bool(values[0].any()) and any(_equals(values[0], in_functions)))


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
    for name in changed:
        if (
            state[name].ndim
            and name not in used
            and not any(
                is_multiple(state[name], np.asarray(getattr(v, quantity)))
                for quantity in fit.chain.formulas
                if not quantity.startswith(("initial", "recorded", "loss", "new_"))
            )
        ):
            yield name


def is_multiple(array: np.ndarray, of: np.ndarray) -> bool:
    """Whether two arrays are the same but for layout, sign and a factor."""
    if array.size != of.size or array.size < 2 or not array.any():
        return False
    one, other = (np.sort(np.abs(a).ravel()) for a in (array, of))
    return bool(np.abs(one / one[-1] - other / (other[-1] or np.inf)).max() < CLOSE)


def changed(states: Sequence[Arrays]) -> list[str]:
    """Arrays that are there from the start, keep their shape, and do not stay as they are."""
    first = states[0]
    return [
        name
        for name in _lasting(states)
        if any(not np.array_equal(first[name], state[name], True) for state in states)
    ]


def go_one_by_one(states: Sequence[Arrays]) -> bool:
    """Whether a loop changes other arrays in every turn: it goes through them.

    Such a loop is within one that trains.
    """
    turns = [{n for n in changed(two) if two[0][n].ndim} for two in pairwise(states)]
    turns = [names for names in turns if names]
    return len(turns) > 1 and len(set.union(*turns)) == sum(map(len, turns))


def only_sums_up(states: Sequence[Arrays], loops_around: int) -> bool:
    """Whether a loop deep in others changes single numbers only."""
    return loops_around > 1 and not any(states[0][name].ndim for name in changed(states))


def reshaped(states: Sequence[Arrays]) -> list[str]:
    """Matrices that a loop leaves in another shape."""
    return [
        name
        for name, array in states[0].items()
        if array.ndim > 1 and any(np.shape(s.get(name, array)) != array.shape for s in states)
    ]


def _lasting(states: Sequence[Arrays]) -> list[str]:
    return [
        name
        for name, array in states[0].items()
        if all(np.shape(state.get(name, np.empty(0))) == array.shape for state in states)
        and (array.ndim or states[-1][name].dtype.kind == "f")
    ]


def places(
    states: Sequence[Arrays],
    within: Arrays,
    changed: Sequence[str],
    data: Mapping[str, int],
    way: str,
    source: Source,
) -> list[Place]:
    """Ways in which a loop's arrays may be a net's, as many as can be looked at.

    Args:
        states: the arrays before every turn, and after the last one.
        within: what functions computed in the first turn.
        changed: those that may be weights.
        data: how little every other one looks like data.
        way: in which biases are kept: in a row of the weights, as thresholds, or plainly.
        source: the program, which says what was meant to be weights.
    """
    second, found = states[1], []
    meant = [n for n in _lasting(states) if n in changed or source.starts_like_weights(n)]
    chains = islice(_chains(states[-1], changed, meant, way), MOST_CHAINS)
    for (unused, still, odd, numbers_unused), layers in sorted(
        ((_strangeness_of(layers, changed, states[-1]), layers) for layers in chains),
        key=lambda one: one[0],
    ):
        widths = Place(states, layers, "", "").widths
        names = {name for layer in layers for name in (layer.weights, layer.bias)}
        free = [name for name in data if name not in names]
        same = [(name, name) for name in free if widths[0] == widths[-1]]  # an autoencoder
        for x, t in [*permutations(free, 2), *same]:
            if data[t] == STAYS < data[x] and not second[t].ndim:
                continue  # a rate
            if data[t] == COMPUTED and t.endswith(THERE):
                continue  # what a function of the net's was given
            for columns in _layouts(second[x], second[t], widths):
                computed = (data[x] == COMPUTED) + (data[t] == COMPUTED)
                if computed > 1:
                    continue
                numbers = (second[x].ndim == 0) + (second[t].ndim == 0)
                places_of_data = (data[x] + data[t], numbers)
                rank = (computed, unused, still, odd, numbers_unused, *places_of_data)
                place = Place(states, layers, x, t, columns, False, within, rank)
                found.append(place)
                if second[x].ndim == 2 and (second[x].shape[1] if columns else len(second[x])) > 1:
                    found.append(replace(place, row_by_row=True))
        if len(found) > 10 * MOST_PLACES:
            break
    return found


def _strangeness(
    name: str, states: Sequence[Arrays], source: Source, weights: Collection[str]
) -> int:
    """How little an array looks like data."""
    if source.is_counter(name):
        return COMPUTED
    start = states[0].get(name, NOWHERE)
    stays = all(np.array_equal(state.get(name, NOWHERE), start) for state in states)
    if source.is_item(name.partition("[:]")[0]) or (stays and not ENTRY.search(name)):
        return STAYS
    is_part = stays or source.is_given(name, weights) or _is_part(states[1][name], states[0])
    return PART if is_part else COMPUTED


def _is_part(array: np.ndarray, of: Arrays) -> bool:
    """Whether an array is made of rows of others or entries of a list, or is some labels."""
    rows = np.atleast_2d(np.asarray(array, float))
    for other in of.values():
        if other.ndim == 1 and array.ndim == 1 and other.shape != array.shape:
            if array.size < other.size and np.isin(array, other).all():
                return True
        elif other.ndim in (1, 2) and other.shape[-1] == rows.shape[-1] and other.size >= rows.size:
            held = {row.tobytes() for row in np.atleast_2d(np.asarray(other, float))}
            if all(row.tobytes() in held for row in rows):
                return True
    return False


def _strangeness_of(
    layers: Sequence[Layer], changed: Sequence[str], arrays: Arrays
) -> tuple[int, int, int, int]:
    """How little layers look like a net: what speaks against them, the weightiest first.

    Changed arrays that they leave over; weights that stay; in a deep net weights that look like a
    bias, and biases that are in the list of the weights; single numbers left over.
    """
    used = {name for layer in layers for name in (layer.weights, layer.bias)}
    left = [name for name in changed if name not in used]
    arrays_left = sum(arrays[name].ndim > 0 for name in left)
    still = sum(layer.weights not in changed for layer in layers)
    like_biases = sum(len(layers) > 1 and arrays[layer.weights].ndim == 1 for layer in layers)
    mixed = sum(
        layer.bias.endswith("]") and layer.bias.partition("[")[0] == layer.weights.partition("[")[0]
        for layer in layers
        if layer.bias
    )
    return arrays_left, still, like_biases + mixed, len(left) - arrays_left


def _chains(
    arrays: Arrays, changed: Sequence[str], lasting: Sequence[str], way: str
) -> Iterator[tuple[Layer, ...]]:
    """Sequences of weights that fit one to the next; at least one of them is changed."""
    floats = [n for n in lasting if arrays[n].dtype.kind == "f" and arrays[n].size > 1]
    row = ROWS.get(way)
    matrices = [n for n in floats if arrays[n].ndim == 2 or (n in changed and arrays[n].ndim == 1)]
    if not any(name in changed for name in matrices):  # a line's slope
        matrices = [name for name in changed if not arrays[name].ndim]

    def go_on(so_far: tuple[Layer, ...], width: int | None) -> Iterator[tuple[Layer, ...]]:
        if any(layer.weights in changed for layer in so_far):
            yield so_far
        used = {name for layer in so_far for name in (layer.weights, layer.bias)}
        if len(so_far) == len(LAYERS):
            return
        for name in matrices:
            if name in used:
                continue
            for columns, (inputs, outputs) in _as_weights(arrays[name].shape):
                if row is not None and inputs > 1 and width in (None, inputs - 1):
                    yield from go_on((*so_far, Layer(name, columns, None, row)), outputs)
                if width not in (None, inputs) or (row is not None and so_far):
                    continue
                fit = (b for b in lasting if _may_be_bias(arrays[b], outputs))
                biases = [
                    b for b in fit
                    if b not in used and b != name and (b in changed or BIAS.search(b.lower()))
                ]  # fmt: skip
                for bias in (*biases, None):
                    layer = Layer(name, columns, bias, subtracted=bool(bias and way == THRESHOLDS))
                    yield from go_on((*so_far, layer), outputs)

    for layers in go_on((), None):
        if not way or any(layer.subtracted or layer.row is not None for layer in layers):
            yield layers


def _may_be_bias(array: np.ndarray, units: int) -> bool:
    """Whether an array has one number per unit."""
    return array.size == units and sum(n > 1 for n in array.shape) <= 1


def _as_weights(shape: tuple[int, ...]) -> Iterator[tuple[bool, tuple[int, int]]]:
    """Whether an array has a row per unit, with its inputs and units."""
    if len(shape) < 2:
        yield False, (int(np.prod(shape)), 1)
        return
    yield False, (shape[0], shape[1])
    yield True, (shape[1], shape[0])


def _layouts(x: np.ndarray, t: np.ndarray, widths: tuple[int, ...]) -> Iterator[bool]:
    """Whether samples are columns, for each way in which inputs and targets fit to a net."""
    if x.ndim == 1:
        one_sample = len(x) == widths[0] and t.size == widths[-1]
        if one_sample or (widths[0] == 1 and t.size == len(x) * widths[-1]):
            yield False
        return
    if x.ndim != 2:
        return
    for columns in (False, True):
        inputs, samples = x.shape if columns else x.shape[::-1]
        if inputs != widths[0]:
            continue
        outputs = widths[-1]
        shape = (outputs, samples) if columns else (samples, outputs)
        alike = outputs == 1 or t.shape == shape or (samples == 1 and t.ndim == 1)
        one_hot = t.size == samples * outputs and alike
        labels = outputs > 1 and t.shape == (samples,) and t.max(initial=0) < outputs
        if one_hot or (labels and np.array_equal(t, np.abs(np.round(t)))):
            yield columns


def _possible(place: Place) -> Iterator[Chain]:
    """Nets of a place's shapes, with the loss summed and no rate yet."""
    widths = place.widths
    biased = frozenset(name[1:] for name in place.names if name[0] == "b")
    deep = len(widths) > 2
    losses = [loss for loss in LOSSES if loss != "squared error"]
    outputs = OUTPUTS if deep else OUTPUTS | STEPS
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
    if seen and off >= place.close and change.size > FEWEST + 1:
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


def _equals(values: np.ndarray, arrays: BySize) -> Iterator[str]:
    """The names of the arrays with the same elements, in any layout."""
    flat = np.sort(values.ravel())
    first, last = float(flat[0]), float(flat[-1])
    off = CLOSE * max(-first, last)
    for name, array, least, most in arrays.get(flat.size, ()):
        ends_alike = abs(least - first) <= off and abs(most - last) <= off
        if ends_alike and np.abs(array - flat).max() <= off:
            yield name
