"""What Keras computes, how far a right computation may be off, and which mistakes are looked up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from experiments import subjects
from experiments.check import keras_answers
from experiments.check.grammar import Description
from experiments.check.inside.nets import ONE_OUTPUT
from experiments.check.inside.standing_in import TRAINING
from experiments.data import Dataset
from experiments.data.probe import probe, saturated
from experiments.faults.replay import Dictionary, Wrap, steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays, Comparison, compare
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import function_inputs
from experiments.subjects.subject import Subject
from experiments.subjects.training_loop import loop_mistakes
from experiments.subjects.two_layer_net import FAMILY
from experiments.subjects.values import allowed_values, scratch_values
from scratch import convolution
from scratch.functions import relu, sigmoid, softmax

PARAMETERS = FAMILY.parameters
NET_RATE, NOTE_RATE = 0.03, 0.9
TARGETS = "targets of the batches"

LAYERS: Mapping[str, Callable[..., Any]] = {
    "affine": lambda x, w, b: x.reshape(len(x), x.size // len(x)) @ w + b,
    "convolution": convolution.convolve,
    "pooling": convolution.pool,
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "softmax": softmax,
}
"""What layers of a net give, by our names of them."""


@dataclass(frozen=True)
class Reference:
    """The right answers to a set of questions.

    Attributes:
        twin: what Keras computes, by quantity.
        allowed: how far a right computation may be off, by quantity, element by element.
        dictionary: gives the mistakes to look up for some of the quantities.
    """

    twin: Arrays
    allowed: Arrays
    dictionary: Callable[[tuple[str, ...]], Dictionary]

    def compare(self, values: Arrays) -> dict[str, Comparison]:
        """Every quantity held against Keras."""
        return {
            name: compare("check", "probe", name, value, self.twin[name], self.allowed[name])
            for name, value in values.items()
        }


def reference_of(subject: Subject) -> Reference:
    """Of one function, layer or epoch."""
    return epoch(subject.name) if subject.epoch else functions()


@lru_cache(maxsize=1)
def functions() -> Reference:
    """Everything that can be asked for alone, but epochs."""
    allowed = allowed_values("float64", _by_strangers())
    return Reference(keras_answers.functions(), allowed, _function_dictionary)


def _by_strangers() -> Formulas:
    return {name: f for s in subjects.load().values() for name, f in s.by_strangers.items()}


@lru_cache(maxsize=32)
def _function_dictionary(names: tuple[str, ...]) -> Dictionary:
    """Of the mistakes that change any formula by which the quantities are computed."""
    used = _formulas_used(names)
    mistakes = [mistake for mistake in subjects.mistakes() if mistake.formulas.keys() & used]

    def compute(formulas: Formulas, wrap: Wrap) -> Arrays:
        return scratch_values(formulas, "float64", lambda array, _: wrap(array), names)

    right = {**subjects.formulas(), **_by_strangers()}
    return Dictionary(right, mistakes, compute, "float64")


def _formulas_used(names: Sequence[str]) -> set[str]:
    """The formulas that are read on the way to some quantities."""
    used: set[str] = set()
    formulas = subjects.formulas()

    def told(name: str) -> Callable[[Values], object]:
        def formula(v: Values) -> object:
            used.add(name)
            return formulas[name](v)

        return formula

    scratch_values({name: told(name) for name in formulas}, "float64", lambda a, _: a, names)
    return used


@lru_cache(maxsize=3)
def epoch(name: str) -> Reference:
    """Source 002's epochs: the weights after four updates, shaped as the source has them."""
    of, given = subjects.load()[name].epoch, function_inputs("float64")
    assert of
    x, t = given["note_X"], given["note_D"]
    start = {weight: given[f"note_{weight}"].T for weight in of.weights.values()}
    batches = [np.array([row]) for row in range(len(x))]
    last = [f"new_{weight}@{len(x) - 1}" for weight in start]
    steps = steps_of_training(start, x, t, batches, NOTE_RATE, last)

    def compute(formulas: Formulas, wrap: Wrap) -> dict[str, np.ndarray | Bounded]:
        computed = steps(formulas, wrap)
        return {name: computed[new].T for name, new in zip(of.weights, last, strict=True)}

    trained = keras_answers.trained(of.model, of.options, start, x, t, batches, NOTE_RATE)
    twin = {quantity: trained[weight].T for quantity, weight in of.weights.items()}
    dictionary = Dictionary(of.formulas, of.mistakes, compute, "float64")
    return Reference(twin, _allowed(dictionary), lambda _: dictionary)


