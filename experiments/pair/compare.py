"""The ladder climbed: both sides of a trained pair are observed, and handed to the judge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import far, probe_like, saturated
from experiments.judge import ladder, nets, trajectory
from experiments.judge.ladder import (
    DIFFERENCES_AT,
    Arrays,
    Comparison,
    History,
    Observation,
)
from experiments.judge.nets import LOSSES, Rounding
from experiments.judge.optimizers import at_rest
from experiments.judge.trajectory import Limits
from experiments.pair.measure import DERIVED, Values
from experiments.pair.pair import Batch, Pair, pair_of
from experiments.pair.sides import CHUNK, Side, Split
from experiments.spec import Training

BATCH_SIZE = 100
"""Samples of the first batch on which layers, loss and gradients are compared, at most."""

SPLITS: dict[str, Split] = {"train_accuracy": "train", "test_accuracy": "test"}
"""The samples of which a measured accuracy is."""

LARGE_NET = 100_000
"""Parameters from which on fewer updates are watched."""


@dataclass(frozen=True)
class Effort:
    """How much of a training is gone over again to compare it.

    Attributes:
        watched: updates after every checkpoint that both sides do from the same weights.
        watched_large: the same for a large net.
    """

    watched: int
    watched_large: int

    def watches(self, training: Training) -> int:
        """Updates watched after every checkpoint of a training."""
        return self.watched if training.start.size < LARGE_NET else self.watched_large


THOROUGH = Effort(watched=10, watched_large=2)
BRIEF = Effort(watched=3, watched_large=1)


def observe(side: Side, params: Arrays, batch: Batch, learning_rate: float) -> Observation:
    """Everything that one side computes from the given parameters, on samples of its own."""
    activations = side.forward(params, batch.x.copy())
    loss, gradient = side.loss_and_gradient(params, batch.x.copy(), batch.t.copy())
    loss += side.known_term(activations, batch.t)
    updated = side.train(params, batch.rows[np.newaxis], learning_rate).params
    return Observation(params, activations, loss, gradient, updated)


def rounding_along(pair: Pair, history: History) -> dict[int, Rounding]:
    """What rounding does to the update after every checkpoint.

    Of truth tables, whose batches differ much, the most that it does to any of the next four.
    """
    ahead = 4 if pair.data.kind == "truth table" else 1
    found = {}
    for step, params in history.checkpoints.items():
        first = min(step, pair.training.steps - 1)
        batches = [pair.batch(rows) for rows in pair.batches[first : first + ahead]]
        found[step] = nets.rounding([pair.allowed(params, batch) for batch in batches])
    return found


def moved(params: Arrays, gradients: Sequence[Arrays]) -> dict[str, np.ndarray]:
    """The elements at which gradients are held against differences, as flat indices.

    All elements if there are no more than `DIFFERENCES_AT`, else so many, evenly spaced among those
    where one of the gradients is not zero.
    """
    at = {}
    for name in gradients[0]:
        moving = np.any([g[name] != 0 for g in gradients], axis=0).ravel()
        candidates = np.arange(params[name].size)
        if params[name].size > DIFFERENCES_AT and moving.any():
            candidates = np.flatnonzero(moving)
        picks = np.linspace(0, len(candidates) - 1, DIFFERENCES_AT).round().astype(int)
        at[name] = candidates[np.unique(picks)]
    return at


def compare_at(
    state: str, pair: Pair, params: Arrays, batch: Batch, by_its_own: bool = False
) -> Iterator[Comparison]:
    """The rungs from the layers to the differences, with given parameters on one batch.

    Args:
        state: the weights, in a word.
        pair: the two sides.
        params: the parameters.
        batch: samples of the pair's data set.
        by_its_own: whether the net's own method for differences is compared as well.
    """
    rate = pair.training.learning_rate
    scratch, keras = (observe(side, params, batch, rate) for side in pair.sides)
    bounds = pair.allowed(params, batch)
    yield from ladder.compare_states(state, scratch, keras, bounds)
    gradients = {"backprop": scratch.gradient, "autodiff": keras.gradient}
    at = moved(params, list(gradients.values()))
    third = pair.expected.differences(params, batch.x, batch.t, at)
    if by_its_own:
        exact = {name: values.astype(float) for name, values in params.items()}
        x, t = batch.x.astype(float), batch.t.astype(float)
        gradients["numerical gradient"] = pair.scratch.numerical_gradient(exact, x, t)
    for name, gradient in gradients.items():
        yield from ladder.compare_differences(state, name, gradient, bounds.gradient, third)


def compare_probe(pair: Pair) -> Iterator[Comparison]:
    """The same rungs on the probe, with saturated units, and of a softmax with far logits as well.

    Here, where some answers are right and some wrong, the accuracies are compared too, and the
    net's own numerical gradient.
    """
    training = pair.training
    dtype = pair.data.x.dtype.name
    params, data = probe_like(dict(training.start.shapes), dtype)
    moved = {name: params[name] for name, _ in training.start.trained}
    params |= at_rest(training.optimizer, moved)
    data = _with_mixed_answers(pair, params, data)
    other = pair_of(training, data, params, [], pair.makes)
    yield from compare_at("probe", other, params, other.whole(), by_its_own=True)
    if pair.net.output != "identity":
        ours, theirs = (side.accuracy(params, "test") for side in other.sides)
        yield ladder.compare("predictions", "probe", "accuracy", ours, theirs, 0.0)
    if pair.net.output != "identity" and pair.net.is_dense:
        beyond = compare_at("probe, saturated", other, saturated(params), other.whole())
        # the logarithm of a probability that rounding may make 0 has no bound, and says nothing
        yield from (comparison for comparison in beyond if np.isfinite(comparison.bound))
    if pair.net.output == "softmax":
        yield from compare_at("probe, far", other, far(params), other.whole())


def _with_mixed_answers(pair: Pair, params: Arrays, data: Dataset) -> Dataset:
    """The samples with targets of which the net answers every other one rightly."""
    answers = pair.net.predict(params, data.x).argmax(axis=1)
    row, classes = np.arange(len(data.x)), data.t.shape[1]
    labels = np.where(row % 2, answers + 1 + row % (classes - 1), answers) % classes
    t = np.eye(classes, dtype=data.t.dtype)[labels]
    return replace(data, t=t, t_test=t)


def loops(pair: Pair) -> dict[str, Side]:
    """Scratch's loops by name: the readable one, and if it can be the one that skips pixels."""
    if not pair.scratch.has_fast_loop:
        return {"": pair.scratch}
    return {"": pair.scratch, "fast loop": pair.scratch.skipping()}


