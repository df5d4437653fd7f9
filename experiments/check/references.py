"""What Keras computes, how far a right computation may be off, and which mistakes are looked up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import Sizes, far, probe
from experiments.faults.formulas import (
    DELTA_RULE,
    SIGMOID_MLP,
    TWO_LAYER_NET,
    Formulas,
    Values,
)
from experiments.faults.functions import FUNCTION_FAULTS, FUNCTIONS, H
from experiments.faults.keras_quantities import keras_values
from experiments.faults.quantities import allowed_values, function_inputs, function_values
from experiments.faults.registry import (
    CROSS_ENTROPY_OUTPUT,
    FAMILIES,
    HIDDEN,
    ONE_UNIT,
    SIGMOID_OUTPUT,
    Fault,
    loop_faults,
)
from experiments.faults.replay import Dictionary, Wrap, steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import epsilon_term
from experiments.judge.ladder import Arrays, Comparison, compare
from experiments.sides import Keras
from experiments.spec import Training, in_order, normal
from scratch.functions import relu

PARAMETERS = ("W1", "b1", "W2", "b2")
SINGLE_PASS = ("layers", "loss", "gradient")
NET_RATE, NOTE_RATE = 0.03, 0.9
TRAINING = Sizes(14, 12, (9, 11), 5)
TARGETS = "targets of the batches"


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


def reference_of(about: str) -> Reference:
    """Of one function, layer or epoch, by our name of it."""
    return EPOCHS[about]() if about in EPOCHS else functions()


@lru_cache(maxsize=1)
def functions() -> Reference:
    """Everything that can be asked for alone, but epochs."""
    allowed = allowed_values("float64", BY_DIFFERENCES)
    return Reference(keras_values("float64"), allowed, _function_dictionary)


@lru_cache(maxsize=32)
def _function_dictionary(names: tuple[str, ...]) -> Dictionary:
    """Of the faults that change any formula by which the quantities are computed."""
    used = _formulas_used(names)
    faults = [fault for fault in FUNCTION_FAULTS if fault.formulas.keys() & used]

    def compute(formulas: Formulas, wrap: Wrap) -> Arrays:
        return function_values(formulas, "float64", lambda array, _: wrap(array), names)

    return Dictionary({**FUNCTIONS, **BY_DIFFERENCES}, faults, compute, "float64")


def _by_differences(x: np.ndarray | Bounded) -> np.ndarray | Bounded:
    """The parabola's gradient with the rounding that central differences bring into it."""
    slope = 2 * (x - 3)
    if not isinstance(x, Bounded):
        return slope
    height = np.sum((x.value - 3) ** 2 + 10)
    return Bounded(slope.value, "float64", slope.error + 4 * height / H)


BY_DIFFERENCES: Formulas = {"descent_gradient": lambda v: _by_differences}
"""The book's gradient_descent takes its gradient by differences."""


def _formulas_used(names: Sequence[str]) -> set[str]:
    """The formulas that are read on the way to some quantities."""
    used: set[str] = set()

    def told(name: str) -> Callable[[Values], object]:
        def formula(v: Values) -> object:
            used.add(name)
            return FUNCTIONS[name](v)

        return formula

    function_values({name: told(name) for name in FUNCTIONS}, "float64", lambda a, _: a, names)
    return used


@lru_cache(maxsize=1)
def delta_rule_epoch() -> Reference:
    """Source 002's delta_GD: four updates of one unit, a sample each."""
    faults = (*ONE_UNIT, *loop_faults(("W",)))
    return _epoch({"delta_GD": "W"}, "delta_rule.DeltaRule", {}, DELTA_RULE, faults)


@lru_cache(maxsize=2)
def net_epoch(name: str, error: str) -> Reference:
    """Source 002's backprop_XOR and BackpropCE: four updates of the net without biases."""
    by_error = {"half_squared_error": SIGMOID_OUTPUT, "binary_cross_entropy_error": ()}
    formulas = SIGMOID_MLP | {"a1": lambda v: v.x @ v.W1, "a2": lambda v: v.z1 @ v.W2}
    faults = (*HIDDEN, *by_error[error], *loop_faults(("W1", "W2")))
    if error == "binary_cross_entropy_error":
        formulas |= {"delta2": lambda v: v.y - v.t}
        faults += CROSS_ENTROPY_OUTPUT
    faults = [fault for fault in faults if not fault.formulas.keys() & {"a1", "a2", "gb1", "gb2"}]
    names = {f"{name} {weight}": weight for weight in ("W1", "W2")}
    return _epoch(names, "sigmoid_mlp.SigmoidMLP", {"error": error}, formulas, faults)