@lru_cache(maxsize=16)
def net_in_float32(of: Description) -> Arrays:
    """How far a net may be off that holds its numbers in float32."""
    params, data = probe(PARAMETERS, "float64")
    names = ("y", "a2", "far_y", "loss", *(f"g{name}" for name in PARAMETERS))
    rows = [np.arange(len(data.x))]
    compute = steps_of_training(params, data.x, data.t, rows, NET_RATE, names)

    def rounded(array: np.ndarray) -> Bounded:
        values = np.asarray(array, float)
        return Bounded(values, "float32", np.abs(values))

    computed = compute(of.formulas, rounded)
    return {n: v.allowed for n, v in computed.items() if isinstance(v, Bounded)}


@lru_cache(maxsize=8)
def true_probabilities(of: Description, occasion: str = "") -> np.ndarray:
    """What Keras' net gives for the true class of every sample."""
    params, data = occasions()[occasion] if occasion else probe(PARAMETERS, "float64")
    return keras_answers.outputs(of, params, data.x)["y"][data.t > 0]


def _allowed(dictionary: Dictionary) -> Arrays:
    """How far the right computation may be off; what is only handed on is exact."""
    return {
        name: value.allowed if isinstance(value, Bounded) else np.zeros(value.shape)
        for name, value in dictionary.bounded(()).items()
    }


@lru_cache(maxsize=16)
def net(of: Description) -> Reference:
    """A net of one hidden layer: outputs, loss and gradients on the probe."""
    params, data = probe(PARAMETERS, "float64")
    names = ("y", "a2", "far_y", "loss", *(f"g{name}" for name in PARAMETERS))
    rows = np.arange(len(data.x))
    compute = steps_of_training(params, data.x, data.t, [rows], NET_RATE, names)
    dictionary = Dictionary(of.formulas, of.mistakes, compute, "float64")
    return Reference(keras_answers.net(of), _allowed(dictionary), lambda _: dictionary)


@lru_cache(maxsize=4)
def training(
    batches: tuple[tuple[int, ...], ...], rate: float = NET_RATE, targets: bytes = b""
) -> Reference:
    """A training of the probe's net on given rows: the weights that it leaves.

    Args:
        batches: rows of every step.
        rate: of the training.
        targets: of the batches' samples, one after the other, if they are not their own.
    """
    params, data = probe(PARAMETERS, "float64", sizes=TRAINING)
    rows = [np.array(batch) for batch in batches]
    if targets:
        t = np.frombuffer(targets).reshape(-1, TRAINING.classes)
        data = _dataset(data.x[np.concatenate(rows)], t)
        rows = np.split(np.arange(len(t)), np.cumsum([len(batch) for batch in rows])[:-1])
    last = {f"{name} at the end": f"new_{name}@{len(rows) - 1}" for name in params}
    of_steps = [f"t@{step}" for step in range(len(rows))]
    taught = steps_of_training(params, data.x, data.t, rows, rate, [*last.values(), *of_steps])

    def compute(formulas: Formulas, wrap: Wrap) -> dict[str, np.ndarray | Bounded]:
        found = taught(formulas, wrap)
        values = {name: found[new] for name, new in last.items()}
        return values | {TARGETS: np.concatenate([found[name] for name in of_steps])}

    trained = keras_answers.trained(FAMILY.model, {}, params, data.x, data.t, rows, rate)
    twin = {f"{name} at the end": values for name, values in trained.items()}
    dictionary = Dictionary(FAMILY.formulas, loop_mistakes(PARAMETERS), compute, "float64")
    right = np.concatenate([data.t[batch] for batch in rows])
    return Reference(twin | {TARGETS: right}, _allowed(dictionary), lambda _: dictionary)


