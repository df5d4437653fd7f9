"""From a stranger's numbers to findings: what is right, what is not, and which mistake explains it.

Every number is held against Keras' with the running bound of its own element; causes are found by
replay. Nothing is guessed: what equals no entry of the dictionary is said to be unknown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from experiments import subjects
from experiments.check.apart import Answer, Outcome
from experiments.check.blame import own_name, settled
from experiments.check.epsilon import epsilon_of_a_loss, other_epsilon
from experiments.check.expressions import ANOTHER_FORMULA, expression_of
from experiments.check.finding import Assessment, Finding, difference, fitted, verdict_of
from experiments.check.inside.nets import OWN_SLOPES
from experiments.check.inside.standing_in import TRAINING as WATCHED
from experiments.check.inside.training import OPTIMIZERS
from experiments.check.judge_any_net import judge_any_net
from experiments.check.judge_net import NOT_RECOGNISED, judge_net
from experiments.check.references import (
    NET_RATE,
    PARAMETERS,
    TARGETS,
    Reference,
    occasions,
    reference_of,
    training,
)
from experiments.data.probe import probe
from experiments.faults.replay import Diagnosis
from experiments.judge.ladder import Arrays, Comparison
from experiments.subjects.inputs import function_inputs
from experiments.subjects.subject import Mistake, Subject
from experiments.subjects.training_loop import SUBJECT as TRAIN
from experiments.subjects.training_loop import loop_mistakes
from experiments.words import Problem

SHORT, HALF = (
    Mistake(name, "update", {"x": lambda v: None})
    for name in ("batch-shorter-than-asked", "half-of-the-samples")
)
"""What is seen of the batches that a training loop takes."""

APART, SAME_BATCH = (
    next(mistake for mistake in loop_mistakes(PARAMETERS) if mistake.id == name)
    for name in ("samples-and-targets-apart", "same-batch")
)
"""The same, among the mistakes that replay knows."""


CROSS_ENTROPY, OF_LABELS = "cross-entropy, one-hot", "cross-entropy, labels"
BATCHES_ONLY = "check.batches only"
"""What is said of what is right for batches."""

A_NUMBER = Mistake("returns-a-number", "values", {"": lambda v: None})

OF_COLUMNS = (
    *("softmax-over-columns", "softmax-over-columns-overflow"),
    "softmax-over-columns-maximum-of-all",
)
"""Mistakes of a softmax that are none where samples are columns."""

OVERFLOW = next(m for m in subjects.mistakes() if m.id == "softmax-overflow")


def probes() -> dict[str, np.ndarray]:
    """What a stranger's code is given: arrays for functions, and a net with its batch."""
    params, data = probe(PARAMETERS, "float64")
    inputs = function_inputs("float64")
    arrays = {name: values for name, values in inputs.items() if isinstance(values, np.ndarray)}
    arrays |= {f"net_{name}": values for name, values in params.items()}
    taught = probe(PARAMETERS, "float64", sizes=WATCHED)[1]
    for occasion, (weights, of) in occasions().items():
        arrays |= {f"{occasion}_{name}": values for name, values in weights.items()}
        t = of.t.argmax(axis=1) if occasion == "labels" else of.t
        arrays |= {f"{occasion}_x": of.x, f"{occasion}_t": t}
    samples = {"net_x": data.x, "net_t": data.t, "train_x": taught.x, "train_t": taught.t}
    return arrays | samples


def judge(outcome: Outcome) -> list[Finding]:
    """Findings of everything that was asked for, in the order of asking."""
    by_subject: dict[str, list[Answer]] = {}
    for answer in outcome.answers:
        by_subject.setdefault(answer.subject, []).append(answer)
    findings = {name: _judge(outcome, name, found) for name, found in by_subject.items()}
    judged = settled(findings, outcome)
    columns = any(a.quantity == "columns" and a.value for a in outcome.answers)
    return [_with_columns(finding) for finding in judged] if columns else judged


def _with_columns(finding: Finding) -> Finding:
    """A softmax of columns is right where samples are columns; it may overflow all the same."""
    ids = {fault.id for fault in finding.faults}
    if not ids or not ids <= set(OF_COLUMNS):
        return finding
    note = Problem("check.columns")
    if "softmax-over-columns-overflow" in ids:
        return replace(finding, faults=(OVERFLOW,), note=note)
    return replace(finding, verdict=Assessment.CONVENTION, faults=(), wrong=(), note=note)


