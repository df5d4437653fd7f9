"""The ladder climbed: both sides of a trained pair are observed, and handed to the judge."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import far, probe
from experiments.judge import ladder
from experiments.judge.ladder import (
    DIFFERENCES_AT,
    Arrays,
    Comparison,
    Differences,
    History,
    Observation,
)
from experiments.sides import Scratch, Side
from experiments.spec import Training

BATCH_SIZE = 100
"""Samples of the first batch on which layers, loss and gradients are compared, at most."""

LARGE_NET = 100_000
"""Parameters from which on fewer updates are watched."""


@dataclass(frozen=True)
class Effort:
    """How much of a training is gone over again to compare it.

    Attributes:
        watched: updates after every checkpoint that both sides do from the same weights.
        watched_large: the same for a large net.
        shadow_work: updates times parameters for which shadows are followed, at most.
        shadow_updates: updates for which they are followed, at most.
    """

    watched: int
    watched_large: int
    shadow_work: float
    shadow_updates: int

    def shadowed(self, training: Training) -> int:
        """The checkpoint up to which the shadows of a training are followed."""
        reach = min(self.shadow_work // training.start.size, self.shadow_updates)
        return max(step for step in training.checkpoints if step <= max(reach, 1))


THOROUGH = Effort(watched=10, watched_large=2, shadow_work=6e7, shadow_updates=1_000_000)
BRIEF = Effort(watched=3, watched_large=1, shadow_work=6e7, shadow_updates=500)

Batches = np.ndarray | list[np.ndarray]
Make = Callable[[Training, Arrays, Dataset], Side]


@dataclass(frozen=True)
class Batch:
    """Samples and targets, and their rows in the data set that the sides hold."""

    x: np.ndarray
    t: np.ndarray
    rows: np.ndarray


def batch_of(data: Dataset, rows: np.ndarray) -> Batch:
    """Some training samples of a data set."""
    return Batch(data.x[rows], data.t[rows], rows)


def observe(side: Side, batch: Batch, learning_rate: float) -> Observation:
    """Everything that one side computes at its present parameters, which are left as they were."""
    params = side.params
    activations = side.forward(batch.x)
    loss, gradient = side.loss_and_gradient(batch.x, batch.t)
    loss += side.known_term(activations["y"], batch.t)
    side.train(batch.rows[np.newaxis], learning_rate)
    updated = side.params
    side.set_params(params)
    return Observation(params, activations, loss, gradient, updated)


def allowed(side: Scratch, batch: Batch, learning_rate: float) -> Observation:
    """How far two right computations at a side's present parameters may lie apart."""
    model = side.bounded()
    activations = model.forward(batch.x)
    loss = model.error(activations["y"], batch.t) + side.known_term(activations["y"], batch.t)
    gradient = model.backward(batch.x, activations, batch.t)
    updated = {n: v - learning_rate * gradient[n] for n, v in model.params.items()}
    params, activations, gradient, updated = (
        {name: values.allowed for name, values in part.items()}
        for part in (model.params, activations, gradient, updated)
    )
    return Observation(params, activations, float(loss.allowed), gradient, updated)


def differences(
    training: Training, data: Dataset, params: Arrays, batch: Batch, gradients: Sequence[Arrays]
) -> Differences:
    """Central differences of the scratch loss in float64, at a subset of each parameter.

    The subset: all elements if there are no more than `DIFFERENCES_AT`, else so many, evenly
    spaced among those where one of the given gradients is not zero. The sources' ε is taken out
    of the loss, as no gradient here has it.
    """
    from scratch.gradients import numerical_gradient

    side = Scratch(training, {n: v.astype(float) for n, v in params.items()}, data)
    batch = Batch(batch.x.astype(float), batch.t.astype(float), batch.rows)

    def loss(_: np.ndarray) -> float:
        y = side.model.predict(batch.x)
        return side.model.error(y, batch.t) + side.known_term(y, batch.t)

    h = 1e-4
    at, step, double = {}, {}, {}
    for name, values in side.model.params.items():
        moving = np.any([g[name] != 0 for g in gradients], axis=0).ravel()
        candidates = np.arange(values.size)
        if values.size > DIFFERENCES_AT and moving.any():
            candidates = np.flatnonzero(moving)
        picks = np.linspace(0, len(candidates) - 1, DIFFERENCES_AT).round().astype(int)
        at[name] = candidates[np.unique(picks)]
        indices = [np.unravel_index(i, values.shape) for i in at[name]]
        step[name] = numerical_gradient(loss, values, h, indices).ravel()[at[name]]
        double[name] = numerical_gradient(loss, values, 2 * h, indices).ravel()[at[name]]
    return Differences(at, step, double, h, allowed(side, batch, 0.0).loss)


