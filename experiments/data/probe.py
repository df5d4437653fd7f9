"""A net and a batch on which bugs cannot hide.

At the start of a training biases are zero and a missing one cannot be seen; with as many samples as
classes a wrong divisor looks right; with one sample most sums look right. Here the numbers of
samples, inputs, units and classes all differ, no bias is zero, inputs have both signs, and the
weights are far from any start.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from experiments.data.dataset import Dataset


class Sizes(NamedTuple):
    """Numbers of samples, inputs, units in up to two hidden layers, and classes."""

    samples: int
    inputs: int
    hidden: tuple[int, int]
    classes: int


PROBE = Sizes(7, 12, (9, 11), 5)
SEED = 7
SATURATED = 20
"""A factor of the weights: sigmoids and softmaxes are then nearly 0 and 1, some of them exactly."""

FAR = 1000.0
"""Added to the last layer's biases: softmax must not move, and overflows where it is careless."""


def probe(
    names: Iterable[str], dtype: str, seed: int = SEED, sizes: Sizes = PROBE
) -> tuple[dict[str, np.ndarray], Dataset]:
    """Parameters of the given names, and the batch as a data set of its own.

    Args:
        names: of the parameters, as "W1", "b1", "W2", …, or "W" and "b" of a single layer.
        dtype: floating type.
        seed: of the one generator.
        sizes: of the batch and the net.
    """
    rng = np.random.default_rng(seed)
    names = list(names)
    layers = [name.removeprefix("W") for name in names if name.startswith("W")]
    widths = (sizes.inputs, *sizes.hidden[: len(layers) - 1], sizes.classes)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, (ins, outs) in zip(layers, pairwise(widths), strict=True):
        shapes |= {f"W{layer}": (ins, outs), f"b{layer}": (outs,)}
    scales = dict.fromkeys(names, 0.4) | {f"b{layers[-1]}": 3.0}  # some answers nearly certain
    params = {n: np.asarray(scales[n] * rng.normal(size=shapes[n]), dtype) for n in names}
    x = rng.normal(size=(sizes.samples, sizes.inputs)).astype(dtype)
    t = np.eye(sizes.classes, dtype=dtype)[rng.integers(sizes.classes, size=sizes.samples)]
    return params, Dataset("probe", "synthetic", x, t, x, t)


FILTERS, WINDOW, SIDE, POOLED = 3, 6, 12, 2
"""Of a convolutional net on the probe: filters, and the sides of one, an image, a pooled image."""


def probe_of_images(
    dtype: str, samples: int = PROBE.samples
) -> tuple[dict[str, np.ndarray], Dataset]:
    """Parameters of a net of one convolution and one affine layer, and a batch of small images."""
    rng = np.random.default_rng(SEED)
    shapes = {
        "W1": (FILTERS, 1, WINDOW, WINDOW),
        "b1": (FILTERS,),
        "W2": (FILTERS * POOLED**2, PROBE.classes),
        "b2": (PROBE.classes,),
    }
    params = {name: (0.4 * rng.normal(size=shape)).astype(dtype) for name, shape in shapes.items()}
    x = rng.normal(size=(samples, SIDE**2)).astype(dtype)
    t = np.eye(PROBE.classes, dtype=dtype)[rng.integers(PROBE.classes, size=samples)]
    return params, Dataset("probe", "synthetic", x, t, x, t)


def probe_like(
    shapes: Mapping[str, tuple[int, ...]], dtype: str, sizes: Sizes = PROBE
) -> tuple[dict[str, np.ndarray], Dataset]:
    """The probe for a net of parameters of these names: dense, convolutional or normalising.

    Args:
        shapes: of the parameters; more than their names is looked at only for filters.
        dtype: floating type.
        sizes: of the batch and the net, if it has no filters.
    """
    if any(len(shape) > 2 for shape in shapes.values()):
        return probe_of_images(dtype)
    dense = [name for name in shapes if name[0] in "Wb" and name != "beta1"]
    params, data = probe(dense, dtype, sizes=sizes)
    rng, units = np.random.default_rng(SEED), sizes.hidden[0]
    others = {
        name: (rng.normal(size=units) if name == "beta1" else rng.uniform(0.5, 2, units))
        for name in shapes
        if name not in params
    }
    every = params | {name: values.astype(dtype) for name, values in others.items()}
    return {name: every[name] for name in shapes}, data


def saturated(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same parameters times `SATURATED`: net inputs at which a sigmoid is 0 or 1."""
    return {name: SATURATED * values for name, values in params.items()}


def far(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same parameters with all outputs' net inputs shifted by `FAR`."""
    last = [name for name in params if name.startswith("b")][-1]
    return params | {last: params[last] + params[last].dtype.type(FAR)}
