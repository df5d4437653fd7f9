"""All findings of a file, each of which may settle or explain another one."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from experiments import subjects
from experiments.check.apart import Outcome
from experiments.check.blame import SWAPPED_ARGUMENTS
from experiments.check.finding import FINE, Assessment, Finding
from experiments.check.inside.nets import OWN_SLOPES
from experiments.check.inside.protocol import OTHER_ARGUMENTS
from experiments.check.judge import BATCHES_ONLY, CROSS_ENTROPY, judge
from experiments.check.judge_descent import judge_descents, judge_slopes
from experiments.check.judge_layers import judge_layers
from experiments.check.judge_loop import UPHILL, given_batches, judge_loops
from experiments.check.judge_net import NOT_RECOGNISED
from experiments.check.source import Source
from experiments.subjects.subject import Mistake
from experiments.words import Problem

SOMETHING_ELSE = {OTHER_ARGUMENTS, NOT_RECOGNISED, "check.why.no training"}
"""Why nothing can be asked of a thing of a known name or role that is another one."""


OF_ONE = "cross-entropy, one sample"
ITS_BRANCH = Mistake("loss-branch-of-one-sample", "values", {OF_ONE: lambda v: None})

TARGETS = ("t", "target", "targets", "label", "labels", "y_true", "true", "answer")
"""What targets are called."""

TAKEN_FOR_EACH_OTHER = Mistake("outputs-for-targets", "values", {CROSS_ENTROPY: lambda v: None})
"""What is said of a loss that has the logarithm of its targets."""

OF_TWO_NUMBERS = ("MulLayer", "AddLayer")
"""Layers that a program may chain by hand; right ones stand in for its own."""


def findings_of(outcome: Outcome, source: Source) -> tuple[Outcome, list[Finding], list[int]]:
    """What is found in a file.

    Returns:
        The outcome without what only has the name of something known, the findings, and the lines
        of the loops of which it is not known what they train.
    """
    outcome, asked = _without_other_things(outcome, judge(outcome))
    asked = [_with_its_branch(finding, outcome, source) for finding in asked]
    asked = [_as_its_names_say(finding, source) for finding in asked]
    of_nets, unknown = judge_loops(outcome, source, asked)
    of_nets = [_climbing(loop, asked, source) for loop in of_nets]
    descents = list(judge_descents(outcome, source, {finding.subject for finding in asked}))
    told = {finding.subject for finding in (*descents, *asked)}
    of_slopes = {finding.subject for finding in asked if _is_of_slopes(finding)}
    called = {line: source.called(line) for line in unknown}
    open_loops = [
        line
        for line, name in called.items()
        if name not in told and name.partition(".")[0] not in of_slopes
    ]
    loops = [*of_nets, *descents, *judge_slopes(outcome)]
    if all(one.verdict in FINE for one in asked if one.about in OF_TWO_NUMBERS):
        loops += judge_layers(outcome)
    asked = [finding for finding in asked if not _is_told_by(loops, finding)]
    loops = [loop for loop in loops if not _is_settled_by(asked, loop)]
    known = [loop for loop in loops if loop.verdict is not Assessment.UNKNOWN]
    used = {name for loop in known for name in loop.uses}
    in_batches = set() if known else given_batches(asked, outcome.turns)
    kept = (
        replace(one, verdict=Assessment.WRONG) if one.subject in in_batches else one
        for one in asked
        if one.verdict is not Assessment.FAILED or one.subject not in used or _is_of_slopes(one)
    )
    return outcome, [*kept, *loops], open_loops


def _climbing(loop: Finding, asked: Sequence[Finding], source: Source) -> Finding:
    """A loop whose steps all go the wrong way adds a gradient that is right in itself."""
    is_right = any(one.about == "net" and one.verdict in FINE for one in asked)
    if not is_right or loop.fit is None or [f.id for f in loop.faults] != ["delta-sign"]:
        return loop
    return replace(loop, faults=(UPHILL,), line=source.assigned(loop.fit.place.expressions[0]))


def _with_its_branch(finding: Finding, outcome: Outcome, source: Source) -> Finding:
    """A loss that is right for batches only is wrong if it means to take one sample as well."""
    if finding.note is None or finding.note.key != BATCHES_ONLY:
        return finding
    node = source.defined.get(finding.subject)
    minds = any(
        isinstance(n, ast.Attribute) and n.attr == "ndim" for n in ast.walk(node or ast.Pass())
    )
    of_one = (a for a in outcome.answers if (a.subject, a.quantity) == (finding.subject, OF_ONE))
    if not minds or not any(answer.value is not None for answer in of_one):
        return finding
    return replace(
        finding, verdict=Assessment.WRONG, wrong=(OF_ONE,), faults=(ITS_BRANCH,), note=None
    )


def _as_its_names_say(finding: Finding, source: Source) -> Finding:
    """A loss that takes targets for outputs is wrong if it calls its arguments as the book does."""
    node = source.defined.get(finding.subject)
    is_so = finding.note is not None and finding.note.key == SWAPPED_ARGUMENTS
    if not is_so or not isinstance(node, ast.FunctionDef):
        return finding
    names = [arg.arg.lower() for arg in node.args.args[:2]]
    if [name in TARGETS for name in names] != [False, True]:
        return finding
    return replace(
        finding, verdict=Assessment.WRONG, wrong=(CROSS_ENTROPY,), right=(),
        faults=(TAKEN_FOR_EACH_OTHER,), note=None,
    )  # fmt: skip


def _without_other_things(
    outcome: Outcome, asked: Sequence[Finding]
) -> tuple[Outcome, list[Finding]]:
    """The outcome and the findings without what only has the name of something known."""
    others = {finding.subject: why for finding in asked if (why := _why_something_else(finding))}
    vague = {name for name in others if name in outcome.subjects and _is_vague(outcome, name)}
    kept = {name: found for name, found in outcome.subjects.items() if name not in vague}
    not_checked = {name: why for name, why in others.items() if name not in vague}
    outcome = replace(outcome, subjects=kept, not_checked=outcome.not_checked | not_checked)
    return outcome, [finding for finding in asked if finding.subject not in others]


def _is_vague(outcome: Outcome, name: str) -> bool:
    """Whether a name says little of what is called so."""
    return subjects.load()[outcome.subjects[name].about].is_vague


def _is_told_by(loops: Sequence[Finding], finding: Finding) -> bool:
    """Whether a class of which only the slopes of its loss are known was told by its training.

    What these slopes find wrong, or could not be had of them, is told beside a training that is
    right all the same.
    """
    of = f"{finding.subject}."
    verdicts = {loop.verdict for loop in loops if loop.subject.startswith(of)}
    is_told = Assessment.WRONG in verdicts or finding.verdict in FINE
    return _is_of_slopes(finding) and is_told and bool(verdicts - {Assessment.UNKNOWN})


def _is_settled_by(asked: Sequence[Finding], loop: Finding) -> bool:
    """Whether an unknown training is that of a class which is told by the slopes of its loss."""
    kind = loop.subject.partition(".")[0]
    told = any(_is_of_slopes(finding) and finding.subject == kind for finding in asked)
    return told and loop.verdict is Assessment.UNKNOWN


def _is_of_slopes(finding: Finding) -> bool:
    return finding.about == OWN_SLOPES


def _why_something_else(finding: Finding) -> Problem | None:
    """Why something of a known name or role is none of what is known here; None if it is."""
    if finding.right or finding.wrong:
        return None
    reasons = [answer.why for answer in finding.failed if answer.why]
    is_other = {why.key for why in reasons} <= SOMETHING_ELSE
    return reasons[0] if reasons and is_other else None