def compare_at(
    state: str,
    training: Training,
    data: Dataset,
    sides: Sequence[Side],
    params: Arrays,
    batch: Batch,
) -> Iterator[Comparison]:
    """The rungs from the layers to the differences, with given parameters on one batch.

    Args:
        state: the weights, in words.
        training: the model, its options and the learning rate.
        data: the data set that the sides hold.
        sides: the scratch side and Keras.
        params: the parameters.
        batch: samples of the data set.
    """
    for side in sides:
        side.set_params(params)
    rate = training.learning_rate
    pair = [observe(side, batch, rate) for side in sides]
    bounds = allowed(Scratch(training, params, data), batch, rate)
    yield from ladder.compare_states(state, *pair, bounds)
    gradients = [observed.gradient for observed in pair]
    third = differences(training, data, params, batch, gradients)
    for name, gradient in zip(("backprop", "autodiff"), gradients, strict=True):
        yield from ladder.compare_differences(state, name, gradient, bounds.gradient, third)


def compare_probe(training: Training, make: Sequence[Make], dtype: str) -> Iterator[Comparison]:
    """The same rungs on the probe, and where the outputs are a softmax with far logits as well."""
    params, data = probe([name for name, _ in training.start.shapes], dtype)
    sides = [new(training, params, data) for new in make]
    batch = batch_of(data, np.arange(len(data.x)))
    yield from compare_at("probe", training, data, sides, params, batch)
    if sides[0].output == "softmax":
        yield from compare_at("probe, far", training, data, sides, far(params), batch)


def compare_steps(
    training: Training,
    data: Dataset,
    sides: Sequence[Side],
    checkpoints: Mapping[int, Arrays],
    batches: Batches,
    effort: Effort,
) -> Iterator[Comparison]:
    """Teacher-forced: both sides do one update from the same weights, those of the scratch side.

    Watched are the updates after every checkpoint, fewer of them for a large net.
    """
    rate = training.learning_rate
    reference = Scratch(training, checkpoints[0], data)
    count = effort.watched if training.start.size < LARGE_NET else effort.watched_large
    done = 0
    for checkpoint, params in checkpoints.items():
        if checkpoint >= done:
            before, done = params, checkpoint
        while done < min(checkpoint + count, training.steps):
            reference.set_params(before)
            batch = batch_of(data, batches[done])
            term = reference.known_term(reference.forward(batch.x)["y"], batch.t)
            pair = []
            for side, known in zip(sides, (term, 0.0), strict=True):
                side.set_params(before)
                loss = float(side.train(batches[done : done + 1], rate)[0]) + known
                pair.append(Observation(before, {}, loss, {}, side.params))
            done += 1
            yield from ladder.compare_step(done, *pair, allowed(reference, batch, rate))
            before = pair[0].updated


def compare_pair(
    training: Training,
    data: Dataset,
    sides: Sequence[Side],
    histories: Sequence[History],
    batches: Batches,
    trajectory_bounds: Mapping[str, Mapping[int, float]],
    make: Sequence[Make],
    effort: Effort = THOROUGH,
) -> list[Comparison]:
    """The whole ladder for one trained pair.

    Args:
        training: what was trained.
        data: its data set.
        sides: the scratch side and Keras.
        histories: of both.
        batches: row indices of every step.
        trajectory_bounds: see `ladder.trajectory_bounds`.
        make: what makes the two sides, for the probe.
        effort: how many updates are watched.
    """
    rows = np.arange(len(data.x)) if data.kind == "truth table" else batches[0][:BATCH_SIZE]
    batch = batch_of(data, rows)
    scratch, keras = histories
    comparisons = list(ladder.compare_starts(scratch, keras))
    comparisons += compare_probe(training, make, data.x.dtype.name)
    for state, step in (("start", 0), ("trained", training.steps)):
        params = scratch.checkpoints[step]
        comparisons += compare_at(state, training, data, sides, params, batch)
    steps = compare_steps(training, data, sides, scratch.checkpoints, batches, effort)
    comparisons += ladder.worst_of(steps)
    comparisons += ladder.compare_trajectories(scratch, keras, trajectory_bounds)
    return comparisons + list(_compare_predictions(training, data, sides, histories))


def _compare_predictions(
    training: Training, data: Dataset, sides: Sequence[Side], histories: Sequence[History]
) -> Iterator[Comparison]:
    scratch, keras = sides
    own, final = (history.checkpoints[training.steps] for history in histories)
    scratch.set_params(own)
    free = scratch.outputs("test")
    for side in sides:
        side.set_params(final)
    model = Scratch(training, final, data).bounded()
    bound = model.forward(data.x_test)["y"].allowed
    decides = scratch.output != "identity"
    yield from ladder.compare_predictions(
        scratch.outputs("test"), keras.outputs("test"), free, bound, decides
    )
