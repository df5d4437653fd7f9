"""From a stranger's numbers to findings: what is right, what is not, and which mistake explains it.

Every number is held against Keras' with the running bound of its own element; causes are found by
replay. Nothing is guessed: what equals no entry of the dictionary is said to be unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import product
from typing import Any

import numpy as np
from scipy import optimize

from experiments import subjects
from experiments.check.apart import Answer, Found, Outcome
from experiments.check.inside.nets import OCCASIONS, half_right
from experiments.check.references import (
    HIDDEN_LAYERS,
    PARAMETERS,
    TARGETS,
    TRAINING,
    Reference,
    net,
    net_at,
    net_in_float32,
    occasions,
    on_occasion,
    reference_of,
    training,
    true_probabilities,
)
from experiments.data.probe import probe
from experiments.faults.replay import Diagnosis
from experiments.judge.ladder import Place, compare
from experiments.judge.rungs import Look
from experiments.subjects.inputs import function_inputs
from experiments.subjects.subject import Mistake, Subject
from experiments.subjects.training_loop import SUBJECT as TRAIN
from experiments.subjects.training_loop import loop_mistakes
from scratch.gradients import numerical_gradient

KNOWN_EPSILONS = ("1.0e-08", "1.0e-04")
"""Of the dictionary."""

FORMS_OF_A_NET = ("loss, labels", "far")
"""What a net need not stand: labels instead of one-hot targets, very large scores."""

ACCURACY = 1e-6
"""An accuracy is a share of seven samples: exact, but for its one division in float32."""

OCCASIONAL = {
    occasion: Mistake(f"only-{occasion.replace(' ', '-')}", "gradient", {"delta2": lambda v: None})
    for occasion in OCCASIONS
}
"""What is said of a gradient that is right on the probe and wrong on one of the occasions."""

FLOAT32 = Mistake("in-float32", "layers", {"y": lambda v: None}, convention=True)
"""Right numbers of seven digits."""

SHORT, HALF = (
    Mistake(name, "update", {"x": lambda v: None})
    for name in ("batch-shorter-than-asked", "half-of-the-samples")
)
"""What is seen of the batches that a training loop takes."""

APART, SAME_BATCH, CONSTANT_START = (
    next(mistake for mistake in loop_mistakes(PARAMETERS) if mistake.id == name)
    for name in ("samples-and-targets-apart", "same-batch", "constant-start")
)
"""What is seen of a training loop's batches or of a net's own start, and needs no replay."""


class Assessment(StrEnum):
    """What can be said of a function or net; `ONE_SAMPLE`: right, but not on a batch."""

    RIGHT = "right"
    CONVENTION = "convention"
    ONE_SAMPLE = "one sample"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    FAILED = "failed"


LOOKS = {
    Assessment.RIGHT: Look("✓", "green"),
    Assessment.CONVENTION: Look("✓", "green"),
    Assessment.ONE_SAMPLE: Look("△", "yellow"),
    Assessment.WRONG: Look("✗", "red"),
    Assessment.UNKNOWN: Look("?", "yellow"),
    Assessment.FAILED: Look("–", "yellow"),
}


@dataclass(frozen=True)
class Finding:
    """What was found of one function or net.

    Attributes:
        subject: its name in the file.
        about: our name of the function or layer, or "net".
        verdict: the word.
        wrong: quantities that differ from Keras'.
        right: quantities that agree.
        faults: what explains the differences.
        failed: quantities that could not be had, with their answers.
        differences: of every wrong quantity: its largest difference, the bound there, and where.
        relative: of every wrong quantity, element by element: the difference relative to Keras'
            largest element, 0 within the bound.
        numerical: whether the net's own numerical gradient agrees with Keras, if it has one.
    """

    subject: str
    about: str
    verdict: Assessment
    wrong: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    faults: tuple[Mistake, ...] = ()
    failed: tuple[Answer, ...] = ()
    differences: Mapping[str, tuple[float, float, Place]] = field(default_factory=dict)
    relative: Mapping[str, np.ndarray] = field(default_factory=dict)
    numerical: bool | None = None


def probes() -> dict[str, np.ndarray]:
    """What a stranger's code is given: arrays for functions, and a net with its batch."""
    params, data = probe(PARAMETERS, "float64")
    inputs = function_inputs("float64")
    arrays = {name: values for name, values in inputs.items() if isinstance(values, np.ndarray)}
    arrays |= {f"net_{name}": values for name, values in params.items()}
    taught = probe(PARAMETERS, "float64", sizes=TRAINING)[1]
    for occasion, (weights, of) in occasions().items():
        arrays |= {f"{occasion}_{name}": values for name, values in weights.items()}
        arrays |= {f"{occasion}_x": of.x, f"{occasion}_t": of.t}
    samples = {"net_x": data.x, "net_t": data.t, "train_x": taught.x, "train_t": taught.t}
    return arrays | samples


