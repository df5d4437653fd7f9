"""A stranger's net against its Keras twin: on the probe, and where faults hide from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from experiments.check.apart import Answer
from experiments.check.causes import (
    CONSTANT_LOSS,
    accuracy_agrees,
    cause_of,
    expressed_delta,
    loss_is_constant,
)
from experiments.check.describe import (
    describe,
    describe_by_gradient,
    describe_by_one_output,
    describe_with_a_mistake,
    has_known_outputs,
)
from experiments.check.epsilon import epsilon_of_a_net, other_epsilon
from experiments.check.finding import (
    FINE,
    Assessment,
    Difference,
    Finding,
    difference,
    fitted,
    verdict_of,
)
from experiments.check.grammar import Description
from experiments.check.inside.nets import KEPT, OCCASIONS, ONE_OUTPUT
from experiments.check.own_slopes import OTHER_SLOPE, SAME_SLOPE, off_its_slopes
from experiments.check.references import (
    PARAMETERS,
    net,
    net_at,
    net_in_float32,
    on_occasion,
)
from experiments.data.probe import probe
from experiments.faults.replay import Diagnosis
from experiments.judge.ladder import compare
from experiments.subjects.subject import Mistake
from experiments.subjects.training_loop import loop_mistakes
from experiments.words import Problem
from scratch.gradients import numerical_gradient

FORMS_OF_A_NET = ("loss, labels", "far", f"{ONE_OUTPUT}: loss")
"""What a net need not stand: labels instead of one-hot targets, very large scores, one output."""

OCCASIONAL = {
    occasion: Mistake(f"only-{occasion.replace(' ', '-')}", "gradient", {"delta2": lambda v: None})
    for occasion in OCCASIONS
}
"""What is said of a gradient that is right on the probe and wrong on one of the occasions."""

CHANGES_WEIGHTS = Mistake("gradient-changes-weights", "update", {"new_W1": lambda v: None})
"""What is said of a method that is to give gradients and makes a step as well."""

NOT_RECOGNISED = "check.why.not recognised"
"""Why nothing is said of a net."""

GRADIENTS = {f"g{name}" for name in PARAMETERS}

IN_ITSELF = ("check.why.raised", "check.why.no gradient of")
"""Why a numerical gradient could not be had, if that is its own fault."""

NOT_TOLD = (Assessment.UNKNOWN, Assessment.FAILED)

FLOAT32 = Mistake("in-float32", "layers", {"y": lambda v: None}, convention=True)
"""Right numbers of seven digits."""

MAY_RAISE = "labels"
"""The occasion that a net need not stand, but where what it gives has to be right."""

BOOKS = (Description(), Description(hidden="relu"))
"""The book's nets of one hidden layer."""

TRANSPOSED = {
    name: Mistake(f"{name}-transposed", "gradient", {f"g{name}": lambda v: None})
    for name in ("W1", "W2")
}
"""Gradients of another shape than their parameters, which no update could use."""

OTHER_EPSILON = "loss-epsilon-"
"""How the ids of conventions begin that have another ε, or none."""

CONSTANT_START = next(m for m in loop_mistakes(PARAMETERS) if m.id == "constant-start")


def judge_net(subject: str, answers: Sequence[Answer]) -> Finding:
    """A net against its Keras twin: outputs, loss and gradients on the probe.

    It is taken for the book's net first. Before anything is called wrong it is asked whether the
    net is another one, that is right in itself.
    """
    finding = _of_its_numbers(subject, answers)
    of = finding.description
    if finding.verdict is Assessment.RIGHT and of and of.is_one_sided:
        note = Problem("check.net.one-sided")
        finding = replace(finding, verdict=Assessment.CONVENTION, note=note)
    kept = next((a.value for a in answers if a.quantity == KEPT and a.value is not None), 1.0)
    if kept:
        return finding
    faults = (*finding.faults, CHANGES_WEIGHTS)
    return replace(finding, verdict=Assessment.WRONG, faults=faults, note=None)


