"""The ε in a stranger's logarithm, where it is another one than the book's: a convention."""

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.check.grammar import Description
from experiments.check.references import true_probabilities
from experiments.subjects.inputs import function_inputs
from experiments.subjects.subject import Mistake

KNOWN_EPSILONS = ("1.0e-08", "1.0e-04")
"""Of the dictionary."""


def epsilon_of_a_loss(values: Mapping[str, np.ndarray]) -> float | None:
    """The ε that explains a cross-entropy of one sample and of a batch."""
    given = function_inputs("float64")
    y = given["y"][given["t"] > 0]
    of = {
        "cross-entropy, one sample": y[:1],
        "cross-entropy, one-hot": y,
        "cross-entropy, labels": y,
    }
    known = [name for name in of if name in values and values[name].shape == ()]
    found = epsilon_behind([float(values[name]) for name in known], [of[name] for name in known])
    return found if found and f"{found:.1e}" not in KNOWN_EPSILONS else None


def epsilon_of_a_net(given: Mapping[str, np.ndarray], of: Description) -> float | None:
    """The ε that explains a net's losses on all occasions: found where units are saturated."""
    losses = {
        occasion: float(given[key])
        for occasion in ("saturated units", "an absent class", "")
        if (key := f"{occasion}: loss" if occasion else "loss") in given and given[key].shape == ()
    }
    return epsilon_behind(
        list(losses.values()), [true_probabilities(of, occasion) for occasion in losses]
    )


def epsilon_behind(losses: Sequence[float], y: Sequence[np.ndarray]) -> float | None:
    """The ε with which −(1/B) Σ log(y_t + ε) is each of some losses, or None if there is none.

    Args:
        losses: the first is that by which ε is found, the others confirm it; two at least.
        y: probabilities of the true classes for each.
    """

    def missed(power: float, which: int = 0) -> float:
        return float(-np.log(y[which] + 10.0**power).mean() - losses[which])

    if len(losses) < 2 or not (np.isfinite(losses).all() and missed(-20) * missed(-1) < 0):
        return None
    from scipy import optimize  # takes long to import, and few files have another ε

    power = float(optimize.brentq(missed, -20, -1, xtol=1e-14, rtol=1e-14))
    confirmed = all(abs(missed(power, i)) < 1e-9 for i in range(1, len(losses)))
    return 10.0**power if confirmed else None


def other_epsilon(epsilon: float) -> Mistake:
    """The convention of an ε that the dictionary does not know."""
    return Mistake(f"loss-epsilon-is-{epsilon:.1e}", "loss", {"loss": lambda v: None}, True)
