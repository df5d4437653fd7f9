"""Findings held against each other: what is right together, and whom to blame for the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from experiments.check.apart import Answer, Outcome
from experiments.check.finding import FINE, Assessment, Finding
from experiments.check.inside.nets import OWN_SLOPES
from experiments.check.inside.protocol import HELPED, SWAPPED
from experiments.words import Problem

SWAPPED_ARGUMENTS, BY_HELPERS = "check.swapped", "check.helped"
"""What is said of what takes its arguments the other way round, and of what is right but for what
it calls."""

OF_THE_LOSS, NOT_DIVIDED = "SoftmaxWithLoss", "softmax-with-loss-not-divided"
"""The layer that divides by the batch's size in the book, and what is said of one that does not."""

SUMMED, IN_AFFINE = {"loss-summed", NOT_DIVIDED}, {"affine-dW-divided", "affine-db-mean"}
"""What is said of a layer whose loss and gradient are sums, and of one that divides instead."""


def settled(findings: Mapping[str, Finding], outcome: Outcome) -> list[Finding]:
    """Findings by what was asked, each after a look at the others.

    Args:
        findings: of everything that was asked, also of what was asked again: with its arguments
            exchanged, or with right helpers.
        outcome: of the file.

    Returns:
        One finding of each thing.
    """
    findings = _right_together(findings)
    findings = {name: _of_wrong_layers(f, outcome, findings) for name, f in findings.items()}
    found = [
        _in_another_way(finding, findings, _blamed(finding, outcome, findings))
        for name, finding in findings.items()
        if name == own_name(name)
    ]
    of_batches = {
        helper
        for finding in found
        if finding.note and finding.note.key == BY_HELPERS
        for helper in _blamed(finding, outcome, findings)
    }
    return [
        replace(f, verdict=Assessment.WRONG)
        if f.subject in of_batches and f.verdict is Assessment.ONE_SAMPLE
        else f
        for f in found
    ]


def own_name(name: str) -> str:
    """The stranger's name of what was asked, if need be again."""
    return name.removeprefix(SWAPPED).removeprefix(HELPED)


def _right_together(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """Layers that sum over the batch, or divide by its size, otherwise than the book's do.

    A loss and its gradient may both be summed; and Affine may divide in the place of
    SoftmaxWithLoss. One alone is a mistake.
    """
    by_layer = {
        about: [name for name, f in findings.items() if f.about == about]
        for about in ("Affine", OF_THE_LOSS)
    }
    faults = {name: {fault.id for fault in f.faults} for name, f in findings.items()}
    summed = {name: "check.summed" for name in by_layer[OF_THE_LOSS] if faults[name] == SUMMED}
    elsewhere = {
        name: "check.divided elsewhere"
        for about, expected in (("Affine", IN_AFFINE), (OF_THE_LOSS, {NOT_DIVIDED}))
        for name in by_layer[about]
        if faults[name] == expected
    }
    if not all(by_layer.values()) or len(elsewhere) < sum(map(len, by_layer.values())):
        elsewhere = {}
    notes = summed | elsewhere
    return {
        name: replace(
            f, verdict=Assessment.CONVENTION, faults=(), wrong=(), note=Problem(notes[name])
        )
        if name in notes
        else f
        for name, f in findings.items()
    }


def _of_wrong_layers(
    finding: Finding, outcome: Outcome, findings: Mapping[str, Finding]
) -> Finding:
    """A net that differs: nothing can be said of it if one of its layers is known to be wrong."""
    if finding.about != OWN_SLOPES or finding.verdict is not Assessment.WRONG:
        return finding
    kinds = dict.fromkeys(layer.kind for layer in outcome.layers if layer.net == finding.subject)
    wrong = [kind for kind in kinds if kind in findings and findings[kind].verdict not in FINE]
    if kinds:
        wrong += [one for one in _blamed(finding, outcome, findings) if one not in wrong]
    if not wrong:
        return finding
    why = Problem("check.wrong layers", names=", ".join(f"`{kind}`" for kind in wrong))
    failed = (Answer(finding.subject, OWN_SLOPES, why=why),)
    return Finding(finding.subject, OWN_SLOPES, Assessment.FAILED, failed=failed)


def _blamed(finding: Finding, outcome: Outcome, findings: Mapping[str, Finding]) -> list[str]:
    """The helpers of a thing that are not right."""
    helpers = outcome.helpers.get(finding.subject, ())
    return [h for h in helpers if h in findings and findings[h].verdict not in FINE]


def _in_another_way(
    finding: Finding, findings: Mapping[str, Finding], blamed: Sequence[str]
) -> Finding:
    """The same, unless it is right when asked the other way round, or with right helpers."""
    name = finding.subject
    if finding.verdict in FINE:
        return finding
    swapped, helped = (findings.get(prefix + name) for prefix in (SWAPPED, HELPED))
    if swapped and swapped.verdict in FINE:
        note = Problem(SWAPPED_ARGUMENTS)
        return replace(swapped, subject=name, verdict=Assessment.CONVENTION, note=note)
    if helped and helped.verdict in FINE and blamed:
        note = Problem(BY_HELPERS, names=", ".join(f"`{h}`" for h in blamed))
        return replace(helped, subject=name, note=note)
    return finding
