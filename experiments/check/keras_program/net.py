"""A Keras model as a chain of dense layers: which net it is, and whether NumPy agrees."""

import warnings
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from experiments.check.chain import LAYERS, Chain
from experiments.check.grammar import HIDDEN, LEAKS, OUTPUTS, RECTIFIED, Description
from experiments.check.keras_program.program import Layer, Loss, Model
from experiments.faults.replay import steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays, Comparison, compare
from experiments.words import Problem

ACTIVATIONS = {"linear": "identity", "leaky_relu": "leaky relu 0.2"}
"""Keras' names of activations that have another one here."""

PASSED_BY = ("InputLayer", "Flatten")
"""Layers that change no number."""

ACTIVATING = ("Activation", "ReLU", "LeakyReLU", "Softmax")
"""Layers that are the activation of the one before."""

PLAIN_OPTIONS = (
    *("bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"),
    *("max_value", "threshold", "lora_rank"),
)
"""Options of a layer that are not known here, unless they are 0 or left out."""

KERAS_LOSSES = {
    "squared error": "MeanSquaredError",
    "absolute error": "MeanAbsoluteError",
    "cross-entropy": "CategoricalCrossentropy",
    "cross-entropy of labels": "SparseCategoricalCrossentropy",
    "binary cross-entropy": "BinaryCrossentropy",
}

OF_A_SAMPLE = ("squared error", "absolute error", "binary cross-entropy")
"""Losses that Keras takes the mean of over the outputs of a sample, too."""

REDUCED = ("sum", "sum_over_batch_size")
"""Reductions that are compared."""

SAME = 1e-6
"""Up to which two factors of a loss are one, as 1 / 3 written with six digits."""

SAMPLES, SEED = 7, 7


@dataclass(frozen=True)
class Dense:
    """A dense layer with its activation.

    Attributes:
        units: how many.
        activation: as `grammar` calls it.
        biased: whether it has a bias.
        l2: λ of Keras' λ Σ W².
    """

    units: int
    activation: str
    biased: bool
    l2: float


def dense_layers(model: Model) -> list[Dense]:
    """The layers of a chain of dense ones, each with the activation that stands behind it.

    Raises:
        Problem: naming the layer that stops it.
    """
    if not model.sequential:
        raise Problem("check.keras.no sequential")
    found: list[Dense] = []
    is_flat = len(model.inputs) < 2
    for layer in model.layers:
        is_flat |= layer.kind == "Flatten"
        if option := next((option for option in PLAIN_OPTIONS if layer.get(option)), None):
            raise Problem("check.keras.option", layer=layer.kind, option=option)
        if layer.kind == "Dense" and not is_flat:
            raise Problem("check.keras.not flat")
        if layer.kind == "Dense":
            found.append(_dense(layer))
        elif layer.kind in ACTIVATING and found:
            found[-1] = _activated(found[-1], layer)
        elif layer.kind not in PASSED_BY:
            raise Problem("check.keras.layer", layer=layer.kind)
    if not found:
        raise Problem("check.keras.no dense")
    return found


def last_dense(model: Model) -> list[Dense]:
    """The dense layers at the end of a model, whatever stands before them; none if there is none.

    Layers between them that only drop units or normalise are passed over.
    """
    found: list[Dense] = []
    try:
        for layer in model.layers:
            if layer.kind == "Dense":
                found.append(_dense(layer))
            elif layer.kind in ACTIVATING and found:
                found[-1] = _activated(found[-1], layer)
            elif layer.kind not in (*PASSED_BY, "Dropout", "BatchNormalization"):
                found = []
    except Problem:
        return []
    return found


def _dense(layer: Layer) -> Dense:
    regularizer = layer.get("kernel_regularizer") or {}
    if regularizer and regularizer.get("class_name") != "L2":
        raise Problem("check.keras.regularizer", name=regularizer.get("class_name", "?"))
    l2 = float(regularizer.get("config", {}).get("l2", 0.0))
    return Dense(layer.get("units"), _activation_of(layer), bool(layer.get("use_bias")), l2)


def _activated(dense: Dense, layer: Layer) -> Dense:
    """A dense layer with the activation of the layer behind it."""
    if dense.activation != "identity":
        raise Problem("check.keras.two activations", layer=layer.kind)
    return replace(dense, activation=_activation_of(layer))