def _judge(outcome: Outcome, name: str, answers: Sequence[Answer]) -> Finding:
    found = outcome.subjects.get(own_name(name))
    if found is None and all(answer.quantity.startswith(OWN_SLOPES) for answer in answers):
        layers = [layer for layer in outcome.layers if layer.net == own_name(name)]
        return judge_any_net(name, answers, layers)
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
    rates = (float(a.value) for a in answers if a.quantity == "rate" and a.value is not None)
    aside = ("rows", "batch", "rate", "optimizer")
    seen = [answer for answer in answers if answer.quantity not in aside]
    rate = next(rates, NET_RATE)
    finding = judge_function(subject, TRAIN, seen, training(batches, float(f"{rate:.6g}")))
    if finding.verdict is Assessment.UNKNOWN:  # a rate of more digits
        finding = judge_function(subject, TRAIN, seen, training(batches, rate))
    by = next((a.value for a in answers if a.quantity == "optimizer" and a.value is not None), None)
    if by is not None and finding.verdict is Assessment.UNKNOWN and TARGETS not in finding.wrong:
        note = Problem("check.optimizer", name=[*OPTIMIZERS][int(by[0])], rate=f"{by[1]:.6g}")
        finding = Finding(subject, TRAIN.name, Assessment.RIGHT, right=finding.right, note=note)
    if TARGETS in finding.wrong:
        given = next(a.value for a in seen if a.quantity == TARGETS and a.value is not None)
        apart = training(batches, rate, np.ascontiguousarray(given).tobytes())
        also = judge_function(subject, TRAIN, seen, apart)  # what else is wrong, with those
        return replace(finding, verdict=Assessment.WRONG, faults=(APART, *also.faults))
    a_part = len(set(batches[0])) < WATCHED.samples
    if finding.verdict is Assessment.RIGHT and max(map(len, batches)) < asked:
        return replace(finding, verdict=Assessment.WRONG, faults=(SHORT,))
    met, half = {row for batch in batches for row in batch}, WATCHED.samples // 2
    in_one_half = max(met) < half or min(met) >= half
    if finding.verdict is Assessment.RIGHT and in_one_half and asked and len(set(batches)) > 2:
        return replace(finding, verdict=Assessment.WRONG, faults=(HALF,))
    if finding.verdict is Assessment.RIGHT and a_part and len(batches) > 1 == len(set(batches)):
        return replace(finding, verdict=Assessment.WRONG, faults=(SAME_BATCH,))
    return finding


def _expressed(
    subject: Subject, values: Arrays, wrong: Sequence[str]
) -> tuple[Diagnosis, Problem | None] | None:
    """What stands in the place of the right formulas, if that can be written as short ones."""
    if subject.name.isupper() and values[wrong[0]].shape == (4,):
        given, right = (
            ", ".join(f"{value:g}" for value in table)
            for table in (values[wrong[0]], reference_of(subject).twin[wrong[0]])
        )
        note = Problem("check.truth table", given=given, right=right)
        fault = replace(ANOTHER_FORMULA, formulas={wrong[0]: lambda v: None})
        return Diagnosis(True, (fault,), 0.0), note
    parts = subject.parts(function_inputs("float64"))
    if not set(wrong) <= parts.keys():
        return None
    if any(values[name].ndim == 0 for name in wrong):
        fault = replace(A_NUMBER, formulas={wrong[0]: lambda v: None})
        return Diagnosis(True, (fault,), 0.0), None
    for name in wrong:
        right, arrays = parts[name]
        expression = expression_of(values[name], arrays)
        if expression is None:
            return None
        note = Problem("check.computes", expression=expression, right=right)
    fault = replace(ANOTHER_FORMULA, formulas={wrong[0]: lambda v: None})
    return Diagnosis(True, (fault,), 0.0), note


def _explained(
    subject: Subject, reference: Reference, values: Arrays, wrong: Sequence[str]
) -> Diagnosis:
    """What explains the answers: all of them, or those that a thing has to give."""
    found = Diagnosis(True, (), 0.0)
    if wrong and subject.name == "cross_entropy_error" and (e := epsilon_of_a_loss(values)):
        return replace(found, faults=(other_epsilon(e),))
    if wrong:
        found = reference.dictionary(tuple(values)).diagnose(values)
    if not found.known:
        needed = {q: value for q, value in values.items() if q not in subject.optional}
        found = reference.dictionary(tuple(needed)).diagnose(needed)
    return found