def _of_its_numbers(subject: str, answers: Sequence[Answer]) -> Finding:
    given = {answer.quantity: answer.value for answer in answers if answer.value is not None}
    failed = tuple(a for a in answers if a.value is None and a.quantity not in FORMS_OF_A_NET)
    if not _net_quantities(given, "y"):
        return Finding(subject, "net", Assessment.FAILED, failed=failed)
    turned = [fault for name, fault in TRANSPOSED.items() if _is_transposed(name, given)]
    if turned:
        of_them = tuple(fault.id[:2] for fault in turned)
        given = {key: v.T if key.endswith(of_them) else v for key, v in given.items()}
        finding = _judged(subject, answers, given, failed)
        faults, wrong = (
            (*turned, *finding.faults),
            (*(f"g{f.id[:2]}" for f in turned), *finding.wrong),
        )
        right = tuple(name for name in finding.right if name not in wrong)
        return replace(finding, verdict=Assessment.WRONG, faults=faults, wrong=wrong, right=right)
    return _judged(subject, answers, given, failed)


def _is_transposed(name: str, given: Mapping[str, np.ndarray]) -> bool:
    """Whether a gradient has the shape of the transposed parameter."""
    shape = net(Description()).twin[f"g{name}"].shape
    found = given.get(f"gradient {name}")
    return found is not None and found.shape == shape[::-1]


def _judged(
    subject: str,
    answers: Sequence[Answer],
    given: Mapping[str, np.ndarray],
    failed: tuple[Answer, ...],
) -> Finding:
    asked = Asked(subject, answers, given, failed)
    if with_one_output := describe_by_one_output(given):
        return _by_one_output(asked, with_one_output)
    as_the_books = _finding(asked, *_best_explanation(given))
    if as_the_books.verdict not in (Assessment.WRONG, Assessment.UNKNOWN):
        return as_the_books
    of = describe(given) or describe_with_a_mistake(given)
    if of is None and as_the_books.verdict is Assessment.UNKNOWN:
        return _by_its_gradient(asked, as_the_books)
    if of is None or of.is_the_books:
        return as_the_books
    as_described = _as_described(asked, of)
    worse = len(as_described.faults) or np.inf
    has_faults = as_described.verdict in (Assessment.WRONG, Assessment.UNKNOWN)
    if has_faults and as_the_books.faults and len(as_the_books.faults) <= worse:
        return as_the_books
    return as_described


def _by_one_output(asked: "Asked", of: Description) -> Finding:
    """A net whose loss is right with one output: all but its loss is asked of it with several."""
    given = {name: v for name, v in asked.given.items() if not _is_of_its_loss(name)}
    failed = tuple(answer for answer in asked.failed if not _is_of_its_loss(answer.quantity))
    finding = _as_described(replace(asked, given=given, failed=failed), of)
    if finding.verdict not in FINE:
        return finding
    note = Problem("check.net.one output")
    return replace(finding, verdict=Assessment.CONVENTION, description=of, note=note)


def _is_of_its_loss(quantity: str) -> bool:
    """Whether an answer is a loss, or follows from several."""
    return "loss" in quantity or quantity.startswith("numerical_gradient")


def _by_its_gradient(asked: "Asked", as_the_books: Finding) -> Finding:
    """A net whose loss nobody knows: right by its own loss, or the one whose gradient it has."""
    own, of = _by_its_own_loss(as_the_books, asked.given), describe_by_gradient(asked.given)
    if of is None or own.verdict is Assessment.RIGHT:
        return own
    if replace(of, epsilon=Description.epsilon).is_the_books:
        return own
    finding = _as_described(asked, of)
    note = Problem("check.net.other loss") if finding.wrong == ("loss",) else None
    return replace(finding, description=of, note=note)


def _as_described(asked: "Asked", of: Description) -> Finding:
    """What is found of a net that is taken for a description, by all of its answers."""
    observed = _net_quantities(asked.given, "a2" if of.scores else "y")
    found = net(of).dictionary(tuple(observed)).diagnose(observed)
    return _finding(asked, of, observed, set(observed), found)


