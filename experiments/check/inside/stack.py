"""A net that keeps its layers in a dict or list: what each is, is given and gives."""

import inspect
from typing import Any

import numpy as np

from experiments.check.inside.loading import FAILURES, SECONDS_PER_CALL, time_limit
from experiments.check.inside.protocol import Answers, encode

OPTIONS = {"convolution": ("stride", "pad"), "pooling": ("pool_h", "pool_w", "stride")}
"""What layers of images hold beside their parameters."""

ACTIVATIONS = ("relu", "sigmoid", "tanh", "softmax")
"""Layers without parameters, by the names of their classes in small letters."""


def write_layers(
    answers: Answers,
    name: str,
    net: Any,  # noqa: ANN401 - a stranger's
    x: np.ndarray,
) -> None:
    """Write down every layer of a net: kind, options, parameters, inputs and outputs.

    Of a net whose layers, one after the other, do not give what it predicts, nothing is written.

    Args:
        answers: where to; one of the kind "layer" for each.
        name: of the net's class.
        net: with its parameters.
        x: samples.
    """
    layers = getattr(net, "layers", None)
    named = list(layers.items() if isinstance(layers, dict) else enumerate(layers or ()))
    rows = []
    try:
        with time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
            z = x.copy()
            for key, layer in named:
                given, z = z, _forward(layer, z)
                rows.append({"layer": str(key), **_described(layer), **_numbers(layer, given, z)})
            if not np.array_equal(z, net.predict(x.copy())):
                return
    except FAILURES:
        return
    for row in rows:
        answers.write(kind="layer", subject=name, **row)
    beside = [type(v).__name__ for v in vars(net).values() if hasattr(v, "backward")]
    answers.write(kind="helpers", subject=name, names=beside)  # its last layer


def _forward(layer: Any, x: np.ndarray) -> np.ndarray:  # noqa: ANN401 - a stranger's
    """What a layer gives where nothing is trained."""
    flags = [p for p in inspect.signature(layer.forward).parameters if "train" in p]
    return np.asarray(layer.forward(x.copy(), **dict.fromkeys(flags, False)))


def _described(layer: Any) -> dict:  # noqa: ANN401 - a stranger's
    """The class of a layer, its kind ("" if that is none that is known here) and its options."""
    name = type(layer).__name__
    kind = name.lower() if name.lower() in ACTIVATIONS else ""
    weights = getattr(layer, "W", None)
    if isinstance(weights, np.ndarray) and weights.ndim == 2:
        kind = "affine"
    elif isinstance(weights, np.ndarray) and weights.ndim == 4:
        kind = "convolution"
    elif hasattr(layer, "pool_h") and not layer.pad:
        kind = "pooling"
    options = {option: int(getattr(layer, option)) for option in OPTIONS.get(kind, ())}
    return {"class": name, "of": kind, "options": options}


def _numbers(layer: Any, given: np.ndarray, output: np.ndarray) -> dict:  # noqa: ANN401
    parameters = {n: encode(getattr(layer, n)) for n in ("W", "b") if hasattr(layer, n)}
    return {"parameters": parameters, "given": encode(given), "output": encode(output)}
