"""Source 002's functions as formulas, with their faults: outputs and deltas, one row per sample.

The source holds its weights the other way round, W of shape (outputs, inputs), and its deltas have
the sign of d − y. Its epochs are those of `formulas.DELTA_RULE` and `formulas.SIGMOID_MLP`.
"""

from dataclasses import replace

import numpy as np

from experiments.faults.formulas import Formulas
from experiments.faults.registry import CROSS_ENTROPY_OUTPUT, HIDDEN, ONE_UNIT, Fault
from scratch.functions import sigmoid

STUDY_NOTE: Formulas = {
    "unit_output": lambda v: lambda w, x: v.sigmoid_function(x @ w.T),
    "output_delta": lambda v: lambda d, y: y * (1 - y) * (d - y),
    "cross_entropy_delta": lambda v: lambda d, y: d - y,
    "hidden_delta": lambda v: lambda back, y1: y1 * (1 - y1) * back,
    "output of the unit": lambda v: v.unit_output(v.note_W, v.note_X),
    "hidden outputs": lambda v: v.unit_output(v.note_W1, v.note_X),
    "output of the net": lambda v: v.unit_output(v.note_W2, v.unit_output(v.note_W1, v.note_X)),
    "delta": lambda v: v.output_delta(v.note_D, sigmoid(v.note_a)),
    "delta of the cross-entropy": lambda v: v.cross_entropy_delta(v.note_D, sigmoid(v.note_a)),
    "delta of the hidden layer": lambda v: v.hidden_delta(
        v.note_delta @ v.note_W2, sigmoid(v.note_a1)
    ),
}

TEXTS = {fault.id: fault for fault in (*HIDDEN, *CROSS_ENTROPY_OUTPUT, *ONE_UNIT)}


def _known(fault_id: str, formulas: Formulas) -> Fault:
    """A fault that nets have as well, of the function alone."""
    return replace(TEXTS[fault_id], rung="values", formulas=formulas)


def _slope_at(values: np.ndarray) -> np.ndarray:
    return values * (1 - values)


STUDY_NOTE_FAULTS = (
    _known("delta-rule-linear", {"unit_output": lambda v: lambda w, x: x @ w.T}),
    _known(
        "delta-rule-step-function",
        {"unit_output": lambda v: lambda w, x: (x @ w.T > 0) * 1.0},
    ),
    _known("delta-rule-without-slope", {"output_delta": lambda v: lambda d, y: d - y}),
    _known(
        "delta-rule-sign",
        {"output_delta": lambda v: lambda d, y: _slope_at(y) * (y - d)},
    ),
    _known(
        "delta-rule-slope-at-y",
        {"output_delta": lambda v: lambda d, y: _slope_at(sigmoid(y)) * (d - y)},
    ),
    _known(
        "delta-rule-slope-y-only",
        {"output_delta": lambda v: lambda d, y: y * (d - y)},
    ),
    _known(
        "delta-rule-slope-one-minus-y-only",
        {"output_delta": lambda v: lambda d, y: (1 - y) * (d - y)},
    ),
    _known(
        "cross-entropy-delta-with-slope",
        {"cross_entropy_delta": lambda v: lambda d, y: _slope_at(y) * (d - y)},
    ),
    _known("cross-entropy-delta-sign", {"cross_entropy_delta": lambda v: lambda d, y: y - d}),
    _known(
        "hidden-slope-missing",
        {"hidden_delta": lambda v: lambda back, y1: back},
    ),
    _known(
        "hidden-slope-at-z",
        {"hidden_delta": lambda v: lambda back, y1: _slope_at(sigmoid(y1)) * back},
    ),
    _known(
        "hidden-slope-z-only",
        {"hidden_delta": lambda v: lambda back, y1: y1 * back},
    ),
    _known(
        "hidden-slope-one-minus-z-only",
        {"hidden_delta": lambda v: lambda back, y1: (1 - y1) * back},
    ),
    _known(
        "hidden-slope-plus",
        {"hidden_delta": lambda v: lambda back, y1: y1 * (1 + y1) * back},
    ),
    _known(
        "back-sign",
        {"hidden_delta": lambda v: lambda back, y1: -_slope_at(y1) * back},
    ),
)
"""Every fault of one of these functions, held against Keras' units and autodiff."""
