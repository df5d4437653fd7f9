"""A stranger's gradients against central differences of the loss that goes with them."""

from collections.abc import Mapping

import numpy as np

from experiments.check.inside.nets import OWN_SLOPES

SAME_SLOPE, OTHER_SLOPE = 1e-5, 1e-2
"""How far a gradient may lie off the central differences of a loss, and how far another one lies
at least, relative to the largest."""

TINY = 1e-3
"""Of the largest slope: in a smaller one the rounding of differences may be seen. That of a bias
before a normalisation is 0."""


def off_its_slopes(given: Mapping[str, np.ndarray]) -> dict[str, float]:
    """How far each parameter's gradient lies off the slopes of its net's own loss, relatively.

    Args:
        given: the net's answers, by quantity.

    Returns:
        By the parameter's name, of those whose gradient and slopes were had; none if all are 0.
    """
    prefix = f"{OWN_SLOPES}: "
    slopes = {quantity.removeprefix(prefix): values for quantity, values in given.items()}
    pairs = {
        name: (slopes[f"g{name}"], slope) for name, slope in slopes.items() if f"g{name}" in slopes
    }
    largest = max((np.abs(pair).max() for pair in pairs.values()), default=0.0)
    return {
        name: float(np.abs(own - slope).max() / max(np.abs((own, slope)).max(), TINY * largest))
        for name, (own, slope) in pairs.items()
        if largest
    }
