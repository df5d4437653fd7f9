"""One sigmoid unit and the delta rule (source 002)."""

import numpy as np

from experiments.subjects.formulas import Formulas, all_but_last, slope_at
from experiments.subjects.subject import Family, mistakes
from experiments.subjects.training_loop import loop, loop_mistakes
from scratch import functions
from scratch.functions import half_squared_error, sigmoid

FORMULAS: Formulas = {
    **loop(("W",)),
    "a": lambda v: v.x @ v.W,
    "y": lambda v: sigmoid(v.a),
    "loss": lambda v: half_squared_error(v.y, v.t),
    "delta": lambda v: (v.y - v.t) * v.y * (1 - v.y),
    "gW": lambda v: v.x.T @ v.delta,
}

MISTAKES = (
    *mistakes(
        "gradient",
        {
            "delta-rule-without-slope": {"delta": lambda v: v.y - v.t},
            "delta-rule-slope-of-v": {"delta": lambda v: (v.y - v.t) * slope_at(v.a)},
            "delta-rule-slope-at-y": {"delta": lambda v: (v.y - v.t) * slope_at(sigmoid(v.y))},
            "delta-rule-slope-y-only": {"delta": lambda v: (v.y - v.t) * v.y},
            "delta-rule-slope-one-minus-y-only": {"delta": lambda v: (v.y - v.t) * (1 - v.y)},
            "delta-rule-sign": {"delta": lambda v: (v.t - v.y) * v.y * (1 - v.y)},
            "delta-rule-without-input": {"gW": lambda v: v.delta.sum(axis=0) * np.ones(v.W.shape)},
            "delta-rule-by-output": {"gW": lambda v: v.x.T @ (v.delta * v.y)},
        },
    ),
    *mistakes(
        "layers",
        {
            "delta-rule-step-function": {"y": lambda v: (v.a > 0) * 1.0},
            "delta-rule-linear": {"y": lambda v: v.a * 1.0},
            "output-sigmoid-sign": {"y": lambda v: 1 / (1 + np.exp(v.a))},
            "delta-rule-no-bias-input": {"x": lambda v: all_but_last(v.samples[v.rows])},
        },
    ),
    *mistakes(
        "loss",
        {
            "delta-rule-loss-without-half": {
                "loss": lambda v: 2 * functions.half_squared_error(v.y, v.t)
            }
        },
        conventions=("delta-rule-loss-without-half",),
    ),
)

FAMILY = Family(
    name="delta-rule",
    model="delta_rule.DeltaRule",
    parameters=("W",),
    formulas=FORMULAS,
    mistakes=(*MISTAKES, *loop_mistakes(("W",))),
    traces={"delta": r"delta\s*=", "gW": r"dW\s*=", "new_W": r"W\s*=|W\s*[+-]="},
)
