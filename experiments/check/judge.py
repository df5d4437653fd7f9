"""From a stranger's numbers to findings: what is right, what is not, and which mistake explains it.

Every number is held against Keras' with the running bound of its own element (those of a net with
ReLU against our own formulas, as there is no Keras twin of it yet); causes are found by replay.
Nothing is guessed: what equals no entry of the dictionary is said to be unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import product

import numpy as np

from experiments.check.apart import Answer, Outcome
from experiments.compare import Batch, observe
from experiments.compare import allowed as allowed_at
from experiments.data.probe import FAR, probe
from experiments.faults.formulas import TWO_LAYER_NET, Formulas, Values
from experiments.faults.functions import FUNCTION_FAULTS, FUNCTIONS
from experiments.faults.kill_functions import (
    compare_functions,
    function_inputs,
    function_values,
    keras_values,
)
from experiments.faults.registry import FAMILIES, Fault
from experiments.faults.replay import Diagnosis, Dictionary, steps_of_training
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Comparison, compare
from experiments.sides import Keras, Scratch
from experiments.spec import Training, in_order, normal
from scratch.functions import relu

PARAMETERS = ("W1", "b1", "W2", "b2")
LEARNING_RATE = 0.03
SINGLE_PASS = ("layers", "loss", "gradient")

QUANTITIES = {
    "step": ("step",),
    "sigmoid": ("sigmoid",),
    "relu": ("relu",),
    "identity": ("identity",),
    "sigmoid_grad": ("slope of the sigmoid",),
    "numerical_diff": ("numerical derivative",),
    "softmax": ("softmax, one sample", "softmax, batch", "softmax, far", "softmax, far batch"),
    "half_squared_error": ("squared error, one sample", "squared error, batch"),
    "cross_entropy_error": (
        "cross-entropy, one sample",
        "cross-entropy, one-hot",
        "cross-entropy, labels",
    ),
    "numerical_gradient": ("numerical gradient",),
    "AND": ("AND",),
    "OR": ("OR",),
    "NAND": ("NAND",),
    "XOR": ("XOR",),
}
"""What a function is asked for, by our name of it."""

NODES = {
    "half_squared_error": "squared_error_function",
    "cross_entropy_error": "cross_entropy_function",
    "sigmoid_grad": "slope_function",
    "numerical_gradient": "numerical_gradient",
    "numerical_diff": "numerical_gradient",
}
"""Of which formula the faults of a function are, where its name does not say so."""

BATCHES = (
    "softmax, batch",
    "softmax, far batch",
    "squared error, batch",
    "cross-entropy, one-hot",
)
"""Forms that the book's first versions of a function, made for one sample, do not have."""

OPTIONAL = ("cross-entropy, labels",)
"""Forms of use that a function need not have."""


class Verdict(StrEnum):
    """What can be said of a function or net; `ONE_SAMPLE`: right, but not on a batch."""

    RIGHT = "right"
    CONVENTION = "convention"
    ONE_SAMPLE = "one sample"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """What was found of one function or net.

    Attributes:
        subject: its name in the file.
        about: our name of the function, or "net".
        verdict: the word.
        wrong: quantities that differ from Keras'.
        right: quantities that agree.
        faults: what explains the differences.
        failed: quantities that could not be had, with their answers.
        differences: of every wrong quantity: its largest difference, the bound there, and where.
        relative: of every wrong quantity, element by element: the difference relative to Keras'
            largest element, 0 within the bound.
        hidden: the hidden layer's activation, of a net.
        numerical: whether the net's own numerical gradient agrees with Keras, if it has one.
        margin: how far the next explanation is off, in bounds.
    """

    subject: str
    about: str
    verdict: Verdict
    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    failed: tuple[Answer, ...] = ()
    differences: Mapping[str, tuple[float, float, str]] = field(default_factory=dict)
    relative: Mapping[str, np.ndarray] = field(default_factory=dict)
    hidden: str = ""
    numerical: bool | None = None
    margin: float = 0.0


def probes() -> dict[str, np.ndarray]:
    """What a stranger's code is given: arrays for functions, and a net with its batch."""
    params, data = probe(PARAMETERS, "float64")
    inputs = function_inputs("float64")
    arrays = {name: inputs[name] for name in ("scores", "y", "t", "at", "x1", "x2")}
    arrays |= {f"net_{name}": values for name, values in params.items()}
    return arrays | {"net_x": data.x, "net_t": data.t}


