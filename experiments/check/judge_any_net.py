"""A net of any layers: its gradients against its own loss, its layers against Keras'."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.check.apart import Answer, LayerOfNet
from experiments.check.causes import accuracy_agrees, cause_of
from experiments.check.finding import Assessment, Finding, difference
from experiments.check.inside.nets import OWN_SLOPES
from experiments.check.own_slopes import OTHER_SLOPE, SAME_SLOPE, off_its_slopes
from experiments.check.references import layer_reference
from experiments.judge.ladder import compare
from experiments.subjects.subject import Mistake
from experiments.words import Problem

NOT_ITS_SLOPE = Mistake("gradient-not-its-slope", "gradient", {"new_W2": lambda v: None})
"""What is said of gradients that are not the slopes of a net's own loss."""

OTHER_LAYER = Mistake("layer-differs-from-keras", "layers", {"y": lambda v: None})
"""What is said of a layer that gives other numbers than Keras' for the same ones."""


def judge_any_net(subject: str, answers: Sequence[Answer], layers: Sequence[LayerOfNet]) -> Finding:
    """A net of any layers: these against Keras', its gradients against the slopes of its own loss.

    Args:
        subject: the name of its class.
        answers: its gradients and the slopes.
        layers: of the net, in order, if it keeps them in a list.
    """
    finding = _with_its_accuracy(_by_its_slopes(subject, answers), answers)
    known = [layer for layer in layers if layer.of]
    if finding.verdict not in (Assessment.RIGHT, Assessment.WRONG):
        return finding
    if not known:
        return replace(finding, note=Problem("check.another net", slopes=finding.note or ""))
    for layer in known:
        keras, allowed = layer_reference(layer.of, layer.options, layer.parameters, layer.given)
        compared = compare("layers", "probe", layer.name, layer.output, keras, allowed)
        if not compared.passed:
            apart = {layer.name: difference(compared, layer.output, keras, allowed)}
            note = Problem("check.layer differs", name=layer.name, keras=_in_keras(layer))
            return Finding(
                subject, OWN_SLOPES, Assessment.WRONG, (layer.name,), faults=(OTHER_LAYER,),
                differences=apart, note=note,
            )  # fmt: skip
    others = ", ".join(dict.fromkeys(layer.kind for layer in layers if not layer.of))
    but = Problem("check.layers but", names=others) if others else ""
    described = ", ".join(map(_in_keras, known))
    note = Problem("check.layers right", keras=described, but=but, slopes=finding.note or "")
    return replace(finding, note=note)


def _with_its_accuracy(finding: Finding, answers: Sequence[Answer]) -> Finding:
    """Right slopes, and wrong all the same if its accuracy is not that of its own answers."""
    names = {f"{OWN_SLOPES}: {name}": name for name in ("answers", "accuracy")}
    given = {
        names[a.quantity]: a.value for a in answers if a.quantity in names and a.value is not None
    }
    t = np.zeros(given["answers"].shape) if "answers" in given else np.zeros(0)
    if finding.verdict is not Assessment.RIGHT or accuracy_agrees(given, t) is not False:
        return finding
    cause = cause_of("accuracy", given, t)
    return replace(
        finding, verdict=Assessment.WRONG if cause else Assessment.UNKNOWN,
        wrong=("accuracy",), faults=(cause,) if cause else (),
    )  # fmt: skip


def _in_keras(layer: LayerOfNet) -> str:
    """How Keras calls a layer, with its sizes."""
    if layer.of == "affine":
        return f"Dense({layer.parameters['W'].shape[1]})"
    if layer.of == "convolution":
        filters, _, height, width = layer.parameters["W"].shape
        stride, pad = layer.options["stride"], layer.options["pad"]
        return f"Conv2D({filters}, ({height}, {width}), strides={stride}; pad {pad})"
    if layer.of == "pooling":
        of = layer.options
        return f"MaxPooling2D(({of['pool_h']}, {of['pool_w']}), strides={of['stride']})"
    return f"Activation('{layer.of}')"


def _by_its_slopes(subject: str, answers: Sequence[Answer]) -> Finding:
    """Its gradients against the slopes of its own loss."""
    given = {answer.quantity: answer.value for answer in answers if answer.value is not None}
    failed = tuple(answer for answer in answers if answer.value is None)
    off = off_its_slopes(given)
    wrong = tuple(name for name, far in off.items() if far > OTHER_SLOPE)
    right = tuple(name for name, far in off.items() if far < SAME_SLOPE)
    if wrong:
        return Finding(
            subject, OWN_SLOPES, Assessment.WRONG, wrong, right, (NOT_ITS_SLOPE,),
            note=Problem("check.own slopes wrong", off=f"{max(off.values()):.2g}"),
        )  # fmt: skip
    if failed or not off or len(right) < len(off):
        return Finding(subject, OWN_SLOPES, Assessment.FAILED, failed=failed)
    note = Problem("check.own slopes right", off=f"{max(off.values()):.2g}")
    return Finding(subject, OWN_SLOPES, Assessment.RIGHT, note=note)
