"""A Keras model as a chain of dense layers: which net it is, and whether NumPy agrees."""

import warnings
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

from experiments.check.chain import LAYERS, Chain
from experiments.check.grammar import HIDDEN, Description
from experiments.check.keras_program.program import Layer, Loss, Model
from experiments.faults.replay import steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays, Comparison, compare
from experiments.words import Problem

ACTIVATIONS = {"linear": "identity", "leaky_relu": "leaky relu 0.2"}
"""Keras' names of activations that have another one here."""

PASSED_BY = ("InputLayer", "Dropout", "Flatten", "Reshape", "Rescaling", "Normalization")
"""Layers before the first dense one, or between, that hold nothing that is learned."""

OF_A_SAMPLE = ("squared error", "absolute error", "binary cross-entropy")
"""Losses that Keras takes the mean of over the outputs of a sample, too."""

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
    for layer in model.layers:
        if layer.kind == "Dense":
            found.append(_dense(layer))
        elif layer.kind in ("Activation", "ReLU", "LeakyReLU", "Softmax") and found:
            last = found[-1]
            if last.activation != "identity":
                raise Problem("check.keras.two activations", layer=layer.kind)
            found[-1] = Dense(last.units, _activation_of(layer), last.biased, last.l2)
        elif layer.kind not in PASSED_BY:
            raise Problem("check.keras.layer", layer=layer.kind)
    if not found:
        raise Problem("check.keras.no dense")
    return found


def _dense(layer: Layer) -> Dense:
    regularizer = layer.get("kernel_regularizer") or {}
    if regularizer and regularizer.get("class_name") != "L2":
        raise Problem("check.keras.regularizer", name=regularizer.get("class_name", "?"))
    l2 = float(regularizer.get("config", {}).get("l2", 0.0))
    return Dense(layer.get("units"), _activation_of(layer), bool(layer.get("use_bias")), l2)


def _activation_of(layer: Layer) -> str:
    if layer.kind in ("ReLU", "Softmax"):
        return layer.kind.lower()
    if layer.kind == "LeakyReLU":
        return _leaky(float(layer.get("negative_slope") or 0.3))
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
    of = Description(
        hidden=next(iter(hidden), "sigmoid"),
        output=_output(layers[-1].activation, loss),
        loss=loss.kind.removesuffix(" of labels"),
        reduction=_reduction(loss),
        epsilon=0.0,
        l2=2 * float(np.float32(strengths.pop())),
        scores=loss.from_logits,
    )
    return Chain(of, widths, biased, rate=model.optimizer.rate or 1.0)


def _output(activation: str, loss: Loss) -> str:
    if loss.from_logits:
        if activation != "identity":
            raise Problem("check.keras.does not fit")
        return "sigmoid" if loss.kind.startswith("binary") else "softmax"
    if activation not in ("softmax", "sigmoid", "tanh", "identity"):
        raise Problem("check.keras.activation", name=activation)
    if "cross-entropy" in loss.kind:
        fitting = "sigmoid" if loss.kind.startswith("binary") else "softmax"
        if activation != fitting:
            raise Problem("check.keras.does not fit")
    return activation


def _reduction(loss: Loss) -> str:
    if loss.kind.removesuffix(" of labels") not in (*OF_A_SAMPLE, "cross-entropy"):
        raise Problem("check.keras.loss", name=loss.kind)
    if loss.reduction not in ("sum", "sum_over_batch_size") or loss.weight != 1.0:
        raise Problem("check.keras.reduction", name=loss.reduction, weight=loss.weight)
    if loss.reduction == "sum":
        if loss.kind in OF_A_SAMPLE:
            raise Problem("check.keras.reduction", name="sum", weight=1.0)
        return "sum"
    return "mean of all" if loss.kind in OF_A_SAMPLE else "mean"


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
    """The model anew, in float64, its layers named as the chain's parameters are."""
    runtime = import_module("keras_ref.runtime")
    runtime.use_dtype("float64")
    keras, names = runtime.keras, iter(chain.layers)
    stack = [keras.Input((chain.widths[0],))]
    for layer in model.layers:
        if layer.kind in PASSED_BY:
            continue
        options = {**layer.config["config"], "dtype": "float64"}
        if layer.kind == "Dense":
            options["name"] = f"a{next(names)}"
        stack.append(keras.layers.deserialize({**layer.config, "config": options}))
    new = keras.Sequential(stack)
    loss = _without_dtype(model.loss.config)
    loss = keras.losses.deserialize(loss) if isinstance(loss, dict) else loss
    new.compile(keras.optimizers.SGD(chain.rate), loss)
    return new


def _without_dtype(config: Any) -> Any:  # noqa: ANN401 - as Keras writes it down
    if isinstance(config, dict) and isinstance(config.get("config"), dict):
        options = {n: v for n, v in config["config"].items() if n != "dtype"}
        return {**config, "config": options}
    return config


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