def judge(outcome: Outcome, functions: Mapping[str, str]) -> list[Finding]:
    """Findings of everything that was asked for, in the order of asking.

    Args:
        outcome: what the process wrote down.
        functions: our names by the stranger's.
    """
    by_subject: dict[str, list[Answer]] = {}
    for answer in outcome.answers:
        by_subject.setdefault(answer.subject, []).append(answer)
    return [
        judge_function(subject, functions[subject], answers)
        if subject in functions
        else judge_net(subject, answers)
        for subject, answers in by_subject.items()
    ]


@lru_cache(maxsize=1)
def _function_reference() -> tuple[Mapping, Mapping]:
    return function_values({}, "float64", Bounded), keras_values("float64")


@lru_cache(maxsize=16)
def _function_dictionary(names: tuple[str, ...], about: str) -> Dictionary:
    """Of the faults that change any of some quantities of one function."""
    nodes = {NODES.get(about, f"{about.lower()}_function"), f"{about.lower()}_gate", *names}
    faults = [fault for fault in FUNCTION_FAULTS if fault.formulas.keys() & nodes]

    def compute(formulas: Formulas, wrap: object) -> dict:
        values = function_values(formulas, "float64", lambda array, _: wrap(array))
        return {name: values[name] for name in names}

    return Dictionary(FUNCTIONS, faults, compute, "float64")


def judge_function(subject: str, about: str, answers: Sequence[Answer]) -> Finding:
    """One function against Keras', on all that it was asked for."""
    values = {a.quantity: a.value for a in answers if a.value is not None}
    failed = tuple(a for a in answers if a.value is None and a.quantity not in OPTIONAL)
    bounds, twin = _function_reference()
    compared = {c.quantity: c for c in compare_functions(values, "float64", bounds, twin)}
    wrong = tuple(q for q, c in compared.items() if not c.passed and q not in OPTIONAL)
    right = tuple(q for q, c in compared.items() if c.passed)
    differences = {q: (compared[q].difference, compared[q].bound, compared[q].where) for q in wrong}
    found = Diagnosis(True, (), 0.0, np.inf)
    if wrong:
        tried = [q for q in QUANTITIES[about] if q in values]
        found = _diagnose_function(about, {q: values[q] for q in tried})
        if not found.known:
            needed = {q: values[q] for q in tried if q not in OPTIONAL}
            found = _diagnose_function(about, needed)
    verdict = _verdict(bool(wrong), bool(failed), found)
    if verdict is Verdict.WRONG and set(wrong) <= set(BATCHES) and right:
        verdict = Verdict.ONE_SAMPLE
    return Finding(
        subject,
        about,
        verdict,
        wrong,
        right,
        found.faults,
        failed,
        differences,
        {q: _relative(values[q], twin[q], bounds[q]) for q in wrong},
        margin=found.runner_up,
    )


def _relative(values: np.ndarray, right: np.ndarray, bound: np.ndarray | Bounded) -> np.ndarray:
    """Differences relative to the largest right element; 0 within the bound, 1 if not a number."""
    allowed = bound.allowed if isinstance(bound, Bounded) else bound
    if np.shape(values) != np.shape(right):
        return np.ones(())
    difference = np.abs(np.asarray(values, float) - right)
    relative = difference / (np.abs(right).max() or 1.0)
    return np.where(difference <= allowed, 0.0, np.where(np.isfinite(relative), relative, 1.0))


def _diagnose_function(about: str, observed: Mapping[str, np.ndarray]) -> Diagnosis:
    return _function_dictionary(tuple(observed), about).diagnose(observed)


def _verdict(wrong: bool, failed: bool, found: Diagnosis) -> Verdict:
    if wrong and not found.known:
        return Verdict.UNKNOWN
    if any(not fault.convention for fault in found.faults):
        return Verdict.WRONG
    if failed:
        return Verdict.FAILED
    return Verdict.CONVENTION if found.faults else Verdict.RIGHT


HIDDEN: dict[str, Formulas] = {
    "sigmoid": {},
    "relu": {"z1": lambda v: relu(v.a1), "slope": lambda v: (v.a1 > 0) * 1.0},
}
"""What the hidden layer's activation changes in the net's formulas."""