def _epoch(
    names: dict[str, str],
    model: str,
    options: dict[str, str],
    formulas: Formulas,
    faults: Sequence[Fault],
) -> Reference:
    """The weights after one epoch of on-line learning, shaped as source 002 has them."""
    given = function_inputs("float64")
    x, t = given["note_X"], given["note_D"]
    start = {weight: given[f"note_{weight}"].T for weight in names.values()}
    batches = [np.array([row]) for row in range(len(x))]
    last = [f"new_{weight}@{len(x) - 1}" for weight in start]
    steps = steps_of_training(start, x, t, batches, NOTE_RATE, last)

    def compute(formulas: Formulas, wrap: Wrap) -> dict[str, np.ndarray | Bounded]:
        found = steps(formulas, wrap)
        return {name: found[new].T for name, new in zip(names, last, strict=True)}

    shapes = {weight: values.shape for weight, values in start.items()}
    training = Training(
        "check", model, "probe", normal(1, **shapes), in_order(1), NOTE_RATE, 4, options=options
    )
    keras = Keras(training, start, Dataset("xor", "truth table", x, t, x, t))
    keras.train(np.array(batches), NOTE_RATE)
    twin = {name: keras.params[weight].T for name, weight in names.items()}
    dictionary = Dictionary(formulas, faults, compute, "float64")
    return Reference(twin, _allowed(dictionary), lambda _: dictionary)


def _allowed(dictionary: Dictionary) -> Arrays:
    """How far the right computation may be off; what is only handed on is exact."""
    return {
        name: value.allowed if isinstance(value, Bounded) else np.zeros(value.shape)
        for name, value in dictionary.bounded(()).items()
    }


EPOCHS = {
    "delta_GD": delta_rule_epoch,
    "backprop_XOR": partial(net_epoch, "backprop_XOR", "half_squared_error"),
    "BackpropCE": partial(net_epoch, "BackpropCE", "binary_cross_entropy_error"),
}

HIDDEN_LAYERS: dict[str, Formulas] = {
    "sigmoid": {},
    "relu": {"z1": lambda v: relu(v.a1), "slope": lambda v: (v.a1 > 0) * 1.0},
}
"""What the hidden layer's activation changes in the net's formulas."""


@lru_cache(maxsize=2)
def net(hidden: str) -> Reference:
    """A net of one hidden layer: outputs, loss and gradients on the probe."""
    params, data = probe(PARAMETERS, "float64")
    names = ("y", "a2", "far_y", "loss", *(f"g{name}" for name in PARAMETERS))
    rows = np.arange(len(data.x))
    compute = steps_of_training(params, data.x, data.t, [rows], NET_RATE, names)
    faults = [
        fault
        for fault in FAMILIES[0].faults
        if fault.rung in SINGLE_PASS and not (hidden == "relu" and "slope" in fault.formulas)
    ]
    formulas = {**TWO_LAYER_NET, **HIDDEN_LAYERS[hidden]}
    dictionary = Dictionary(formulas, faults, compute, "float64")
    return Reference(_net_twin(hidden), _allowed(dictionary), lambda _: dictionary)


@lru_cache(maxsize=4)
def training(batches: tuple[tuple[int, ...], ...]) -> Reference:
    """A training of the probe's net on given rows: the weights that it leaves."""
    params, data = probe(PARAMETERS, "float64", sizes=TRAINING)
    rows = [np.array(batch) for batch in batches]
    last = {f"{name} at the end": f"new_{name}@{len(rows) - 1}" for name in params}
    targets = [f"t@{step}" for step in range(len(rows))]
    taught = steps_of_training(params, data.x, data.t, rows, NET_RATE, [*last.values(), *targets])

    def compute(formulas: Formulas, wrap: Wrap) -> dict[str, np.ndarray | Bounded]:
        found = taught(formulas, wrap)
        values = {name: found[new] for name, new in last.items()}
        return values | {TARGETS: np.concatenate([found[name] for name in targets])}

    shapes = {name: values.shape for name, values in params.items()}
    spec = Training(
        "check", FAMILIES[0].model, "probe", normal(1, **shapes), in_order(1), NET_RATE, len(rows)
    )
    keras = Keras(spec, params, data)
    keras.train(rows, NET_RATE)
    twin = {f"{name} at the end": values for name, values in keras.params.items()}
    dictionary = Dictionary(TWO_LAYER_NET, loop_faults(PARAMETERS), compute, "float64")
    right = np.concatenate([data.t[batch] for batch in rows])
    return Reference(twin | {TARGETS: right}, _allowed(dictionary), lambda _: dictionary)


def net_at(hidden: str, params: Arrays) -> float:
    """The right loss of the probe's net at other parameters, by our formulas."""
    _, data = probe(PARAMETERS, "float64")
    rows = np.arange(len(data.x))
    given = {"start": params, "samples": data.x, "targets": data.t, "rows": rows}
    values = Values({**TWO_LAYER_NET, **HIDDEN_LAYERS[hidden]}, **given, previous=None)
    return float(values.loss)


def _net_twin(hidden: str) -> dict[str, np.ndarray]:
    """What the Keras net gives, the loss in the sources' convention, with its ε."""
    runtime, nets, layers, gradients, weights = (
        import_module(f"keras_ref.{file}")
        for file in ("runtime", "two_layer_net", "layers", "gradients", "weights")
    )
    runtime.use_dtype("float64")
    params, data = probe(PARAMETERS, "float64")
    model = nets.TwoLayerNet(params, hidden)
    activations = layers.forward(model, data.x)
    loss, gradient = gradients.loss_and_gradient(model, data.x, data.t)
    weights.set_params(model, far(params))
    return {
        **activations,
        **{f"g{name}": values for name, values in gradient.items()},
        "loss": np.array(loss - epsilon_term(activations["y"], data.t)),
        "far_y": layers.forward(model, data.x)["y"],
    }
