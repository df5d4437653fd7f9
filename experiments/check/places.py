"""Where may a loop keep a net? Its weights, inputs and targets among the arrays in reach.

Weights are arrays that the loop changes and that fit one to the next; inputs and targets are arrays
that fit to the first and last of them. What looks least strange comes first.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise, permutations

import numpy as np

from experiments.check.chain import LAYERS
from experiments.check.inside.protocol import GIVEN_RATE, GIVEN_X
from experiments.check.source import Source
from experiments.check.states import CLOSE, NOWHERE, Arrays, lasting

BIAS = re.compile(r"b\d?\b|b\d?['\"\]]|bias|theta")
"""What an array that stays as it is has to be called to be taken for a bias."""

STAYS, PART, COMPUTED = 0, 1, 2
"""How little an array looks like data: what a loop leaves alone or goes through; what is made of
nothing that is learned, rows of data, entries of a list; anything else."""

ENTRY = re.compile(r"\[\d+\]")
"""What the expression of an entry of a list has in it."""

THERE = " there"
"""Stands behind the name of what only a function had."""

ROWS = {"first row": 0, "last row": -1}
"""The row of weights that is a bias, where samples get a column of ones before every layer."""

THRESHOLDS = "thresholds"
"""Biases that are taken off."""

WITH_ONES = re.compile(r"ones|[rc]_\[|stack|append|insert|concat|\[1:|\[:-1|\[-?[01]\]")
"""What a program has in it that gives samples a column of ones, or its weights a row for that."""

MOST_STEPS = 3

MOST_UNITS = 5_000
"""Rows or columns of what stays as it is and may yet be weights: what has more is data."""

MOST_CHAINS = 20_000
"""Ways to put weights into layers."""

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
    def expressions(self) -> tuple[str, ...]:
        """Those of all parameters; once, where weights have the bias in a row."""
        return tuple(dict.fromkeys(self.names.values()))

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
            labels = t.astype(int).reshape(-1)
            t = np.zeros((len(labels), outputs))
            t[np.arange(len(labels)), labels] = 1.0
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

    def _held(self, name: str, step: int) -> np.ndarray:
        return np.asarray(self.states[step + 1].get(name, self.states[step].get(name)))

    def _read(self, name: str, step: int) -> np.ndarray:
        return self._held(name, step).astype(float)

    @property
    def dtype_of_inputs(self) -> str:
        """In which the inputs are held: float32 or float64."""
        return "float32" if self._held(self.x, 0).dtype == np.float32 else "float64"

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
    def is_of_gradients(self) -> bool:
        """Whether it was a check that took off the gradients, at its own rate."""
        return GIVEN_RATE in self.states[0]

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
class Search:
    """What a net is looked for in.

    Attributes:
        states: the arrays before every turn of a loop, and after the last one.
        within: what functions computed in the first turn.
        moving: arrays that may be weights, for the loop changes them.
        source: the program, which says what was meant to be weights, and what is data.
        by_differences: whether it takes its gradient by differences.
    """

    states: Sequence[Arrays]
    within: Arrays
    moving: Sequence[str]
    source: Source
    by_differences: bool


def ways(search: Search) -> list[str]:
    """How a program may keep its biases, the likeliest first.

    Plainly, in a row of the weights, or as thresholds.
    """
    source = search.source
    found = ["", *(ROWS if WITH_ONES.search(source.text) else ())]
    return [*found, THRESHOLDS] if any(map(source.is_taken_off, search.moving)) else found


def handed(search: Search) -> dict[str, np.ndarray]:
    """What only a function was handed in the first turn: rows of the data, or its arguments."""
    first, after, *_ = search.states
    found = {
        f"{name}{THERE}": array
        for name, array in search.within.items()
        if (_is_part(array, first) or name in search.source.arguments)
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


def places(search: Search, way: str) -> list[Place]:
    """Ways in which a loop's arrays may be a net's, as many as can be looked at.

    Args:
        search: the loop.
        way: of `ways`.
    """
    states, changed, source = search.states, search.moving, search.source
    second, found = states[1], []
    data = {
        name: _strangeness(name, states, source, changed)
        for name, array in second.items()
        if name not in changed and array.size > 0
    }
    meant = [n for n in lasting(states) if n in changed or _may_be_weights(n, second[n], source)]
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
                place = Place(
                    states, layers, x, t, columns, False, search.within, rank, search.by_differences
                )
                found.append(place)
                if second[x].ndim == 2 and (second[x].shape[1] if columns else len(second[x])) > 1:
                    found.append(replace(place, row_by_row=True))
        if len(found) > 10 * MOST_PLACES:
            break
    return found


def _may_be_weights(name: str, array: np.ndarray, source: Source) -> bool:
    """Whether what stays as it is may be meant to be learned."""
    return max(array.shape, default=1) <= MOST_UNITS and source.starts_like_weights(name)


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
                fit = (b for b in lasting if may_be_bias(arrays[b], outputs))
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


def may_be_bias(array: np.ndarray, units: int) -> bool:
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