@lru_cache(maxsize=2)
def _net_dictionary(hidden: str) -> Dictionary:
    params, data = probe(PARAMETERS, "float64")
    names = ("y", "a2", "far_y", "loss", *(f"g{name}" for name in PARAMETERS))
    rows = np.arange(len(data.x))
    compute = steps_of_training(params, data.x, data.t, [rows], LEARNING_RATE, names)
    formulas = {**TWO_LAYER_NET, **HIDDEN[hidden]}
    faults = [
        fault
        for fault in FAMILIES[0].faults
        if fault.rung in SINGLE_PASS and not (hidden == "relu" and "slope" in fault.formulas)
    ]
    return Dictionary(formulas, faults, compute, "float64")


@lru_cache(maxsize=2)
def _net_reference(hidden: str) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What Keras computes on the probe and how far it may be off; for ReLU by our formulas."""
    params, data = probe(PARAMETERS, "float64")
    if hidden == "relu":
        values = _net_dictionary(hidden).bounded(())
        return (
            {name: v.value for name, v in values.items()},
            {name: v.allowed for name, v in values.items()},
        )
    shapes = {name: values.shape for name, values in params.items()}
    training = Training(
        "check", FAMILIES[0].model, "probe", normal(1, **shapes), in_order(7), LEARNING_RATE, 1
    )
    batch = Batch(data.x, data.t, np.arange(len(data.x)))
    keras = Keras(training, params, data)
    seen = _named(observe(keras, batch, LEARNING_RATE))
    bounds = _named(allowed_at(Scratch(training, params, data), batch, LEARNING_RATE))
    far = params | {"b2": params["b2"] + FAR}
    keras.set_params(far)
    seen["far_y"] = keras.forward(data.x)["y"]
    model = Scratch(training, far, data).bounded()
    bounds["far_y"] = model.forward(data.x)["y"].allowed
    y = seen["y"][data.t > 0]
    seen["loss"] = np.asarray(seen["loss"] - np.mean(np.log1p(1e-7 / y)))
    return seen, bounds


def _named(observed: object) -> dict[str, np.ndarray]:
    gradients = {f"g{name}": values for name, values in observed.gradient.items()}
    return {**observed.activations, "loss": np.asarray(observed.loss), **gradients}


def judge_net(subject: str, answers: Sequence[Answer]) -> Finding:
    """A net against its Keras twin: outputs, loss and gradients on the probe."""
    given = {answer.quantity: answer.value for answer in answers if answer.value is not None}
    optional = ("loss, labels", "far", "numerical_gradient")
    failed = tuple(a for a in answers if a.value is None and not a.quantity.startswith(optional))
    if not _net_quantities(given, "y"):
        return Finding(subject, "net", Verdict.FAILED, failed=failed)
    hidden, observed, found = _best_explanation(given)
    compared, wrong = _compared(observed, hidden)
    right = tuple(name for name, c in compared.items() if c.passed)
    reference, bounds = _net_reference(hidden)
    verdict = _verdict(bool(wrong), bool(failed), found)
    numerical = _numerical_agrees(given, hidden)
    opinions = {"accuracy": _accuracy_agrees(given), "numerical_gradient": numerical}
    also = [name for name, agrees in opinions.items() if agrees is False]
    if also and verdict in (Verdict.RIGHT, Verdict.CONVENTION, Verdict.FAILED):
        verdict = Verdict.UNKNOWN
    return Finding(
        subject,
        "net",
        verdict,
        (*wrong, *also),
        right,
        found.faults,
        failed,
        {name: (c.difference, c.bound, c.where) for name, c in compared.items() if not c.passed},
        {name: _relative(observed[name], reference[name], bounds[name]) for name in wrong},
        hidden,
        numerical,
        found.runner_up,
    )


def _compared(
    observed: Mapping[str, np.ndarray], hidden: str
) -> tuple[dict[str, Comparison], tuple[str, ...]]:
    """Every quantity against the reference, and which of them differ."""
    reference, bounds = _net_reference(hidden)
    compared = {
        name: compare("check", "probe", name, values, reference[name], bounds[name])
        for name, values in observed.items()
    }
    return compared, tuple(name for name, c in compared.items() if not c.passed)


def _accuracy_agrees(given: Mapping[str, np.ndarray]) -> bool | None:
    """Whether a net's accuracy is that of its own answers."""
    outputs, accuracy = given.get("predict"), given.get("accuracy")
    _, data = probe(PARAMETERS, "float64")
    if accuracy is None or outputs is None or outputs.shape != data.t.shape:
        return None
    share = np.mean(outputs.argmax(axis=1) == data.t.argmax(axis=1))
    return accuracy.shape == () and bool(abs(accuracy - share) < 1 / (2 * len(data.t)))