def _by_its_own_loss(finding: Finding, given: Mapping[str, np.ndarray]) -> Finding:
    """A net that is none of those known here: right, if its gradient is its own loss's slope."""
    off = off_its_slopes(given)
    if not off:
        known = "predict" in given and has_known_outputs(given["predict"])
        unknown = Answer(finding.subject, "predict", why=Problem(NOT_RECOGNISED))
        as_failed = Finding(finding.subject, "net", Assessment.FAILED, failed=(unknown,))
        return finding if known else as_failed
    far = max(off.values())
    note = Problem(f"check.own loss {'right' if far < SAME_SLOPE else 'wrong'}", off=f"{far:.2g}")
    if far < SAME_SLOPE and len(off) == len(PARAMETERS):
        return Finding(finding.subject, "net", Assessment.RIGHT, note=note)
    return replace(finding, note=note) if far > OTHER_SLOPE else finding


@dataclass(frozen=True)
class Asked:
    """What a net was asked and has answered.

    Attributes:
        subject: its name.
        answers: all.
        given: the values among them, by quantity.
        failed: those that could not be had, though a net needs them.
    """

    subject: str
    answers: Sequence[Answer]
    given: Mapping[str, np.ndarray]
    failed: tuple[Answer, ...]


def _finding(
    asked: Asked,
    of: Description,
    observed: Mapping[str, np.ndarray],
    explained: set[str],
    found: Diagnosis,
) -> Finding:
    """What is found of a net that is taken for a description.

    Args:
        asked: the net's answers.
        of: the description.
        observed: the answers that are compared with it.
        explained: those that the diagnosis is of.
        found: it.
    """
    given, failed = asked.given, asked.failed
    compared = net(of).compare(observed)
    wrong = tuple(name for name, c in compared.items() if not c.passed)
    right = tuple(name for name, c in compared.items() if c.passed)
    if _is_by_differences(given, of, wrong):
        return Finding(
            asked.subject, "net", Assessment.RIGHT, right=(*right, *wrong), description=of,
            note=Problem("check.numeric"),
        )  # fmt: skip
    if not found.known or set(wrong) - explained:
        wrong, found = _convention(given, asked.answers, of, wrong, found)
    if wrong == ("loss",) and loss_is_constant(given):
        found, explained = replace(found, known=True, faults=(CONSTANT_LOSS,)), explained | {"loss"}
    verdict = verdict_of(bool(wrong), any(map(_is_needed, failed)), found)
    same_loss = _has_the_same_loss(wrong, found.faults)
    numerical = _numerical_agrees(given, of) if same_loss else None
    also, causes = _of_itself(given, numerical)
    if verdict in FINE and not also and FLOAT32 not in found.faults:
        more = _hidden_faults(given, failed, of, same_loss)
        found = replace(found, faults=(*found.faults, *more))
        verdict = Assessment.WRONG if more else verdict
    note = None
    if verdict in NOT_TOLD and not also and not _was_not_had(failed):
        causes, note = expressed_delta(given, of, wrong)
        found = replace(found, faults=()) if causes else found
    is_known = bool(causes) and (note is not None or verdict is not Assessment.UNKNOWN)
    verdict = Assessment.WRONG if is_known else verdict
    found = replace(found, faults=(*found.faults, *causes))
    unexplained = (also and not causes) or (set(wrong) - explained and not note)
    if unexplained and verdict in (Assessment.RIGHT, Assessment.CONVENTION, Assessment.FAILED):
        verdict = Assessment.UNKNOWN
    return Finding(
        asked.subject,
        "net",
        verdict,
        (*_but_conventions(wrong, found.faults), *also),
        right,
        found.faults,
        failed,
        _differences(observed, of),
        numerical,
        _with_its_epsilon(of, found.faults) if _is_known(of, verdict, given) else None,
        note,
    )


def _differences(observed: Mapping[str, np.ndarray], of: Description) -> dict[str, Difference]:
    """How far the answers lie that differ from a description's."""
    reference = net(of)
    return {
        name: difference(c, observed[name], reference.twin[name], reference.allowed[name])
        for name, c in reference.compare(observed).items()
        if not c.passed
    }


