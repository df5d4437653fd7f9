"""What a net of one hidden layer is made of, as students write it.

Expressions of a batch x with targets t, the net inputs a1 and a2, the outputs z1 and y, and the
deltas d2 and d1; W1, b1, W2, b2 are the parameters.
"""

from itertools import product
from typing import NamedTuple

from experiments.corpus.forms import Form

HIDDEN = {
    "sigmoid": ("1 / (1 + np.exp(-a1))", "z1 * (1 - z1)"),
    "tanh": ("np.tanh(a1)", "(1 - z1 ** 2)"),
    "relu": ("np.maximum(0, a1)", "(a1 > 0)"),
    "leaky relu": ("np.where(a1 > 0, a1, 0.01 * a1)", "np.where(a1 > 0, 1, 0.01)"),
    "identity": ("a1", "1"),
}
"""The activation, and its slope, as one writes them."""

OUTPUTS = {
    "softmax": "e / e.sum(axis=1, keepdims=True)",
    "sigmoid": "1 / (1 + np.exp(-a2))",
    "identity": "a2",
}

LOSSES = {
    "cross-entropy": ("-np.sum(t * np.log(y + 1e-7))", "-t / y"),
    "binary cross-entropy": (
        "-np.sum(t * np.log(y + 1e-7) + (1 - t) * np.log(1 - y + 1e-7))",
        "(y - t) / (y * (1 - y))",
    ),
    "half squared error": ("0.5 * np.sum((y - t) ** 2)", "y - t"),
    "squared error": ("np.sum((y - t) ** 2)", "2 * (y - t)"),
    "absolute error": ("np.sum(np.abs(y - t))", "np.sign(y - t)"),
}
"""The loss over the whole batch, and its slope by y."""

FIT = {
    "softmax": ("cross-entropy", "half squared error", "squared error"),
    "sigmoid": ("binary cross-entropy", "half squared error", "squared error", "absolute error"),
    "identity": ("half squared error", "squared error", "absolute error"),
}
"""Losses that one takes behind an output."""

DIVIDED = {"sum": "", "mean": " / len(x)", "mean of all": " / t.size"}
"""What the sum over all outputs and samples is divided by, as it stands behind it."""


class Kind(NamedTuple):
    """Activations, loss and reduction, by the keys of this file's tables."""

    hidden: str
    output: str
    loss: str
    reduction: str


KINDS = [
    Kind(hidden, output, loss, reduction)
    for hidden, output in product(HIDDEN, FIT)
    for loss, reduction in product(FIT[output], DIVIDED)
]
"""Every net of the grammar."""

NATURAL = (("cross-entropy", "softmax"), ("binary cross-entropy", "sigmoid"))
"""Losses with the output behind which their delta is y − t."""


def parts(kind: Kind, l2: float = 0.0) -> dict[str, str]:
    """The expressions of a net, by the names that the forms have for them.

    Args:
        kind: of the net.
        l2: λ of an L2 term, ½ λ Σ W².
    """
    activation, slope = HIDDEN[kind.hidden]
    value, by_y = LOSSES[kind.loss]
    delta = {
        "identity": by_y,
        "sigmoid": f"({by_y}) * y * (1 - y)",
        "softmax": f"y * (({by_y}) - (({by_y}) * y).sum(axis=1, keepdims=True))",
    }[kind.output]
    delta = "y - t" if (kind.loss, kind.output) in NATURAL else delta
    divided = DIVIDED[kind.reduction]
    return {
        "a1": "x @ W1 + b1",
        "a2": "z1 @ W2 + b2",
        "z1": activation,
        "y": OUTPUTS[kind.output],
        "loss": f"{value}{divided}",
        "penalty": f" + 0.5 * {l2} * (np.sum(W1 ** 2) + np.sum(W2 ** 2))" if l2 else "",
        "d2": f"({delta}){divided}",
        "back": "d2 @ W2.T",
        "slope": slope,
        "gW1": "x.T @ d1" + (f" + {l2} * W1" if l2 else ""),
        "gb1": "d1.sum(axis=0)",
        "gW2": "z1.T @ d2" + (f" + {l2} * W2" if l2 else ""),
        "gb2": "d2.sum(axis=0)",
    }


FAULTS = {
    "hidden-slope-missing": ("slope", "1"),
    "hidden-slope-at-z": ("slope", "(1 / (1 + np.exp(-z1))) * (1 - 1 / (1 + np.exp(-z1)))"),
    "hidden-slope-not-squared": ("slope", "(1 - z1)"),
    "hidden-slope-of-relu": ("slope", "(a1 > 0)"),
    "delta-doubled": ("d2", "2 * ({})"),
    "delta-sign": ("d2", "-({})"),
    "b2-mean": ("gb2", "d2.mean(axis=0)"),
    "b1-total": ("gb1", "d1.sum() * np.ones(b1.shape)"),
    "W2-from-a1": ("gW2", "a1.T @ d2"),
    "back-sign": ("back", "-({})"),
    "W1-without-slope": ("gW1", "x.T @ (d2 @ W2.T)"),
    "bias1-missing": ("a1", "x @ W1"),
    "bias2-missing": ("a2", "z1 @ W2"),
}
"""By the id of the mistake: in which part it is, and what stands there; {} is what is right."""


OF_ONE_ACTIVATION = {
    "hidden-slope-at-z": "sigmoid",
    "hidden-slope-not-squared": "tanh",
    "hidden-slope-of-relu": "leaky relu",
}


def with_fault(right: dict[str, str], fault: str) -> dict[str, str]:
    """The parts of a net, one of them exchanged."""
    part, wrong = FAULTS[fault]
    return right | {part: wrong.format(right[part])}


def is_a_fault(fault: str, kind: Kind, form: Form) -> bool:
    """Whether a mistake gives other numbers in a net of a kind, written down in a form.

    A doubled delta is another rate, where neither a loss nor a gradient is seen; the mean over one
    sample is its sum.
    """
    if form.is_loop and fault == "delta-doubled":
        return False
    if not form.has_biases and fault.startswith(("b1", "b2", "bias")):
        return False
    if form.is_one_by_one and fault == "b2-mean":
        return False
    same_slope = kind.hidden == "identity" and fault in ("hidden-slope-missing", "W1-without-slope")
    if fault in OF_ONE_ACTIVATION:
        return kind.hidden == OF_ONE_ACTIVATION[fault]
    return not (same_slope or (kind.hidden, fault) == ("identity", "W2-from-a1"))
