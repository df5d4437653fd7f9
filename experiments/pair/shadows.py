"""Shadows: copies of the scratch side whose gradients err as much as rounding may make them err.

How far they stray shows how far rounding alone can carry a right twin. A shadow's error is always
to the same side, which carries it farthest: the roundings of another exponential, of another order
of a sum or of a fused multiplication are not drawn anew at every update either.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from experiments.judge.ladder import Arrays, History
from experiments.judge.nets import LOSSES, Rounding
from experiments.judge.trajectory import Limits, find_limits
from experiments.pair.compare import rounding_along
from experiments.pair.follow import Advance, follow, silent
from experiments.pair.pair import Pair
from experiments.pair.sides import Batches, Scratch, Spoil, Tapped, Trained, stacked

SHADOWS = 20
"""Of small nets, where the farthest of few may by chance not be far: an array may be one number."""

SHADOWS_OF_IMAGES = 1
"""Of nets for images, whose every array has ten elements or more: their norms vary little."""


def shadow_count(pair: Pair) -> int:
    """How many shadows a training has."""
    return SHADOWS_OF_IMAGES if pair.data.kind == "images" else SHADOWS


class Erring:
    """Adds to every gradient an error as large as rounding's, with signs that stay.

    Args:
        sizes: root mean square of the error, by checkpoint and parameter.
        signs: ±1 in the shape of every parameter.
        spare_rows: whether rows that are 0, as those of dark pixels, get none: an optimizer that
            divides by what it has seen would make much of an error where none can be.
    """

    def __init__(
        self,
        sizes: Mapping[int, Mapping[str, float]],
        signs: Arrays,
        spare_rows: bool = False,
    ) -> None:
        self._sizes, self._signs, self._spare_rows = sizes, signs, spare_rows
        self._done = 0
        self._errors: dict[str, np.ndarray] = {}

    def __call__(self, gradients: dict[str, np.ndarray]) -> None:
        """Spoil the gradients of one update; those of a loop that skips pixels have fewer rows."""
        if self._done in self._sizes:
            sizes = self._sizes[self._done]
            self._errors = {n: s * s.dtype.type(sizes[n]) for n, s in self._signs.items()}
        self._done += 1
        for name, gradient in gradients.items():
            error = self._errors[name][: len(gradient)]
            if self._spare_rows and gradient.ndim > 1:
                error = error * gradient.any(axis=1, keepdims=True)
            gradient += error


class Stack(Scratch):
    """Many copies of a tiny net, trained as one: parameters and losses of all, by net."""

    def train(self, params: Arrays, batches: Batches, learning_rate: float) -> Trained:
        """See `Side`; losses of shape (steps, nets)."""
        seen: list[np.ndarray] = []
        model = self.model({name: values.copy() for name, values in params.items()})
        tapped = Tapped(model, lambda activations, t: seen.append(activations["y"]), self._spoil)
        self._train(tapped, self._data.x, self._data.t, batches, learning_rate)
        targets = self._data.t[np.asarray(batches)][:, np.newaxis]
        losses = LOSSES[self.net.loss].value(np.stack(seen), targets)
        return Trained(losses, np.zeros_like(losses), tapped.params)


def limits_of(pair: Pair, history: History, advance: Advance = silent) -> Limits:
    """How far a right twin may stray from the scratch side, up to the last update.

    Args:
        pair: what is trained.
        history: of the right scratch side.
        advance: told of the shadows' steps.
    """
    rounding = rounding_along(pair, history)
    shadows = follow_shadows(pair, rounding, advance)
    side = Scratch(pair.training, pair.data)
    judged_on_the_test_samples = {*pair.training.evaluate_at, pair.training.steps}
    moved = {}
    for step, params in history.checkpoints.items():
        x = pair.data.x_test
        if step not in judged_on_the_test_samples:
            x = pair.data.x[pair.batches[min(step, pair.training.steps - 1)]]
        own = side.model(params).predict(x)
        others = (side.model(shadow.checkpoints[step]).predict(x) for shadow in shadows)
        moved[step] = max(float(np.abs(other - own).max()) for other in others)
    return find_limits(history, shadows, moved, rounding)


def follow_shadows(
    pair: Pair, rounding: Mapping[int, Rounding], advance: Advance = silent
) -> list[History]:
    """Trainings of the shadows.

    Args:
        pair: what is trained.
        rounding: what rounding does to the gradients, by checkpoint.
        advance: told of the steps done.
    """
    sizes = {step: of.gradient for step, of in rounding.items()}
    rng, shapes = np.random.default_rng(0), pair.training.start.trained
    signs = [
        {n: rng.choice(np.array([-1, 1], pair.data.x.dtype), shape) for n, shape in shapes}
        for _ in range(shadow_count(pair))
    ]
    if pair.scratch.can_be_stacked:
        return follow_stacked(pair, Erring(sizes, stacked(signs)), len(signs), advance)
    divides = pair.training.optimizer != "SGD"
    return follow_spoiled(pair, [Erring(sizes, s, divides) for s in signs], advance)


def follow_stacked(pair: Pair, spoil: Spoil, nets: int, advance: Advance = silent) -> list[History]:
    """Trainings of many copies of a tiny net as one stack, from the same start."""
    side = Stack(pair.training, pair.data, spoil=spoil)
    start = stacked([pair.start] * nets)
    history = follow(pair.training, side, start, pair.batches, advance)
    return [_unstacked(history, index, pair.start) for index in range(nets)]


def follow_spoiled(
    pair: Pair, spoils: Sequence[Spoil], advance: Advance = silent, terms: bool = True
) -> list[History]:
    """Trainings of copies of the scratch side, two at a time, by the loop that takes least time.

    Args:
        pair: what is trained.
        spoils: of each copy.
        advance: told of the steps done.
        terms: see `Scratch`.
    """

    def one(spoil: Spoil, told: Advance) -> History:
        side = Scratch(pair.training, pair.data, spoil, terms).quickly()
        return follow(pair.training, side, pair.start, pair.batches, told)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, spoils, [advance, *[silent] * (len(spoils) - 1)]))


def _unstacked(history: History, index: int, start: Arrays) -> History:
    checkpoints = {
        step: {name: values[index].reshape(start[name].shape) for name, values in params.items()}
        for step, params in history.checkpoints.items()
    }
    losses = history.losses[:, index]
    return replace(history, losses=losses, terms=np.zeros_like(losses), checkpoints=checkpoints)