def _best_explanation(
    given: Mapping[str, np.ndarray],
) -> tuple[str, dict[str, np.ndarray], Diagnosis]:
    """The hidden activation, the answers under our names, and the diagnosis that explains most.

    Hidden units may be sigmoids or ReLUs, and `predict` may give probabilities or scores; each is
    tried until one explains everything without a fault.
    """
    tried = []
    for hidden, outputs in product(HIDDEN, ("y", "a2")):
        observed = _net_quantities(given, outputs)
        for rank, parts in enumerate(_together_and_apart(observed)):
            found = _joined([_net_dictionary(hidden).diagnose(part) for part in parts])
            if found.known:
                cost = (False, rank, _weight(found.faults), found.share)
            else:
                cost = (True, len(_compared(observed, hidden)[1]), 0, found.share)
            tried.append((cost, hidden, observed, found))
            if found.known:
                break
        if tried[-1][0][:3] == (False, 0, 0):
            break
    _, hidden, observed, found = min(tried, key=lambda attempt: attempt[0])
    return hidden, observed, found


def _net_quantities(given: Mapping[str, np.ndarray], outputs: str) -> dict[str, np.ndarray]:
    """A net's answers under our names, `predict` being probabilities ("y") or scores ("a2")."""
    names = {"predict": outputs, "loss": "loss"}
    names |= {f"gradient {name}": f"g{name}" for name in PARAMETERS}
    if outputs == "y":
        names["far"] = "far_y"
    return {ours: given[theirs] for theirs, ours in names.items() if theirs in given}


def _together_and_apart(
    observed: Mapping[str, np.ndarray],
) -> Iterator[list[Mapping[str, np.ndarray]]]:
    """Ways to explain the quantities: as one computation, or in parts.

    `gradient` may repeat the forward pass in its own lines, and so without the mistakes that
    `predict` has, or with others; and the loss may be in a convention that nobody knows.
    """
    gradients = {name: values for name, values in observed.items() if name.startswith("g")}
    forward = {name: values for name, values in observed.items() if name not in gradients}
    yield [observed]
    if gradients and forward:
        yield [forward, gradients]
    if len(observed) > 1 and "loss" in observed:
        yield [{name: values for name, values in observed.items() if name != "loss"}]


def _joined(parts: Sequence[Diagnosis]) -> Diagnosis:
    """Known if all parts are, with the faults of all."""
    faults = {fault.id: fault for part in parts for fault in part.faults}
    return Diagnosis(
        all(part.known for part in parts),
        tuple(faults.values()) if all(part.known for part in parts) else (),
        max(part.share for part in parts),
        min(part.runner_up for part in parts),
    )


def _weight(faults: Sequence[Fault]) -> int:
    """Conventions weigh less than mistakes."""
    return sum(1 if fault.convention else 3 for fault in faults)


def _numerical_agrees(given: Mapping[str, np.ndarray], hidden: str) -> bool | None:
    """Whether central differences of the net's own loss are those of the right loss.

    With any step up to 1e-3: their error is not more than that of differences with 1e-3.
    """
    own = {name: given.get(f"numerical_gradient {name}") for name in PARAMETERS}
    if any(values is None for values in own.values()):
        return None
    from scratch.gradients import numerical_gradient

    params, data = probe(PARAMETERS, "float64")
    formulas = {**TWO_LAYER_NET, **HIDDEN[hidden]}
    rows = np.arange(len(data.x))

    def loss(_: np.ndarray) -> float:
        start = {"start": params, "samples": data.x, "targets": data.t}
        values = Values(formulas, **start, rows=rows, rate=LEARNING_RATE, step=0, previous=None)
        return float(values.loss)

    reference, bounds = _net_reference(hidden)
    rounding = 2 * float(bounds["loss"]) / 1e-6
    for name, values in own.items():
        coarse = numerical_gradient(loss, params[name], 1e-3)
        method = np.abs(coarse - reference[f"g{name}"])
        largest = method.max() + rounding
        if values.shape != coarse.shape or np.abs(values - reference[f"g{name}"]).max() > largest:
            return False
    return True
