"""What does not fit in a Keras program: outputs, loss, data, optimizer, calls of earlier years."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from experiments.check.keras_program.net import Dense, last_dense
from experiments.check.keras_program.program import Fit, KerasProgram, Model
from experiments.words import Problem

PIXELS = 255.0

SCALING = ("Rescaling", "Normalization", "BatchNormalization")
"""Layers that bring samples into range."""

LINEAR = "identity"


@dataclass(frozen=True)
class Remark:
    """Something to be said of a program.

    Attributes:
        id: what it is, as the key of its sentence ends.
        line: of the program.
        says: the sentence.
        is_wrong: whether the program does not do what its author means.
        today: how the line should read, where that can be said.
    """

    id: str
    line: int
    says: Problem
    is_wrong: bool = True
    today: str = ""


def of_program(program: KerasProgram) -> Iterator[Remark]:
    """Calls that are gone, and optimizers that are made in vain."""
    for call in program.old:
        says = Problem(f"check.old.{call.id}", printed=call.printed, today=call.today)
        yield Remark(call.id, call.line, says, today=call.today)
    for made in program.unused:
        in_its_place = [
            model.optimizer
            for model in program.models
            if model.by_name and model.optimizer.kind == made.kind
        ]
        if in_its_place and made.rate is not None:
            used = in_its_place[0].rate
            says = Problem("check.keras.unused", name=made.kind, rate=made.rate, used=used)
            yield Remark("unused", made.line, says)


def of_model(model: Model) -> Iterator[Remark]:
    """What does not fit in a model, and what Keras refuses where nothing else says why."""
    found = list(_of_model(model))
    yield from found
    if not any(remark.is_wrong for remark in found):
        refused = next((fit for fit in model.fits if fit.refused), None)
        if refused:
            yield _said("refused", refused.line, why=refused.refused)


def _of_model(model: Model) -> Iterator[Remark]:
    """Outputs, loss and hidden layers that do not fit each other, and data that fit neither."""
    if not model.loss.is_there:
        name = "" if model.loss.name == "?" else model.loss.name
        yield _said("unknown loss", model.line, name=name) if name else _said("no loss", model.line)
    layers = last_dense(model)
    for fit in model.fits:
        yield from _of_the_sizes(model, fit)
    if not layers:
        return
    between = [layer.kind for layer in model.layers if layer.kind != "InputLayer"]
    widths = [math.prod(model.inputs), *(layer.units for layer in layers)]
    for number, layer in enumerate(layers[:-1], 1):
        is_narrow = widths[number] < min(widths[number - 1], widths[number + 1])
        if layer.activation == LINEAR and not is_narrow and "BatchNormalization" not in between:
            yield _said("no activation", model.line, number=number)
    yield from _of_the_outputs(model, layers[-1])
    for fit in model.fits:
        yield from _of_the_data(model, layers[-1], fit)


def _said(key: str, line: int, /, is_wrong: bool = True, **values: object) -> Remark:
    return Remark(key, line, Problem(f"check.keras.{key}", **values), is_wrong)


def _of_the_outputs(model: Model, last: Dense) -> Iterator[Remark]:
    """The last layer against the loss."""
    kind, line, units = model.loss.kind, model.line, last.units
    of_classes = kind.startswith("cross-entropy")
    fitting = "softmax" if of_classes else "sigmoid"
    if last.activation == "softmax" and units == 1:
        yield _said("softmax of one", line)
    elif model.loss.from_logits and last.activation == fitting:
        yield _said("logits twice", line, is_wrong=False, name=last.activation)
    elif "cross-entropy" in kind and not model.loss.from_logits and last.activation == LINEAR:
        yield _said("logits unsaid", line, output=fitting)
    elif of_classes and units == 1:
        yield _said("cross-entropy of one", line)
    elif of_classes and last.activation not in ("softmax", LINEAR):
        yield _said("sigmoid classes", line, name=last.activation, units=units)
    elif kind == "binary cross-entropy" and last.activation == "softmax":
        yield _said("softmax binary", line, units=units)
    elif last.activation == "relu":
        yield _said("relu outputs", line, is_wrong="cross-entropy" in kind)


def _of_the_sizes(model: Model, fit: Fit) -> Iterator[Remark]:
    """As many targets as samples, and samples as the model takes them."""
    x, t = fit.x, fit.t
    if x and t and x.shape[0] != t.shape[0]:
        yield _said("lengths", fit.line, samples=x.shape[0], targets=t.shape[0])
    if not x or not model.inputs or x.shape[1:] == tuple(model.inputs):
        return
    if fit.refused or math.prod(x.shape[1:]) != math.prod(model.inputs):
        asked = tuple(model.inputs)
        yield _said("other inputs", fit.line, given=tuple(x.shape[1:]), asked=asked)


def _of_the_data(model: Model, last: Dense, fit: Fit) -> Iterator[Remark]:
    """Samples and targets against the layers."""
    x, t, kind = fit.x, fit.t, model.loss.kind
    scaled = any(layer.kind in SCALING for layer in model.layers)
    if x and x.whole and x.most == PIXELS and x.least >= 0 and not scaled:
        yield _said("pixels", fit.line, most=f"{x.most:g}")
    if t is None:
        return
    labels = last.units > 1 and (len(t.shape) == 1 or t.shape[1:] == (1,))
    takes_labels = kind == "cross-entropy of labels"
    bounded = last.activation in ("sigmoid", "softmax")
    if takes_labels and t.one_hot:
        yield _said("one-hot given", fit.line)
    elif takes_labels and t.most >= last.units:
        yield _said("too many classes", fit.line, most=int(t.most), units=last.units)
    elif not takes_labels and labels and t.whole and t.most < last.units:
        yield _said("labels given", fit.line, units=last.units, loss=model.loss.name)
    elif not takes_labels and len(t.shape) > 1 and t.shape[-1] != last.units:
        yield _said("widths", fit.line, targets=t.shape[-1], units=last.units)
    elif not takes_labels and bounded and (t.least < 0 or t.most > 1):
        least, most = f"{t.least:g}", f"{t.most:g}"
        yield _said("out of range", fit.line, least=least, most=most, name=last.activation)
    elif last.activation == "relu" and t.least < 0:
        yield _said("negative targets", fit.line, least=f"{t.least:g}")
