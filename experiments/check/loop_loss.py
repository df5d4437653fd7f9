"""The loss that a loop computes beside its updates, which need not be the one it goes down on."""

from collections.abc import Iterator, Mapping

import numpy as np

from experiments.check.fit import Fit, values
from experiments.check.grammar import EPSILONS, LOSSES
from experiments.check.inside.protocol import GIVEN_RATE, OWN_LOSS, OWN_RATE
from experiments.check.places import MOST_STEPS
from experiments.check.source import Source
from experiments.check.states import CLOSE
from experiments.judge.conventions import EPSILON
from experiments.words import Problem

ENTROPIES = {name: loss for name, loss in LOSSES.items() if "entropy" in name}

LEAST_DECAY = 1e-6
"""The smallest λ that is taken for one."""

NEAR = 1e-3
"""How far, relative to its size, a λ may lie off: the loss may have an ε besides."""


def another_loss(fit: Fit) -> Problem | None:
    """What to say of a loop that computes a cross-entropy, and goes by another loss's gradient.

    A squared error is often only watched, and an absolute one is the output's error itself.
    """
    if fit.chain.of.loss in ENTROPIES or not (found := computed_loss(fit)):
        return None
    return Problem("check.other loss", loss=Problem(f"check.net.loss.{found}"))


def computed_loss(fit: Fit) -> str:
    """The cross-entropy of its outputs that a loop has computed; empty if it has none."""
    numbers = [float(a) for a in {**fit.place.within, **fit.place.states[1]}.values() if not a.ndim]
    _, t = fit.place.data(0)
    v = values(fit.place, fit.chain, 0)
    for name, loss in ENTROPIES.items():
        total = float(loss.value(v, 0.0)), float(loss.value(v, EPSILON))
        possible = [value / share for value in total for share in (1, len(t), t.size)]
        if any(np.isclose(n, possible, rtol=1e-9, atol=0).any() for n in numbers if n % 1):
            return name
    return ""


def times_its_slope(fit: Fit) -> float | None:
    """How many times the slope of its own loss a net's gradient is; None if that cannot be told.

    The updates say by which share of the loss's sum a net goes, its loss which share of it it is.
    """
    place, of, own = fit.place, fit.chain.of, fit.place.within.get(OWN_LOSS)
    rate = place.states[0].get(GIVEN_RATE, place.within.get(OWN_RATE))
    if own is None or own.ndim or rate is None or not rate:
        return None
    v, (_, t) = values(place, fit.chain, 0), place.data(0)
    shares = {"sum": 1, "mean": len(t), "mean of all": t.size}
    taken = fit.chain.rate / float(rate)
    squares = sum((w * w).sum() for n, w in place.params(0).items() if n[0] == "W")
    rest = float(own) - taken * of.l2 * squares / 2
    totals = [float(LOSSES[of.loss].value(v, epsilon)) for epsilon in EPSILONS]
    for share in (shares[of.reduction], *shares.values()):
        if np.isclose(rest, np.array(totals) / share, rtol=CLOSE, atol=0).any():
            return taken * share / shares[of.reduction]
    return None


def is_by_reduction(fit: Fit, factor: float) -> bool:
    """Whether a net that makes its own steps only sums where its loss takes a mean, or vice versa.

    Its loss is then no more than watched, and its rate is one for the other.
    """
    if fit.place.is_of_gradients:
        return False
    _, t = fit.place.data(0)
    shares = (len(t), t.size, t.size // len(t))
    return bool(np.isclose(max(factor, 1 / factor), shares, rtol=CLOSE).any())


def decay_of(fit: Fit, source: Source) -> float:
    """λ of an L2 term that the loss has and the gradient lacks; 0 if there is none."""
    return _decay_in_the_loss(fit) or _written_decay(fit, source)


def _decay_in_the_loss(fit: Fit) -> float:
    """λ of the L2 term that a loop's own loss has at every step; 0 if it has none."""
    place = fit.place
    if place.steps < MOST_STEPS:
        return 0.0
    by_name: dict[str, list[list[float]]] = {}
    for step in range(place.steps):
        for name, rest in _rests(fit, step, place.states[step + 1]):
            by_name.setdefault(name, []).append(rest)
    for rests in by_name.values():
        for strengths in zip(*rests, strict=True):
            same = np.ptp(strengths) < NEAR * max(strengths)
            if len(strengths) == place.steps and min(strengths) > LEAST_DECAY and same:
                return strengths[0]
    return 0.0


def _written_decay(fit: Fit, source: Source) -> float:
    """λ of the L2 term that a function's loss has around the first step, if the program holds it.

    The loss may be asked for before the update, or after it.
    """
    numbers = {float(a) for a in fit.place.states[0].values() if not a.ndim} | source.numbers
    strengths = [number for number in numbers if number > LEAST_DECAY and number != 1]
    found = [
        strength
        for step in range(min(2, fit.place.steps))
        for _, rest in _rests(fit, step, fit.place.within)
        for strength in rest
    ]
    near = (one for one in strengths for other in found if abs(one - other) < NEAR * one)
    return next(near, 0.0)


def _rests(
    fit: Fit, step: int, arrays: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, list[float]]]:
    """For every single number of a step: λ, if it is the loss with an L2 term, in any reduction."""
    place, loss = fit.place, LOSSES[fit.chain.of.loss]
    v, (_, t) = values(place, fit.chain, step), place.data(step)
    squares = sum((w * w).sum() for n, w in place.params(step).items() if n[0] == "W") / 2
    totals = [float(loss.value(v, 0.0)) / share for share in (1, len(t), t.size)]
    for name, array in arrays.items():
        if not array.ndim and float(array) % 1:
            yield name, [(float(array) - total) / squares for total in totals]