def judge(outcome: Outcome) -> list[Finding]:
    """Findings of everything that was asked for, in the order of asking."""
    by_subject: dict[str, list[Answer]] = {}
    for answer in outcome.answers:
        by_subject.setdefault(answer.subject, []).append(answer)
    return [
        _judge(outcome.subjects.get(subject), subject, found)
        for subject, found in by_subject.items()
    ]


def _judge(found: Found | None, name: str, answers: Sequence[Answer]) -> Finding:
    if found is None:
        return judge_net(name, answers)
    subject = subjects.load()[found.about]
    if subject.is_training:
        return judge_training(name, answers)
    return judge_function(name, subject, answers, reference_of(subject))


def judge_training(subject: str, answers: Sequence[Answer]) -> Finding:
    """A training loop against Keras', on the batches that it took itself."""
    rows = next((a.value for a in answers if a.quantity == "rows"), None)
    if rows is None:
        return Finding(subject, "train", Assessment.FAILED, failed=tuple(answers))
    batches = tuple(tuple(batch[batch >= 0]) for batch in rows.astype(int))
    asked = next(
        (int(a.value) for a in answers if a.quantity == "batch" and a.value is not None), 0
    )
    seen = [answer for answer in answers if answer.quantity not in ("rows", "batch")]
    finding = judge_function(subject, TRAIN, seen, training(batches))
    if TARGETS in finding.wrong:
        return replace(finding, verdict=Assessment.WRONG, faults=(APART,))
    a_part = len(set(batches[0])) < TRAINING.samples
    if finding.verdict is Assessment.RIGHT and max(map(len, batches)) < asked:
        return replace(finding, verdict=Assessment.WRONG, faults=(SHORT,))
    met, half = {row for batch in batches for row in batch}, TRAINING.samples // 2
    in_one_half = max(met) < half or min(met) >= half
    if finding.verdict is Assessment.RIGHT and in_one_half and asked and len(set(batches)) > 2:
        return replace(finding, verdict=Assessment.WRONG, faults=(HALF,))
    if finding.verdict is Assessment.RIGHT and a_part and len(batches) > 1 == len(set(batches)):
        return replace(finding, verdict=Assessment.WRONG, faults=(SAME_BATCH,))
    return finding


def judge_function(
    name: str, subject: Subject, answers: Sequence[Answer], reference: Reference
) -> Finding:
    """One function, layer or epoch against Keras', on all that it was asked for."""
    values = {
        a.quantity: _fitted(a.value, reference.twin[a.quantity])
        for a in answers
        if a.value is not None
    }
    failed = tuple(a for a in answers if a.value is None and a.quantity not in subject.optional)
    compared = reference.compare(values)
    wrong = tuple(q for q, c in compared.items() if not c.passed and q not in subject.optional)
    right = tuple(q for q, c in compared.items() if c.passed)
    found = Diagnosis(True, (), 0.0, np.inf)
    if wrong and subject.name == "cross_entropy_error" and (e := _epsilon_of_a_loss(values)):
        found = replace(found, faults=(other_epsilon(e),))
    elif wrong:
        found = reference.dictionary(tuple(values)).diagnose(values)
        if not found.known:
            needed = {q: value for q, value in values.items() if q not in subject.optional}
            found = reference.dictionary(tuple(needed)).diagnose(needed)
    not_right = {*wrong, *(answer.quantity for answer in failed)}
    verdict = _verdict(bool(wrong), bool(failed), found)
    if (
        not_right
        and not_right <= set(subject.of_batches)
        and right
        and verdict is not Assessment.UNKNOWN
    ):
        verdict = Assessment.ONE_SAMPLE
    return Finding(
        name,
        subject.name,
        verdict,
        wrong,
        right,
        found.faults,
        failed,
        {q: (compared[q].difference, compared[q].bound, compared[q].place) for q in wrong},
        {q: _relative(values[q], reference.twin[q], reference.allowed[q]) for q in wrong},
    )