def _activation_of(layer: Layer) -> str:
    if layer.kind == "Softmax":
        return "softmax"
    if layer.kind == "ReLU":
        slope = float(layer.get("negative_slope") or 0.0)
        return _leaky(slope) if slope else "relu"
    if layer.kind == "LeakyReLU":
        slope = layer.get("negative_slope")
        return _leaky(0.3 if slope is None else float(slope))
    name = layer.get("activation")
    if not isinstance(name, str):
        inside = name.get("config") if isinstance(name, dict) else None
        raise Problem("check.keras.activation", name=inside if isinstance(inside, str) else "?")
    return ACTIVATIONS.get(name, name)


def _leaky(slope: float) -> str:
    name = "leaky relu" if slope == 0.01 else f"leaky relu {slope:g}"
    if name not in HIDDEN:
        raise Problem("check.keras.activation", name=f"LeakyReLU({slope:g})")
    return name


def chain_of(model: Model) -> Chain:
    """A model as a chain of the grammar of nets.

    Raises:
        Problem: saying what is not in that grammar.
    """
    layers, loss = dense_layers(model), model.loss
    hidden = {layer.activation for layer in layers[:-1]}
    if len(hidden) > 1:
        raise Problem("check.keras.mixed", names=", ".join(sorted(hidden)))
    for name in hidden:
        if name not in HIDDEN:
            raise Problem("check.keras.activation", name=name)
    strengths = {layer.l2 for layer in layers}
    if len(strengths) > 1:
        raise Problem("check.keras.some l2")
    widths = (int(np.prod(model.inputs)), *(layer.units for layer in layers))
    if not model.inputs or len(layers) > len(LAYERS):
        raise Problem("check.keras.no inputs" if not model.inputs else "check.keras.deep")
    names = tuple(reversed(LAYERS[: len(layers)]))
    biased = frozenset(name for name, one in zip(names, layers, strict=True) if one.biased)
    kind, reduction = _loss_of(loss, widths[-1])
    of = Description(
        hidden=next(iter(hidden), "sigmoid"),
        output=_output(layers[-1].activation, loss),
        loss=kind,
        reduction=reduction,
        epsilon=0.0,
        l2=2 * strengths.pop(),
        scores=loss.from_logits and layers[-1].activation == "identity",
    )
    return Chain(of, widths, biased, rate=model.optimizer.rate or 1.0)


def _output(activation: str, loss: Loss) -> str:
    if loss.from_logits and activation == "identity":
        return "sigmoid" if loss.kind.startswith("binary") else "softmax"
    if activation not in OUTPUTS | RECTIFIED:
        raise Problem("check.keras.activation", name=activation)
    if "cross-entropy" in loss.kind:
        fitting = "sigmoid" if loss.kind.startswith("binary") else "softmax"
        if activation != fitting:
            raise Problem("check.keras.does not fit")
    return activation


def _loss_of(loss: Loss, outputs: int) -> tuple[str, str]:
    """Which loss of the grammar and which reduction of it Keras' loss with its weight is.

    Keras takes the mean over the outputs of a sample of some losses, and multiplies by the weight.

    Raises:
        Problem: if it is none of them.
    """
    if loss.kind not in KERAS_LOSSES:
        raise Problem("check.keras.loss", name=loss.kind)
    if loss.has_options:
        raise Problem("check.keras.loss options", name=loss.name)
    kind = loss.kind.removesuffix(" of labels")
    times = loss.weight / (outputs if kind in OF_A_SAMPLE else 1)
    whole = "sum" if loss.reduction == "sum" else "mean"
    known = {(kind, whole): 1.0}
    if whole == "mean":
        known = {(kind, "mean of all"): 1 / outputs, **known}
    if kind not in OF_A_SAMPLE:
        known = dict(reversed(known.items()))
    if kind == "squared error":
        known |= {(f"half {kind}", reduction): t / 2 for (_, reduction), t in known.items()}
    for found, factor in known.items():
        if loss.reduction in REDUCED and abs(times - factor) <= SAME * factor:
            return found
    raise Problem("check.keras.reduction", name=loss.reduction, weight=loss.weight)


def start_of(chain: Chain) -> dict[str, np.ndarray]:
    """Parameters of a chain on which nothing hides: no bias is zero, no unit saturated."""
    rng, found = np.random.default_rng(SEED), {}
    sizes = dict(zip(chain.layers, pairwise(chain.widths), strict=True))
    for name in chain.parameters:
        inputs, units = sizes[name[1:]]
        shape = (inputs, units) if name[0] == "W" else (units,)
        found[name] = rng.normal(size=shape) / np.sqrt(inputs)
    return found