def net_at(of: Description, params: Arrays) -> float:
    """The right loss of the probe's net at other parameters, by our formulas."""
    _, data = probe(PARAMETERS, "float64")
    rows = np.arange(len(data.x))
    given = {"start": params, "samples": data.x, "targets": data.t, "rows": rows}
    values = Values(of.formulas, **given, previous=None)
    return float(values.loss)


@lru_cache(maxsize=1)
def occasions() -> dict[str, tuple[Arrays, Dataset]]:
    """Parameters and samples of every occasion on which a net is asked again."""
    params, data = probe(PARAMETERS, "float64")
    taught = probe(PARAMETERS, "float64", sizes=TRAINING)[1]
    classes = data.t.shape[1]
    row = np.arange(len(data.t))
    absent, all_there = np.eye(classes)[row % (classes - 1)], np.eye(classes)[row % classes]
    return {
        "one sample": (params, _dataset(data.x[:1], data.t[:1])),
        "an absent class": (params, _dataset(data.x, absent)),
        "saturated units": (saturated(params), data),
        "after another batch": (params, _dataset(taught.x[len(row) :], all_there)),
        "labels": (params, data),
        ONE_OUTPUT: (_first_output(params), _dataset(data.x, data.t[:, :1])),
    }


def _first_output(params: Arrays) -> Arrays:
    return {**params, "W2": params["W2"][:, :1], "b2": params["b2"][:1]}


def _dataset(x: np.ndarray, t: np.ndarray) -> Dataset:
    return Dataset("probe", "synthetic", x, t, x, t)


@lru_cache(maxsize=64)
def on_occasion(of: Description, occasion: str) -> tuple[Arrays, Arrays]:
    """Keras' gradient on an occasion by name, and how far a right one may be off."""
    params, data = occasions()[occasion]
    names = [f"g{name}" for name in PARAMETERS]
    compute = steps_of_training(params, data.x, data.t, [np.arange(len(data.x))], NET_RATE, names)
    bounds = compute(of.formulas, lambda array: Bounded(np.asarray(array, float), "float64"))
    gradient = keras_answers.gradient(of, params, data.x, data.t)
    twin = {f"g{name}": values for name, values in gradient.items()}
    return twin, {n: v.allowed for n, v in bounds.items() if isinstance(v, Bounded)}


def layer_reference(
    kind: str, options: Mapping[str, int], parameters: Arrays, x: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What Keras' layer of a kind gives for x, and how far a right one may be off.

    Args:
        kind: "affine", "convolution", "pooling", or an activation.
        options: stride and pad; height and width of what is pooled.
        parameters: W and b, if it has them.
        x: what it is given.
    """
    bounded, *own = (Bounded(array, "float64") for array in (x, *parameters.values()))
    allowed = LAYERS[kind](bounded, *own, *options.values()).allowed
    return keras_answers.layer(kind, options, parameters, x)["output"], allowed


@lru_cache(maxsize=16)
def one_sample(of: Description) -> dict[str, np.ndarray]:
    """What a net computes for one sample, the hidden layer's part of its way back as "dz1"."""
    params, data = occasions()["one sample"]
    names = ("y", "t", "a1", "z1", "back", "gb1", "gb2")
    rows = [np.arange(1)]
    compute = steps_of_training(params, data.x, data.t, rows, NET_RATE, names)
    found = {n: np.asarray(v, float) for n, v in compute(of.formulas, np.asarray).items()}
    return found | {"dz1": found["back"]}