def _has_the_same_loss(wrong: Sequence[str], faults: Sequence[Mistake]) -> bool:
    """Whether a net's loss is its description's to rounding."""
    conventions = ("in-float32", "loss-epsilon-is-")
    by_convention = any(fault.id.startswith(conventions) for fault in faults)
    return not {"y", "a2", "loss"} & set(wrong) and not by_convention


def _was_not_had(failed: Sequence[Answer]) -> bool:
    """Whether something else than a numerical gradient is needed and could not be had."""
    return any(a.quantity != "numerical_gradient" and _is_needed(a) for a in failed)


def _of_itself(
    given: Mapping[str, np.ndarray], numerical: bool | None
) -> tuple[list[str], list[Mistake]]:
    """What a net says of itself that is not so, its accuracy and numerical gradient; and why."""
    t = probe(PARAMETERS, "float64")[1].t
    opinions = {"accuracy": accuracy_agrees(given, t), "numerical_gradient": numerical}
    wrong = [name for name, agrees in opinions.items() if agrees is False]
    return wrong, [cause for name in wrong if (cause := cause_of(name, given, t))]


def _is_by_differences(
    given: Mapping[str, np.ndarray], of: Description, wrong: Sequence[str]
) -> bool:
    """Whether a net's gradient is a central difference: right, and not to rounding."""
    is_double = not given.get("in float32", np.float64(0))
    only_gradients = bool(wrong) and set(wrong) <= GRADIENTS
    return is_double and only_gradients and bool(_numerical_agrees(given, of, "gradient"))


def _is_needed(answer: Answer) -> bool:
    """Whether a net could not be run, if this could not be had."""
    if answer.quantity == "numerical_gradient":
        return answer.why is not None and answer.why.key in (
            "check.why.raised",
            "check.why.no gradient of",
        )
    return not answer.quantity.startswith(("numerical_gradient ", "gradient, ", *OCCASIONS))


def _is_known(of: Description, verdict: Assessment, given: Mapping[str, np.ndarray]) -> bool:
    """Whether it can be said that a net is what it was taken for."""
    fine = verdict in (Assessment.RIGHT, Assessment.CONVENTION)
    return ("loss" in given and fine) or not of.is_the_books


def _but_conventions(wrong: Sequence[str], faults: Sequence[Mistake]) -> tuple[str, ...]:
    """What differs, without a loss that only has another ε."""
    other = any(fault.id.startswith(OTHER_EPSILON) for fault in faults)
    return tuple(name for name in wrong if not (other and name == "loss"))


def _with_its_epsilon(of: Description, faults: Sequence[Mistake]) -> Description:
    """The description, its ε that of the convention that was found."""
    for fault in faults:
        if fault.id.startswith(OTHER_EPSILON):
            text = fault.id.removeprefix(OTHER_EPSILON).removeprefix("is-")
            return replace(of, epsilon=0.0 if text == "none" else float(text))
    return of


def _hidden_faults(
    given: Mapping[str, np.ndarray], failed: Sequence[Answer], of: Description, same_loss: bool
) -> list[Mistake]:
    """What is wrong with a net that is right on the probe: its start, or another occasion."""
    start = given.get("start W1")
    constant = start is not None and start.size > 1 and bool(np.ptp(start) == 0)
    raised = {a.quantity.removeprefix("gradient, ") for a in failed} - {MAY_RAISE}
    asked = [o for o in OCCASIONS if same_loss or o != MAY_RAISE]
    wrong = [o for o in asked if o in raised or not _right_on(o, given, of)]
    if "an absent class" in wrong and "one sample" in wrong:
        wrong.remove("one sample")  # of which all classes but one are absent
    return [CONSTANT_START] * constant + [OCCASIONAL[occasion] for occasion in wrong]


