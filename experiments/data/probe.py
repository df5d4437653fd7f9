"""A net and a batch on which bugs cannot hide.

At the start of a training biases are zero and a missing one cannot be seen; with as many samples as
classes a wrong divisor looks right; with one sample most sums look right. Here the numbers of
samples, inputs, units and classes all differ, no bias is zero, inputs have both signs, and the
weights are far from any start.
"""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from experiments.data.dataset import Dataset

SAMPLES = 7
INPUTS = 12
HIDDEN = (9, 11)
CLASSES = 5
SEED = 7
FAR = 1000.0
"""Added to the last layer's biases: softmax must not move, and overflows where it is careless."""


def probe(names: Iterable[str], dtype: str, seed: int = SEED) -> tuple[dict, Dataset]:
    """Parameters of the given names, and the batch as a data set of its own.

    Args:
        names: of the parameters, as "W1", "b1", "W2", …, or "W" and "b" of a single layer.
        dtype: floating type.
        seed: of the one generator.
    """
    rng = np.random.default_rng(seed)
    names = list(names)
    layers = [name.removeprefix("W") for name in names if name.startswith("W")]
    widths = (INPUTS, *HIDDEN[: len(layers) - 1], CLASSES)
    shapes = {}
    for layer, (ins, outs) in zip(layers, pairwise(widths), strict=True):
        shapes |= {f"W{layer}": (ins, outs), f"b{layer}": (outs,)}
    params = {name: (0.4 * rng.normal(size=shapes[name])).astype(dtype) for name in names}
    x = rng.normal(size=(SAMPLES, INPUTS)).astype(dtype)
    t = np.eye(CLASSES, dtype=dtype)[np.arange(SAMPLES) * 3 % CLASSES]
    return params, Dataset("probe", "synthetic", x, t, x, t)


def far(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same parameters with all outputs' net inputs shifted by `FAR`."""
    last = [name for name in params if name.startswith("b")][-1]
    return params | {last: params[last] + params[last].dtype.type(FAR)}
