"""The ladder climbed: both sides of a trained pair are observed, and handed to the judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
from experiments.pair.pair import Batch, Pair, pair_of
from experiments.pair.sides import Scratch, Side
from experiments.spec import Training
from scratch.gradients import numerical_gradient

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

    def watches(self, training: Training) -> int:
        """Updates watched after every checkpoint of a training."""
        return self.watched if training.start.size < LARGE_NET else self.watched_large

    def shadowed(self, training: Training) -> int:
        """The checkpoint up to which the shadows of a training are followed."""
        reach = min(self.shadow_work // training.start.size, self.shadow_updates)
        return max(step for step in training.checkpoints if step <= max(reach, 1))


THOROUGH = Effort(watched=10, watched_large=2, shadow_work=6e7, shadow_updates=1_000_000)
BRIEF = Effort(watched=3, watched_large=1, shadow_work=6e7, shadow_updates=500)


def observe(side: Side, params: Arrays, batch: Batch, learning_rate: float) -> Observation:
    """Everything that one side computes from the given parameters."""
    activations = side.forward(params, batch.x)
    loss, gradient = side.loss_and_gradient(params, batch.x, batch.t)
    loss += side.known_term(activations["y"], batch.t)
    _, updated = side.train(params, batch.rows[np.newaxis], learning_rate)
    return Observation(params, activations, loss, gradient, updated)


def allowed(side: Scratch, params: Arrays, batch: Batch, learning_rate: float) -> Observation:
    """How far two right computations from the given parameters may lie apart."""
    model = side.bounded(params)
    activations = model.forward(batch.x)
    loss = model.error(activations["y"], batch.t) + side.bounded_term(activations["y"], batch.t)
    gradient = model.backward(batch.x, activations, batch.t)
    updated = {n: v - learning_rate * gradient[n] for n, v in model.params.items()}
    own, activations, gradient, updated = (
        {name: values.allowed for name, values in part.items()}
        for part in (model.params, activations, gradient, updated)
    )
    return Observation(own, activations, float(loss.allowed), gradient, updated)


def differences(
    pair: Pair, params: Arrays, batch: Batch, gradients: Sequence[Arrays]
) -> Differences:
    """Central differences of the scratch loss in float64, at a subset of each parameter.

    The subset: all elements if there are no more than `DIFFERENCES_AT`, else so many, evenly
    spaced among those where one of the given gradients is not zero. The sources' ε is taken out
    of the loss, as no gradient here has it.
    """
    side = pair.reference
    exact = {name: values.astype(float) for name, values in params.items()}
    model = side.model(exact)
    batch = Batch(batch.x.astype(float), batch.t.astype(float), batch.rows)

    def loss(_: np.ndarray) -> float:
        y = model.predict(batch.x)
        return model.error(y, batch.t) + side.known_term(y, batch.t)

    h = 1e-4
    at, step, double = {}, {}, {}
    for name, values in model.params.items():
        moving = np.any([g[name] != 0 for g in gradients], axis=0).ravel()
        candidates = np.arange(values.size)
        if values.size > DIFFERENCES_AT and moving.any():
            candidates = np.flatnonzero(moving)
        picks = np.linspace(0, len(candidates) - 1, DIFFERENCES_AT).round().astype(int)
        at[name] = candidates[np.unique(picks)]
        indices = [np.unravel_index(i, values.shape) for i in at[name]]
        step[name] = numerical_gradient(loss, values, h, indices).ravel()[at[name]]
        double[name] = numerical_gradient(loss, values, 2 * h, indices).ravel()[at[name]]
    return Differences(at, step, double, h, allowed(side, exact, batch, 0.0).loss)


def compare_at(state: str, pair: Pair, params: Arrays, batch: Batch) -> Iterator[Comparison]:
    """The rungs from the layers to the differences, with given parameters on one batch.

    Args:
        state: the weights, in a word.
        pair: the two sides.
        params: the parameters.
        batch: samples of the pair's data set.
    """
    rate = pair.training.learning_rate
    scratch, keras = (observe(side, params, batch, rate) for side in pair.sides)
    bounds = allowed(pair.reference, params, batch, rate)
    yield from ladder.compare_states(state, scratch, keras, bounds)
    gradients = {"backprop": scratch.gradient, "autodiff": keras.gradient}
    third = differences(pair, params, batch, list(gradients.values()))
    for name, gradient in gradients.items():
        yield from ladder.compare_differences(state, name, gradient, bounds.gradient, third)


def compare_probe(pair: Pair) -> Iterator[Comparison]:
    """The same rungs on the probe, and where the outputs are a softmax with far logits as well."""
    training = pair.training
    params, data = probe([name for name, _ in training.start.shapes], pair.data.x.dtype.name)
    other = pair_of(training, data, params, [], pair.make)
    yield from compare_at("probe", other, params, other.whole())
    if other.reference.output == "softmax":
        yield from compare_at("probe, far", other, far(params), other.whole())


def compare_steps(
    pair: Pair, checkpoints: Mapping[int, Arrays], effort: Effort
) -> Iterator[Comparison]:
    """Teacher-forced: both sides do one update from the same weights, those of the scratch side.

    Watched are the updates after every checkpoint, fewer of them for a large net.
    """
    rate, reference = pair.training.learning_rate, pair.reference
    count = effort.watches(pair.training)
    done, before = 0, checkpoints[0]
    for checkpoint, params in checkpoints.items():
        if checkpoint >= done:
            before, done = params, checkpoint
        while done < min(checkpoint + count, pair.training.steps):
            batch = pair.batch(pair.batches[done])
            term = reference.known_term(reference.forward(before, batch.x)["y"], batch.t)
            observed = []
            for side, known in zip(pair.sides, (term, 0.0), strict=True):
                losses, updated = side.train(before, pair.batches[done : done + 1], rate)
                observed.append(Observation(before, {}, float(losses[0]) + known, {}, updated))
            done += 1
            bounds = allowed(reference, before, batch, rate)
            yield from ladder.compare_step(done, observed[0], observed[1], bounds)
            before = dict(observed[0].updated)  # new, so that no side goes on from where it was


def compare_pair(
    pair: Pair,
    histories: tuple[History, History],
    trajectory_bounds: Mapping[str, Mapping[int, float]],
    effort: Effort = THOROUGH,
) -> list[Comparison]:
    """The whole ladder for one trained pair.

    Args:
        pair: what was trained.
        histories: of both sides.
        trajectory_bounds: see `ladder.trajectory_bounds`.
        effort: how many updates are watched.
    """
    batch = pair.whole()
    if pair.data.kind != "truth table":
        batch = pair.batch(pair.batches[0][:BATCH_SIZE])
    scratch, keras = histories
    comparisons = list(ladder.compare_starts(scratch, keras))
    comparisons += compare_probe(pair)
    for state, step in (("start", 0), ("trained", pair.training.steps)):
        comparisons += compare_at(state, pair, scratch.checkpoints[step], batch)
    comparisons += ladder.worst_of(compare_steps(pair, scratch.checkpoints, effort))
    comparisons += ladder.compare_trajectories(scratch, keras, trajectory_bounds)
    return comparisons + list(_compare_predictions(pair, histories))


def _compare_predictions(pair: Pair, histories: tuple[History, History]) -> Iterator[Comparison]:
    own, final = (history.checkpoints[pair.training.steps] for history in histories)
    free = pair.scratch.outputs(own, "test")
    reference = pair.reference
    bound = reference.bounded(final).forward(pair.data.x_test)["y"].allowed
    ours, theirs = (side.outputs(final, "test") for side in pair.sides)
    decides = reference.output != "identity"
    yield from ladder.compare_predictions(ours, theirs, free, bound, decides)