def _epsilon_of_a_loss(values: Mapping[str, np.ndarray]) -> float | None:
    """The ε that explains a cross-entropy of one sample and of a batch."""
    given = function_inputs("float64")
    y = given["y"][given["t"] > 0]
    of = {
        "cross-entropy, one sample": y[:1],
        "cross-entropy, one-hot": y,
        "cross-entropy, labels": y,
    }
    known = [name for name in of if name in values and values[name].shape == ()]
    found = epsilon_behind([float(values[name]) for name in known], [of[name] for name in known])
    return found if found and f"{found:.1e}" not in KNOWN_EPSILONS else None


def _fitted(values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """In the right one's shape, if only axes of length 1 are more or less."""
    same = [n for n in values.shape if n > 1] == [n for n in np.shape(right) if n > 1]
    return values.reshape(np.shape(right)) if same else values


def _relative(values: np.ndarray, right: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Differences relative to the largest right element; 0 within the bound, 1 if not a number."""
    if np.shape(values) != np.shape(right):
        return np.ones(())
    difference = np.abs(np.asarray(values, float) - right)
    relative = difference / (np.abs(right).max() or 1.0)
    return np.where(difference <= allowed, 0.0, np.where(np.isfinite(relative), relative, 1.0))


def _verdict(wrong: bool, failed: bool, found: Diagnosis) -> Assessment:
    if wrong and not found.known:
        return Assessment.UNKNOWN
    if any(not fault.convention for fault in found.faults):
        return Assessment.WRONG
    if failed:
        return Assessment.FAILED
    return Assessment.CONVENTION if found.faults else Assessment.RIGHT


def judge_net(subject: str, answers: Sequence[Answer]) -> Finding:
    """A net against its Keras twin: outputs, loss and gradients on the probe."""
    given = {answer.quantity: answer.value for answer in answers if answer.value is not None}
    failed = tuple(a for a in answers if a.value is None and a.quantity not in FORMS_OF_A_NET)
    if not _net_quantities(given, "y"):
        return Finding(subject, "net", Assessment.FAILED, failed=failed)
    hidden, observed, explained, found = _best_explanation(given)
    compared = net(hidden).compare(observed)
    wrong = tuple(name for name, c in compared.items() if not c.passed)
    right = tuple(name for name, c in compared.items() if c.passed)
    reference = net(hidden)
    if not found.known or set(wrong) - explained:
        wrong, found = _convention(given, answers, hidden, wrong, found)
    needed = [
        a
        for a in failed
        if not a.quantity.startswith(("numerical_gradient", "gradient, ", *OCCASIONS))
    ]
    verdict = _verdict(bool(wrong), bool(needed), found)
    same_loss = not {"y", "a2", "loss"} & set(wrong) and not any(
        fault is FLOAT32 or fault.id.startswith("loss-epsilon-is-") for fault in found.faults
    )
    numerical = _numerical_agrees(given, hidden) if same_loss else None
    opinions = {"accuracy": _accuracy_agrees(given), "numerical_gradient": numerical}
    also = [name for name, agrees in opinions.items() if agrees is False]
    if (
        verdict in (Assessment.RIGHT, Assessment.CONVENTION)
        and not also
        and FLOAT32 not in found.faults
    ):
        occasions_of = [o for o in OCCASIONS if not _right_on(o, given, hidden)]
        start = given.get("start W1")
        if start is not None and start.size > 1 and np.ptp(start) == 0:
            found = replace(found, faults=(*found.faults, CONSTANT_START))
            verdict = Assessment.WRONG
        if occasions_of:
            if "an absent class" in occasions_of and "one sample" in occasions_of:
                occasions_of.remove("one sample")  # of which all classes but one are absent
            faults = (*found.faults, *(OCCASIONAL[occasion] for occasion in occasions_of))
            found, verdict = replace(found, faults=faults), Assessment.WRONG
    unexplained = also or set(wrong) - explained
    if unexplained and verdict in (Assessment.RIGHT, Assessment.CONVENTION, Assessment.FAILED):
        verdict = Assessment.UNKNOWN
    return Finding(
        subject,
        "net",
        verdict,
        (*wrong, *also),
        right,
        found.faults,
        failed,
        {name: (c.difference, c.bound, c.place) for name, c in compared.items() if not c.passed},
        {
            name: _relative(observed[name], reference.twin[name], reference.allowed[name])
            for name in wrong
        },
        numerical,
    )


def _convention(
    given: Mapping[str, np.ndarray],
    answers: Sequence[Answer],
    hidden: str,
    wrong: tuple[str, ...],
    found: Diagnosis,
) -> tuple[tuple[str, ...], Diagnosis]:
    """What remains wrong, and the diagnosis, when float32 or another ε explains the differences."""
    in_float32 = bool(given.get("in float32", np.zeros(()))) or any(
        answer.dtype == "float32" for answer in answers if answer.quantity == "predict"
    )
    if in_float32:
        twin, allowed = net(hidden).twin, net_in_float32(hidden)
        seen = _net_quantities(given, "y")
        if all(
            compare("check", "", n, seen[n], twin[n], allowed[n]).passed for n in wrong if n in seen
        ):
            return (), replace(found, known=True, faults=(FLOAT32,))
    if wrong == ("loss",) and (epsilon := _epsilon_of_a_net(given, hidden)):
        return (), replace(found, known=True, faults=(other_epsilon(epsilon),))
    return wrong, found


def _epsilon_of_a_net(given: Mapping[str, np.ndarray], hidden: str) -> float | None:
    """The ε that explains a net's losses on all occasions: found where units are saturated."""
    losses = {
        occasion: float(given[key])
        for occasion in ("saturated units", "an absent class", "")
        if (key := f"{occasion}: loss" if occasion else "loss") in given and given[key].shape == ()
    }
    return epsilon_behind(
        list(losses.values()), [true_probabilities(hidden, occasion) for occasion in losses]
    )


def epsilon_behind(losses: Sequence[float], y: Sequence[np.ndarray]) -> float | None:
    """The ε with which −(1/B) Σ log(y_t + ε) is each of some losses, or None if there is none.

    Args:
        losses: the first is that by which ε is found, the others confirm it; two at least.
        y: probabilities of the true classes for each.
    """

    def missed(power: float, which: int = 0) -> float:
        return float(-np.log(y[which] + 10.0**power).mean() - losses[which])

    if len(losses) < 2 or not (np.isfinite(losses).all() and missed(-20) * missed(-1) < 0):
        return None
    power = float(optimize.brentq(missed, -20, -1, xtol=1e-14, rtol=1e-14))
    confirmed = all(abs(missed(power, i)) < 1e-9 for i in range(1, len(losses)))
    return 10.0**power if confirmed else None


def other_epsilon(epsilon: float) -> Mistake:
    """The convention of an ε that the dictionary does not know."""
    return Mistake(f"loss-epsilon-is-{epsilon:.1e}", "loss", {"loss": lambda v: None}, True)


def _right_on(occasion: str, given: Mapping[str, np.ndarray], hidden: str) -> bool:
    """Whether the gradient is Keras' on an occasion, as far as it was had."""
    twin, allowed = on_occasion(hidden, occasion)
    seen = {name: given[f"{occasion}: {name}"] for name in twin if f"{occasion}: {name}" in given}
    return all(
        compare(
            "check", occasion, name, _fitted(values, twin[name]), twin[name], allowed[name]
        ).passed
        for name, values in seen.items()
    )


def _accuracy_agrees(given: Mapping[str, np.ndarray]) -> bool | None:
    """Whether a net's accuracy is that of its own answers."""
    outputs, accuracy = given.get("answers"), given.get("accuracy")
    _, data = probe(PARAMETERS, "float64")
    if accuracy is None or outputs is None or outputs.shape != data.t.shape:
        return None
    targets = half_right(outputs, data.t)
    share = np.mean(outputs.argmax(axis=1) == targets.argmax(axis=1))
    return accuracy.shape == () and bool(abs(accuracy - share) < ACCURACY)


def _best_explanation(
    given: Mapping[str, np.ndarray],
) -> tuple[str, dict[str, np.ndarray], set[str], Diagnosis]:
    """The hidden activation, the answers, those that the best diagnosis is of, and that diagnosis.

    Hidden units may be sigmoids or ReLUs, and `predict` may give probabilities or scores; each is
    tried until one explains everything without a fault.
    """
    tried: list[tuple[tuple[bool, float, int, float], str, Any, set[str], Diagnosis]] = []
    for hidden, outputs in product(HIDDEN_LAYERS, ("y", "a2")):
        observed = _net_quantities(given, outputs)
        for rank, parts in enumerate(_together_and_apart(observed)):
            dictionary = net(hidden).dictionary(tuple(observed))
            found = _joined([dictionary.diagnose(part) for part in parts])
            if found.known:
                cost = (False, float(rank), _weight(found.faults), found.share)
            else:
                cost = (True, _distance(observed, net(hidden).twin), 0, found.share)
            tried.append((cost, hidden, observed, {name for part in parts for name in part}, found))
            if found.known:
                break
        if tried[-1][0][:3] == (False, 0, 0):
            break
    return min(tried, key=lambda attempt: attempt[0])[1:]


def _distance(observed: Mapping[str, np.ndarray], twin: Mapping[str, np.ndarray]) -> float:
    """How far answers lie from a description: largest relative differences, 1 each at most."""
    apart = 0.0
    for name, values in observed.items():
        right = np.asarray(twin[name], float)
        largest = np.abs(values - right).max() if values.shape == right.shape else np.inf
        apart += min(1.0, float(np.nan_to_num(largest / (np.abs(right).max() or 1.0), nan=1.0)))
    return apart


def _net_quantities(given: Mapping[str, np.ndarray], outputs: str) -> dict[str, np.ndarray]:
    """A net's answers under our names, `predict` being probabilities ("y") or scores ("a2")."""
    names = {"predict": outputs, "loss": "loss"}
    names |= {f"gradient {name}": f"g{name}" for name in PARAMETERS}
    if outputs == "y":
        names["far"] = "far_y"
    right = net("sigmoid").twin
    return {
        ours: _fitted(given[theirs], right[ours])
        for theirs, ours in names.items()
        if theirs in given
    }


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


def _weight(faults: Sequence[Mistake]) -> int:
    """Conventions weigh less than mistakes."""
    return sum(1 if fault.convention else 3 for fault in faults)


def _numerical_agrees(given: Mapping[str, np.ndarray], hidden: str) -> bool | None:
    """Whether central differences of the net's own loss are those of the right loss.

    With any step up to 1e-3: their error is not more than that of differences with 1e-3.
    """
    asked = {name: f"numerical_gradient {name}" for name in PARAMETERS}
    if not given.keys() >= set(asked.values()):
        return None
    params, _ = probe(PARAMETERS, "float64")
    reference = net(hidden)
    rounding = 2 * float(reference.allowed["loss"]) / 1e-6
    for name, key in asked.items():
        right = reference.twin[f"g{name}"]
        coarse = numerical_gradient(lambda _: net_at(hidden, params), params[name], 1e-3)
        largest = np.abs(coarse - right).max() + rounding
        values = _fitted(given[key], right)
        if values.shape != right.shape or np.abs(values - right).max() > largest:
            return False
    return True