def _convention(
    given: Mapping[str, np.ndarray],
    answers: Sequence[Answer],
    of: Description,
    wrong: tuple[str, ...],
    found: Diagnosis,
) -> tuple[tuple[str, ...], Diagnosis]:
    """What remains wrong, and the diagnosis, when float32 or another ε explains the differences."""
    in_float32 = bool(given.get("in float32", np.zeros(()))) or any(
        answer.dtype == "float32" for answer in answers if answer.quantity == "predict"
    )
    if in_float32:
        twin, allowed = net(of).twin, net_in_float32(of)
        seen = _net_quantities(given, "y")
        if all(
            compare("check", "", n, seen[n], twin[n], allowed[n]).passed for n in wrong if n in seen
        ):
            return (), replace(found, known=True, faults=(FLOAT32,))
    if wrong == ("loss",) and (epsilon := epsilon_of_a_net(given, of)):
        return (), replace(found, known=True, faults=(other_epsilon(epsilon),))
    return wrong, found


def _right_on(occasion: str, given: Mapping[str, np.ndarray], of: Description) -> bool:
    """Whether the gradient is Keras' on an occasion, as far as it was had."""
    twin, allowed = on_occasion(of, occasion)
    seen = {name: given[f"{occasion}: {name}"] for name in twin if f"{occasion}: {name}" in given}
    loss = given.get(f"{occasion}: loss")
    if occasion == MAY_RAISE and loss is not None and "loss" in given:
        seen["loss"] = loss
        twin = {**twin, "loss": given["loss"]}  # in the net's own convention
        allowed = {**allowed, "loss": 2 * net(of).allowed["loss"]}
    return all(
        compare(
            "check", occasion, name, fitted(values, twin[name]), twin[name], allowed[name]
        ).passed
        for name, values in seen.items()
    )


def _best_explanation(
    given: Mapping[str, np.ndarray],
) -> tuple[Description, dict[str, np.ndarray], set[str], Diagnosis]:
    """The description, the answers, those that the best diagnosis is of, and that diagnosis.

    Hidden units may be sigmoids or ReLUs, and `predict` may give probabilities or scores; each is
    tried until one explains everything without a fault.
    """
    tried: list[tuple[tuple[bool, float, int, float], Description, Any, set[str], Diagnosis]] = []
    for of, outputs in product(BOOKS, ("y", "a2")):
        observed = _net_quantities(given, outputs)
        for rank, parts in enumerate(_together_and_apart(observed)):
            dictionary = net(of).dictionary(tuple(observed))
            found = _joined([dictionary.diagnose(part) for part in parts])
            if found.known:
                cost = (False, float(rank), _weight(found.faults), found.share)
            else:
                cost = (True, _distance(observed, net(of).twin), 0, found.share)
            tried.append(
                (
                    cost,
                    replace(of, scores=outputs == "a2"),
                    observed,
                    {name for part in parts for name in part},
                    found,
                )
            )
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
    right = net(Description()).twin
    return {
        ours: fitted(given[theirs], right[ours])
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
    )


def _weight(faults: Sequence[Mistake]) -> int:
    """Conventions weigh less than mistakes."""
    return sum(1 if fault.convention else 3 for fault in faults)


def _numerical_agrees(
    given: Mapping[str, np.ndarray], of: Description, method: str = "numerical_gradient"
) -> bool | None:
    """Whether central differences of the net's own loss are those of the right loss.

    With any step up to 1e-3: their error is not more than that of differences with 1e-3.
    """
    asked = {name: f"{method} {name}" for name in PARAMETERS}
    if not given.keys() >= set(asked.values()):
        return None
    params, _ = probe(PARAMETERS, "float64")
    reference = net(of)
    rounding = 2 * float(reference.allowed["loss"]) / 1e-6
    for name, key in asked.items():
        right = reference.twin[f"g{name}"]
        coarse = numerical_gradient(lambda _: net_at(of, params), params[name], 1e-3)
        largest = np.abs(coarse - right).max() + rounding
        values = fitted(given[key], right)
        if values.shape != right.shape or np.abs(values - right).max() > largest:
            return False
    return True