def batch_of(chain: Chain) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets of a batch that fit a chain's outputs."""
    rng = np.random.default_rng(SEED + 1)
    x, outputs = rng.uniform(size=(SAMPLES, chain.widths[0])), chain.widths[-1]
    if chain.of.output == "softmax":
        return x, np.eye(outputs)[rng.integers(outputs, size=SAMPLES)]
    if chain.of.output in ("sigmoid", "tanh"):
        return x, rng.integers(2, size=(SAMPLES, outputs)).astype(float)
    return x, rng.normal(size=(SAMPLES, outputs))


def built(model: Model, chain: Chain) -> Any:  # noqa: ANN401
    """The model anew by Keras, in float64, its layers named as the chain's parameters are."""
    runtime = import_module("keras_ref.runtime")
    runtime.use_dtype("float64")
    keras = runtime.keras
    # as functions: Keras' own L2 and LeakyReLU hold their numbers in float32
    strength = chain.of.l2 / 2
    regularizer = (lambda w: strength * keras.ops.sum(w * w)) if strength else None
    stack = [keras.Input((chain.widths[0],))]
    for name, layer in zip(chain.layers, dense_layers(model), strict=True):
        leak = LEAKS.get(layer.activation)
        named = "linear" if leak or layer.activation == "identity" else layer.activation
        stack.append(
            keras.layers.Dense(
                layer.units, named, layer.biased, kernel_regularizer=regularizer, name=f"a{name}"
            )
        )
        if leak:
            leaky = partial(_leaky_relu, keras.ops, leak)
            stack.append(keras.layers.Activation(leaky))
    loss = model.loss
    logits = {"from_logits": chain.of.scores} if "entropy" in loss.kind else {}
    new = keras.Sequential(stack)
    new.compile(
        keras.optimizers.SGD(chain.rate),
        getattr(keras.losses, KERAS_LOSSES[loss.kind])(reduction=loss.reduction, **logits),
        loss_weights=None if loss.weight == 1 else [loss.weight],
    )
    return new


def _leaky_relu(ops: Any, leak: float, a: Any) -> Any:  # noqa: ANN401 - of Keras
    return ops.maximum(a, leak * a)


def keras_values(
    new: Any,  # noqa: ANN401 - a Keras model
    labels: bool,
    start: Arrays,
    x: np.ndarray,
    t: np.ndarray,
) -> dict[str, np.ndarray]:
    """Outputs, loss and gradient of a model at given parameters.

    Args:
        new: the model, of `built`.
        labels: whether its loss takes labels in place of one-hot targets.
        start: the parameters.
        x: inputs.
        t: targets.
    """
    gradients, layers, weights = (
        import_module(f"keras_ref.{file}") for file in ("gradients", "layers", "weights")
    )
    weights.set_params(new, start)
    given = t.argmax(axis=1) if labels else t
    loss, gradient = gradients.loss_and_gradient(new, x, given)
    outputs = list(layers.forward(new, x).values())[-1]
    return {"outputs": outputs, "loss": np.array(loss)} | {f"g{n}": v for n, v in gradient.items()}


def numpy_values(
    chain: Chain, start: Arrays, x: np.ndarray, t: np.ndarray, dtype: str = "float64"
) -> dict[str, Bounded]:
    """The same by formulas in NumPy, with their error bounds."""
    outputs = f"a{chain.layers[-1]}" if chain.of.scores else "y"
    names = [outputs, "loss", *(f"g{name}" for name in chain.parameters)]
    compute = steps_of_training(start, x, t, [np.arange(len(x))], chain.rate, names)
    found = compute(chain.formulas, lambda array: Bounded(np.asarray(array, float), dtype))
    return {"outputs" if name == outputs else name: found[name] for name in names}  # type: ignore[misc]


def against_numpy(model: Model, chain: Chain) -> list[Comparison]:
    """A model's outputs, loss and gradient, held against the same by formulas in NumPy."""
    start, (x, t) = start_of(chain), batch_of(chain)
    with warnings.catch_warnings(action="ignore"):
        new = built(model, chain)
        keras = keras_values(new, model.loss.kind.endswith("labels"), start, x, t)
    return [
        compare("check", "probe", name, bounded.value, keras[name], bounded.allowed)
        for name, bounded in numpy_values(chain, start, x, t).items()
    ]
