"""Two sigmoid layers trained on half the squared error (sources 002, 003)."""

import numpy as np

from experiments.subjects import hidden_layer
from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Family, mistakes
from experiments.subjects.training_loop import loop, loop_mistakes
from scratch import functions
from scratch.functions import half_squared_error, sigmoid

PARAMETERS = ("W1", "b1", "W2", "b2")

FORMULAS: Formulas = {
    **loop(PARAMETERS),
    **hidden_layer.FORMULAS,
    "y": lambda v: sigmoid(v.a2),
    "loss": lambda v: half_squared_error(v.y, v.t),
    "delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y),
}

OUTPUT_MISTAKES = (
    *mistakes(
        "gradient",
        {
            "output-slope-missing": {"delta2": lambda v: v.y - v.t},
            "output-slope-of-a": {"delta2": lambda v: (v.y - v.t) * slope_at(v.a2)},
            "output-slope-at-y": {"delta2": lambda v: (v.y - v.t) * slope_at(sigmoid(v.y))},
            "output-slope-y-only": {"delta2": lambda v: (v.y - v.t) * v.y},
            "output-slope-one-minus-y-only": {"delta2": lambda v: (v.y - v.t) * (1 - v.y)},
            "output-delta-sign": {"delta2": lambda v: (v.t - v.y) * v.y * (1 - v.y)},
            "output-delta-doubled": {"delta2": lambda v: 2 * (v.y - v.t) * v.y * (1 - v.y)},
            "output-delta-divided": {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y) / len(v.x)},
            "output-delta-without-target": {"delta2": lambda v: v.y * v.y * (1 - v.y)},
        },
    ),
    *mistakes(
        "layers",
        {
            "output-activation-missing": {"y": lambda v: v.a2 * 1.0},
            "output-sigmoid-sign": {"y": lambda v: 1 / (1 + np.exp(v.a2))},
        },
    ),
    *mistakes(
        "loss",
        {
            "squared-loss-without-half": {
                "loss": lambda v: 2 * functions.half_squared_error(v.y, v.t)
            },
            "squared-loss-mean": {"loss": lambda v: functions.mean_squared_error(v.y, v.t)},
            "squared-loss-per-sample": {
                "loss": lambda v: functions.half_squared_error(v.y, v.t) / len(v.y)
            },
            "squared-loss-not-squared": {"loss": lambda v: 0.5 * np.abs(v.y - v.t).sum()},
        },
        conventions=("squared-loss-without-half", "squared-loss-mean", "squared-loss-per-sample"),
    ),
)

CROSS_ENTROPY_MISTAKES = (
    *mistakes(
        "gradient",
        {
            "cross-entropy-delta-with-slope": {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y)},
            "cross-entropy-delta-sign": {"delta2": lambda v: v.t - v.y},
        },
    ),
)
"""Of a sigmoid output under the cross-entropy (source 002's second net)."""

FAMILY = Family(
    name="sigmoid-mlp",
    model="sigmoid_mlp.SigmoidMLP",
    parameters=PARAMETERS,
    formulas=FORMULAS,
    mistakes=(*hidden_layer.MISTAKES, *OUTPUT_MISTAKES, *loop_mistakes(PARAMETERS)),
)
