"""What Keras computes on the probes of a check; it is imported when there is no kept answer."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from experiments.check.grammar import Description
from experiments.check.kept import kept
from experiments.data.probe import far, probe
from experiments.judge.ladder import Arrays
from experiments.subjects.two_layer_net import FAMILY
from experiments.subjects.values import keras_values


@kept
def functions() -> Arrays:
    """All quantities that can be asked for alone, but epochs."""
    return keras_values("float64")


@kept
def net(of: Description) -> Arrays:
    """A net on the probe, near and far: activations, gradients, and the loss with its ε."""
    params, data = probe(FAMILY.parameters, "float64")
    model = _with(params, of)
    activations = _forward(model, data.x)
    loss, gradient = _loss_and_gradient(model, data.x, data.t)
    return {
        **activations,
        **{f"g{name}": values for name, values in gradient.items()},
        "loss": np.array(loss + of.epsilon_term(activations, data.t)),
        "far_y": _forward(_with(far(params), of), data.x)["y"],
    }


@kept
def outputs(of: Description, params: Arrays, x: np.ndarray) -> Arrays:
    """Of a net with the probe's shapes."""
    return {"y": np.asarray(_forward(_with(params, of), x)["y"])}


@kept
def gradient(of: Description, params: Arrays, x: np.ndarray, t: np.ndarray) -> Arrays:
    """Of a net with the probe's shapes, by parameter."""
    return _loss_and_gradient(_with(params, of), x, t)[1]


@kept
def layer(kind: str, options: Mapping[str, int], parameters: Arrays, x: np.ndarray) -> Arrays:
    """What one layer gives, as "output"; see `references.layer_reference`."""
    runtime = import_module("keras_ref.runtime")
    runtime.use_dtype("float64")
    keras, of_images = runtime.keras, import_module("keras_ref.convolution")
    if kind == "affine":
        x = x.reshape(len(x), -1)
        function = keras.layers.Dense(len(parameters["b"]))
        function.build(x.shape)
        function.set_weights([*parameters.values()])
        parameters = {}
    else:
        kinds = {"convolution": of_images.convolve, "pooling": of_images.pool}
        function = kinds.get(kind) or getattr(keras.activations, kind)
    return {"output": np.asarray(function(x, *parameters.values(), *options.values()))}


@kept
def gradient_of(
    start: Arrays,
    hidden: str,
    output: str,
    loss: str,
    reduction: str,
    l2: float,
    bias_unit: bool,
    x: np.ndarray,
    t: np.ndarray,
) -> Arrays:
    """Of a dense net of any shapes, by parameter; see `keras_ref.dense_net`."""
    import_module("keras_ref.runtime").use_dtype("float64")
    new = import_module("keras_ref.dense_net").DenseNet
    model = new(start, hidden, output, loss, reduction, l2, bias_unit)
    return _loss_and_gradient(model, x, t)[1]


@kept
def trained(
    model: str,
    options: Mapping[str, Any],
    start: Arrays,
    x: np.ndarray,
    t: np.ndarray,
    batches: Sequence[np.ndarray],
    rate: float,
) -> Arrays:
    """The parameters that Keras' own training leaves.

    Args:
        model: "file.Model" of `keras_ref`.
        options: of the model.
        start: its parameters.
        x: samples.
        t: targets.
        batches: rows of every step.
        rate: of the training.
    """
    import_module("keras_ref.runtime").use_dtype("float64")
    file, name = model.split(".")
    made = getattr(import_module(f"keras_ref.{file}"), name)(start, **options)
    weights = import_module("keras_ref.weights")
    weights.set_params(made, start)
    import_module("keras_ref.train").train_eagerly(made, x, t, list(batches), rate)
    return weights.get_params(made)


def _with(params: Arrays, of: Description) -> Any:  # noqa: ANN401
    """The described net in Keras, with these parameters."""
    model = _new(of)
    import_module("keras_ref.weights").set_params(model, params)
    return model


@lru_cache(maxsize=16)
def _new(of: Description) -> Any:  # noqa: ANN401
    import_module("keras_ref.runtime").use_dtype("float64")
    params, _ = probe(FAMILY.parameters, "float64")
    new = import_module("keras_ref.dense_net").DenseNet
    return new(params, of.hidden, of.output, of.loss, of.reduction, of.l2)


def _forward(model: Any, x: np.ndarray) -> dict[str, np.ndarray]:  # noqa: ANN401
    return import_module("keras_ref.layers").forward(model, x)


def _loss_and_gradient(
    model: Any,  # noqa: ANN401
    x: np.ndarray,
    t: np.ndarray,
) -> tuple[float, dict[str, np.ndarray]]:
    return import_module("keras_ref.gradients").loss_and_gradient(model, x, t)
