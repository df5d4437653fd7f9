"""The learning rate of a loop, and the loss and reduction that go with the rate as it is written.

The same updates come of half the squared error at one rate and of the squared error at half of it;
of a sum over the batch, and of a mean at a rate as many times as large as there are samples.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from experiments.check.chain import LAYERS
from experiments.check.fit import Fit
from experiments.check.inside.protocol import GIVEN_RATE
from experiments.check.source import Source
from experiments.check.states import NOWHERE

DIGITS = 6
"""To which a rate is rounded, if that explains the updates as well."""

SQUARED = (
    ("half squared error", "sum"),
    ("half squared error", "mean"),
    ("squared error", "sum"),
    ("squared error", "mean"),
    ("squared error", "mean of all"),
    ("half squared error", "mean of all"),
)
"""Ways to see the same updates, each with another rate."""

MOST_RATES = 8


def in_other_words(fit: Fit, source: Source) -> Fit:
    """The same net with the loss and reduction whose rate the program is written with."""
    rates = [fit.chain.rate * share for share in {1.0, *fit.chain.shares.values()}]
    for meant in _meant(fit, source):
        for (loss, reduction), factor in _factors(fit).items():
            if all(_rounded(rate * factor) in meant for rate in rates):
                l2 = _rounded(fit.chain.of.l2 / factor)
                of = replace(fit.chain.of, loss=loss, reduction=reduction, l2=l2)
                rate = _rounded(fit.chain.rate * factor)
                return replace(fit, chain=replace(fit.chain, of=of, rate=rate))
    return fit


def as_given(fit: Fit) -> float | None:
    """The rate without the error of differences, if it was a check's own; None if it was not."""
    given = fit.place.states[0].get(GIVEN_RATE)
    if given is None:
        return None
    exact = (float(given) / factor for factor in _factors(fit).values())
    return next((r for r in exact if abs(r - fit.chain.rate) < fit.place.close * r), None)


def by_layer(fit: Fit, source: Source) -> Fit | None:
    """The same net with a rate for every layer, if each is one that the program is written with.

    None if the parameters of a layer are not all changed by their gradients at the same rate, or
    those of all layers are.
    """
    if not fit.is_of_its_targets:
        return None
    rates: dict[str, float] = {}
    for name in fit.place.names:
        rate = fit.rate_of(name)
        if rate is None or abs(rates.setdefault(name[1:], rate) - rate) > fit.place.close * rate:
            return None
    last = rates[LAYERS[0]]
    apart = fit.place.close * last
    shares = {layer: rate / last for layer, rate in rates.items() if abs(rate - last) > apart}
    if not shares:
        return None
    found = replace(fit, chain=replace(fit.chain, rate=last, shares=shares))
    told = in_other_words(found, source)
    return None if told is found else told


def possible_rates(fit: Fit, source: Source) -> list[float]:
    """Rates that a wrong loop may have: by which a parameter is changed rightly; or as written."""
    exact = [r for name in fit.place.names if (r := fit.rate_of(name)) is not None]
    if exact:
        return list({_rounded(rate): rate for rate in exact}.values())
    samples = len(fit.place.data(0)[0])
    numbers = source.numbers | _held(fit) | {1.0}
    written = sorted(n for n in numbers if 1e-6 < n <= 10)[:MOST_RATES]
    return list(
        {_rounded(n / share): n / share for share in (1, samples) for n in written}.values()
    )


def _factors(fit: Fit) -> dict[tuple[str, str], float]:
    """By what a rate is multiplied if the same updates are those of a loss and reduction."""
    of, samples = fit.chain.of, len(fit.place.data(0)[0])
    divisors = {"sum": 1, "mean": samples, "mean of all": samples * fit.chain.widths[-1]}
    kinds = SQUARED if "squared" in of.loss else [(of.loss, "sum"), (of.loss, "mean")]
    return {
        (loss, reduction): divisors[reduction] * (0.5 if loss == "squared error" else 1.0)
        for loss, reduction in kinds
    }


def _meant(fit: Fit, source: Source) -> Iterator[set[float]]:
    """Numbers that may be a rate, the likeliest first: a variable, what stands in an update."""
    yield _held(fit) - {1.0}
    yield source.numbers_in_updates(list(fit.place.names.values()))
    yield {1.0}
    yield {number for number in source.numbers if number % 1}
    yield source.numbers


def _held(fit: Fit) -> set[float]:
    """Single numbers that stay as they are."""
    return {
        float(array)
        for name, array in fit.place.states[0].items()
        if not array.ndim
        and all(np.array_equal(state.get(name, NOWHERE), array) for state in fit.place.states)
    }


def _rounded(rate: float) -> float:
    return float(f"{rate:.{DIGITS}g}")