def _of_what_it_need_not_give(
    reference: Reference, values: Arrays, compared: Mapping[str, Comparison]
) -> tuple[tuple[str, ...], Diagnosis] | None:
    """What is wrong with an answer that was not needed, if a known mistake explains it.

    Otherwise it may well not be meant as such an answer: of labels, of which it knows nothing.
    """
    given = tuple(quantity for quantity, one in compared.items() if not one.passed)
    found = reference.dictionary(tuple(values)).diagnose(values) if given else None
    known = found and found.known and not all(fault.convention for fault in found.faults)
    return (given, found) if found and known else None


def _for_one_sample(
    subject: Subject, reference: Reference, values: Arrays
) -> tuple[Mistake, ...] | None:
    """The conventions in which a thing is right for one sample; None if it is not, or as it is."""
    of_one = {q: value for q, value in values.items() if q not in subject.of_batches}
    if not of_one or len(of_one) == len(values):
        return None
    found = reference.dictionary(tuple(of_one)).diagnose(of_one)
    by_convention = found.known and all(fault.convention for fault in found.faults)
    return found.faults if by_convention and found.faults else None


def _holds_for_batches(
    subject: Subject,
    values: Arrays,
    not_right: Collection[str],
    failed: Sequence[Answer],
    found: Diagnosis,
) -> bool:
    """Whether a thing is right for batches, as it is or by convention, and not for one sample."""
    batches = set(subject.of_batches)
    if not batches or not batches <= values.keys():
        return False
    by_convention = found.known and all(fault.convention for fault in found.faults)
    return bool(not_right) and (
        batches.isdisjoint(not_right) or (bool(failed) and bool(found.faults) and by_convention)
    )


def judge_function(
    name: str, subject: Subject, answers: Sequence[Answer], reference: Reference
) -> Finding:
    """One function, layer or epoch against Keras', on all that it was asked for."""
    values = {
        a.quantity: fitted(a.value, reference.twin[a.quantity])
        for a in answers
        if a.value is not None
    }
    per_sample = values.get(CROSS_ENTROPY, np.zeros(())).ndim == 1
    if per_sample:
        values[CROSS_ENTROPY] = values[CROSS_ENTROPY].mean()
    failed = tuple(a for a in answers if a.value is None and a.quantity not in subject.optional)
    compared = reference.compare(values)
    wrong = tuple(q for q, c in compared.items() if not c.passed and q not in subject.optional)
    right = tuple(q for q, c in compared.items() if c.passed)
    found = _explained(subject, reference, values, wrong)
    if not wrong and (of_more := _of_what_it_need_not_give(reference, values, compared)):
        wrong, found = of_more
    note = None
    if wrong and not found.known and (expressed := _expressed(subject, values, wrong)):
        found, note = expressed
    if subject.is_vague and ((wrong and not found.known) or len(failed) == len(answers)):
        another_thing = Answer(name, answers[0].quantity, why=Problem(NOT_RECOGNISED))
        return Finding(name, subject.name, Assessment.FAILED, failed=(another_thing,))
    not_right = {*wrong, *(answer.quantity for answer in failed)}
    verdict = verdict_of(bool(wrong), bool(failed), found)
    of_shapes = all(compared[quantity].place.shapes for quantity in wrong)
    only_batches = bool(right) and bool(not_right) and not_right <= set(subject.of_batches)
    if only_batches and (verdict is not Assessment.UNKNOWN or of_shapes):
        verdict = Assessment.ONE_SAMPLE
    if verdict is Assessment.WRONG and (told := _for_one_sample(subject, reference, values)):
        more = tuple(fault for fault in found.faults if fault not in told and not fault.convention)
        verdict, found = Assessment.ONE_SAMPLE, replace(found, faults=(*told, *more))
        right = tuple(quantity for quantity in values if quantity not in subject.of_batches)
        wrong = subject.of_batches
    if _holds_for_batches(subject, values, not_right, failed, found):
        by_convention = tuple(fault for fault in found.faults if fault.convention)
        verdict, note = Assessment.CONVENTION, Problem(BATCHES_ONLY)
        found, failed, wrong = replace(found, faults=by_convention), (), ()
    if subject.is_vague and verdict is Assessment.RIGHT:
        note = Problem(f"check.is {subject.name}")
    if right == (OF_LABELS,) and not wrong:
        verdict, note, failed = Assessment.CONVENTION, Problem("check.labels only"), ()
    if per_sample and not wrong:
        verdict, note, failed = Assessment.CONVENTION, Problem("check.per sample"), ()
    return Finding(
        name,
        subject.name,
        verdict,
        wrong,
        right,
        found.faults,
        failed,
        {
            q: difference(compared[q], values[q], reference.twin[q], reference.allowed[q])
            for q in wrong
        },
        note=note,
    )
