"""In what two described nets differ, as sentences; and by what their gradients do."""

from collections.abc import Iterator

from experiments.check.chain import Chain
from experiments.check.keras_program.program import Fit
from experiments.check.twin_code import written_rate
from experiments.compare.own import Own
from experiments.compare.theirs import Theirs
from experiments.words import Problem

FAMILIES = {"half squared error": ("squared error", 0.5)}
"""Losses that are others times a factor."""

AS_MUCH = 2.0**-22
"""Up to which two rates or strengths are one number: Keras holds its own in float32."""


def factor(own: Chain, keras: Chain, samples: int) -> float | None:
    """By what one's own loss of the data is Keras'; None if they are different functions."""
    (one, a), (other, b) = (FAMILIES.get(c.of.loss, (c.of.loss, 1.0)) for c in (own, keras))
    if one != other:
        return None
    divisors = {"sum": 1, "mean": samples, "mean of all": samples * own.widths[-1]}
    return a / b * divisors[keras.of.reduction] / divisors[own.of.reduction]


def goes_by_samples(own: Own, theirs: Theirs) -> bool:
    """Whether the factor depends on the samples of a step, and these are not known."""
    for_one, for_two = (factor(own.chain, theirs.chain, samples) for samples in (1, 2))
    return not own.per_step and for_one != for_two


def _by_samples(own: Chain, keras: Chain) -> str:
    """The factor as a formula of n, the samples of a step."""
    for_one, for_two = (factor(own, keras, samples) or 0.0 for samples in (1, 2))
    if for_two < for_one:
        return f"{for_one:g} / n"
    return "n" if for_one == 1 else f"{for_one:g} n"


def differences(own: Own, theirs: Theirs) -> Iterator[Problem]:
    """What is different between two descriptions, the layers first."""
    one, other = own.chain, theirs.chain
    samples = own.per_step or len(own.batches[0][0])
    trained = own.trained
    if trained and trained.widths != other.widths:
        widths = ("–".join(map(str, of)) for of in (trained.widths, other.widths))
        yield Problem("compare.sizes", own=next(widths), keras=next(widths))
    for what in ("hidden", "output"):
        mine, keras = getattr(one.of, what), getattr(other.of, what)
        if mine != keras and (what == "output" or len(one.layers) > 1):
            yield Problem(f"compare.{what}", own=_named(mine), keras=_named(keras))
    if one.biased != other.biased:
        yield Problem("compare.biases", own=len(one.biased), keras=len(other.biased))
    if one.bias_unit:
        yield Problem("compare.bias unit")
    yield from _of_the_loss(own, theirs, samples)
    yield from _of_the_optimizer(own, theirs, samples)
    for fit in theirs.model.fits[-1:]:
        yield from _of_a_fit(own, fit)


def _of_a_fit(own: Own, fit: Fit) -> Iterator[Problem]:
    """What `fit` does otherwise than a loop over all samples at one rate."""
    if fit.weighted:
        yield Problem("compare.weighted")
    if fit.held_out:
        yield Problem("compare.held out", share=f"{fit.held_out:g}")
    if fit.schedules:
        yield Problem("compare.schedules", names=", ".join(f"`{name}`" for name in fit.schedules))
    size = fit.per_step(own.per_step) if own.per_step else None
    if size != own.per_step:
        yield Problem("compare.batch", own=own.per_step, keras=size)


def _named(activation: str) -> Problem:
    return Problem(f"check.net.activation.{activation}")


def _loss(chain: Chain) -> Problem:
    return Problem(
        "compare.loss of",
        loss=Problem(f"check.net.loss.{chain.of.loss}"),
        reduction=Problem(f"check.net.reduction.{chain.of.reduction}"),
    )


def _of_the_loss(own: Own, theirs: Theirs, samples: int) -> Iterator[Problem]:
    one, other = own.chain, theirs.chain
    times = factor(one, other, samples)
    if times is None:
        yield Problem("compare.loss", own=_loss(one), keras=_loss(other))
    elif times != 1:
        losses = {"own": _loss(one), "keras": _loss(other)}
        if goes_by_samples(own, theirs):
            yield Problem("compare.factor by samples", times=_by_samples(one, other), **losses)
        else:
            key = "compare.factor" if own.is_loop else "compare.factor of a class"
            yield Problem(key, times=f"{times:g}", n=samples, **losses)
    needed = one.of.l2 / (times or 1)
    if abs(needed - other.of.l2) > AS_MUCH * max(needed, other.of.l2):
        keras, write = f"{other.of.l2 / 2:.6g}", f"{needed / 2:.6g}"
        key = "compare.l2" if one.of.l2 else "compare.l2 of Keras"
        yield Problem(key, own=f"{one.of.l2:.6g}", keras=keras, write=write)
    if one.of.epsilon and "entropy" in one.of.loss:
        yield Problem("compare.epsilon", epsilon=f"{one.of.epsilon:g}")


def _of_the_optimizer(own: Own, theirs: Theirs, samples: int) -> Iterator[Problem]:
    trained = own.trained
    if trained is None:
        return
    rate, keras = trained.rate, theirs.model.optimizer.rate
    if trained.shares:
        yield Problem("compare.rates by layer")
    if theirs.fixed:
        yield Problem("compare.not trained", count=theirs.fixed)
        return
    if own.lowered and theirs.schedule:
        yield Problem("compare.both schedules", own=own.lowered, keras=theirs.schedule)
    elif own.lowered:
        yield Problem("compare.own schedule", name=own.lowered)
    elif theirs.schedule:
        yield Problem("compare.schedule", name=theirs.schedule)
    if own.lowered or theirs.schedule:
        return
    if not theirs.is_plain:
        kind, more = theirs.model.optimizer.kind, ", ".join(theirs.more)
        yield Problem(f"compare.{'more than SGD' if more else 'optimizer'}", name=kind, more=more)
        return
    times = factor(trained, theirs.chain, samples)
    if times is None or goes_by_samples(own, theirs):
        return
    assert keras is not None
    if abs(rate * times - keras) > AS_MUCH * rate * times:
        yield Problem("compare.rate", keras=f"{keras:g}", write=written_rate(rate * times))
