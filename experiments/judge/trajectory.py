"""How far two right sides may stray along a training, as their shadows do, and whether they do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from experiments.judge.ladder import (
    Comparison,
    History,
    Norms,
    Place,
    at_step,
    compare,
    norm,
    worst_of,
)
from experiments.judge.nets import Rounding

SHADOW_FACTOR = 2
"""How many times as far as the farthest shadow two right sides may stray from each other: a shadow
errs as much as one side may, and both sides err."""


class Straying(NamedTuple):
    """How far one parameter of two trainings lies apart.

    Attributes:
        step: a checkpoint.
        far: ‖Δ‖ there.
        gained: ‖Δ − Δ at the checkpoint before‖.
    """

    step: int
    far: float
    gained: float


def strayings(one: History, other: History, name: str) -> Iterator[Straying]:
    """How far a parameter strays along two trainings, at every checkpoint after the start."""
    before = np.zeros_like(one.checkpoints[0][name], float)
    for step in one.checkpoints:
        if step:
            apart = one.checkpoints[step][name].astype(float) - other.checkpoints[step][name]
            yield Straying(step, norm(apart), norm(apart - before))
            before = apart


@dataclass(frozen=True)
class Limits:
    """How far two right sides of a training may stray from each other along it.

    Training amplifies rounding as it amplifies any small difference; how much is seen from shadows:
    copies of the scratch side whose gradients are off by as much as rounding may make them, update
    for update. A right twin stays within `SHADOW_FACTOR` times what a shadow does, and what a
    single update may add, whose rounding may be no shadow's.

    Attributes:
        weights: ‖Δ‖ of every parameter, by name and checkpoint: of the largest distance so far.
        gains: ‖Δ − Δ at the checkpoint before‖, by name and checkpoint: what was strayed since.
        outputs: |Δy| of any output, by checkpoint.
        losses: of every update; between two checkpoints of the largest distance there.
    """

    weights: Norms
    gains: Norms
    outputs: Mapping[int, float]
    losses: np.ndarray


def find_limits(
    scratch: History,
    shadows: Sequence[History],
    moved: Mapping[int, float],
    rounding: Mapping[int, Rounding],
) -> Limits:
    """The limits of a training.

    Args:
        scratch: the scratch side's history.
        shadows: the shadows' histories.
        moved: how far an output of any shadow lies from the scratch side's, by checkpoint.
        rounding: what rounding does to one pass and one update, by checkpoint.
    """
    steps = [step for step in scratch.checkpoints if step]
    weights: dict[str, dict[int, float]] = {}
    gains: dict[str, dict[int, float]] = {}
    for name in scratch.checkpoints[0]:
        farthest = at_once = 0.0
        weights[name], gains[name] = {}, {}
        strayed = (strayings(scratch, shadow, name) for shadow in shadows)
        for step, *each in zip(steps, *strayed, strict=True):
            farthest = max(farthest, *(straying.far for straying in each))
            gained = max(straying.gained for straying in each)
            at_once = max(at_once, rounding[step].updated[name])
            weights[name][step] = SHADOW_FACTOR * farthest + at_once
            gains[name][step] = SHADOW_FACTOR * gained + at_once
    own = scratch.in_keras_convention
    apart = np.max([np.abs(s.in_keras_convention - own) for s in shadows], axis=0)
    losses = np.empty_like(own)
    for first, last in pairwise((0, *steps)):
        at_once = max(rounding[first].loss, rounding[last].loss)
        losses[first:last] = SHADOW_FACTOR * apart[first:last].max() + at_once
    outputs = {s: SHADOW_FACTOR * moved[s] + rounding[s].outputs for s in scratch.checkpoints}
    return Limits(weights, gains, outputs, losses)


def compare_trajectories(scratch: History, keras: History, limits: Limits) -> Iterator[Comparison]:
    """Weights and losses of trainings of their own, where they are nearest to their bounds.

    Both histories must be finite. The losses of all updates are compared, in Keras' convention.
    """
    for name in scratch.checkpoints[0]:
        found = []
        for step, far, gained in strayings(scratch, keras, name):
            for quantity, apart, bound in (
                (name, far, limits.weights[name][step]),
                (f"{name}, since the checkpoint before", gained, limits.gains[name][step]),
            ):
                compared = compare("trajectory", "along training", quantity, apart, 0.0, bound)
                found.append(at_step(compared, step))
        yield from worst_of(found)
    ours, theirs = scratch.in_keras_convention, keras.in_keras_convention
    loss = compare("trajectory", "along training", "loss", ours, theirs, limits.losses)
    yield replace(loss, place=Place(step=sum(loss.place.index) + 1))