def compare_steps(
    pair: Pair, checkpoints: Mapping[int, Arrays], effort: Effort
) -> Iterator[Comparison]:
    """Teacher-forced: both sides do one update from the same weights, those of the scratch side.

    Watched are the updates after every checkpoint, fewer of them for a large net.
    """
    rate, count = pair.training.learning_rate, effort.watches(pair.training)
    sides = loops(pair)
    done, before = 0, checkpoints[0]
    for checkpoint, params in checkpoints.items():
        if checkpoint >= done:
            before, done = params, checkpoint
        while done < min(checkpoint + count, pair.training.steps):
            rows = pair.batches[done : done + 1]
            done += 1
            theirs = pair.keras.train(before, rows, rate)
            bounds = pair.allowed(before, pair.batch(rows[0]))
            updated = before
            for name, side in sides.items():
                ours = side.train(before, rows, rate)
                losses = (float(of.losses[0]) + float(of.terms[0]) for of in (ours, theirs))
                yield from ladder.compare_step(
                    done, name, (next(losses), ours.params), (next(losses), theirs.params), bounds
                )
                updated = updated if name else ours.params
            before = dict(updated)  # new, so that no side goes on from where it was


def compare_pair(
    pair: Pair,
    histories: tuple[History, History],
    limits: Limits,
    measured: tuple[Values, Values],
    effort: Effort = THOROUGH,
) -> Iterator[Comparison]:
    """The whole ladder for one trained pair, each comparison made when it is asked for.

    Args:
        pair: what was trained.
        histories: of both sides.
        limits: how far they may lie apart along training.
        measured: what they measured.
        effort: how many updates are watched.
    """
    batch = pair.whole()
    if pair.data.kind != "truth table":
        batch = pair.batch(pair.batches[0][:BATCH_SIZE])
    scratch, keras = histories
    yield from ladder.compare_starts(scratch, keras)
    yield from compare_probe(pair)
    for state, step in (("start", 0), ("trained", pair.training.steps)):
        yield from compare_at(state, pair, scratch.checkpoints[step], batch)
    yield from ladder.worst_of(compare_steps(pair, scratch.checkpoints, effort))
    yield from trajectory.compare_trajectories(scratch, keras, limits)
    yield from _compare_predictions(pair, histories, limits.outputs[pair.training.steps])
    yield from ladder.worst_of(_compare_measured(pair, scratch, limits, measured))


def _compare_predictions(
    pair: Pair, histories: tuple[History, History], move: float
) -> Iterator[Comparison]:
    own, final = (history.checkpoints[pair.training.steps] for history in histories)
    free = pair.scratch.outputs(own, "test")
    held, x = nets.bounded(final), pair.data.x_test
    chunks = (x[first : first + CHUNK] for first in range(0, len(x), CHUNK))
    bound = np.concatenate([pair.net.predict(held, chunk).allowed for chunk in chunks])
    ours, theirs = (side.outputs(final, "test") for side in pair.sides)
    yield from ladder.compare_predictions(ours, theirs, free, bound, move)
    if pair.net.output != "identity":
        yield ladder.compare_decisions(free, theirs, move)
        own_accuracy, accuracy = (side.accuracy(final, "test") for side in pair.sides)
        near = ladder.undecided(ours, float(bound.max())) if own_accuracy != accuracy else 0.0
        yield ladder.compare("predictions", "trained", "accuracy", own_accuracy, accuracy, near)


def _compare_measured(
    pair: Pair, scratch: History, limits: Limits, measured: tuple[Values, Values]
) -> Iterator[Comparison]:
    """Outputs of a truth table, accuracies and the test loss, after trainings of their own.

    What is derived from what is compared is not compared again.
    """
    ours, theirs = measured
    for of, value in ours.items():
        if of.quantity in DERIVED:
            continue
        step, bound = of.step or 0, 0.0
        params = scratch.checkpoints[step]
        if of.quantity == "output":
            bound = limits.outputs[step]
        elif of.quantity in SPLITS:
            if value != theirs[of]:
                y = pair.scratch.outputs(params, SPLITS[of.quantity])
                bound = ladder.undecided(y, limits.outputs[step])
        else:  # the test loss
            x, t = pair.data.split("test")
            value += pair.scratch.known_term(pair.scratch.forward(params, x), t)
            samples = 1 if LOSSES[pair.net.loss].is_mean else len(x) / len(pair.batches[-1])
            bound = samples * limits.losses[-1]
        yield ladder.compare_measured(of.quantity, step, value, theirs[of], bound)
