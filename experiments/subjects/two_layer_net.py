"""TwoLayerNet: softmax and cross-entropy behind a hidden layer (sources 000, 004)."""

import numpy as np

from experiments.data.probe import FAR
from experiments.subjects import hidden_layer
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.subject import Family, mistakes
from experiments.subjects.training_loop import loop, loop_mistakes
from scratch import functions
from scratch.functions import EPSILON, cross_entropy_error, sigmoid, softmax

PARAMETERS = ("W1", "b1", "W2", "b2")

FORMULAS: Formulas = {
    **loop(PARAMETERS),
    **hidden_layer.FORMULAS,
    "y": lambda v: softmax(v.a2),
    "loss": lambda v: cross_entropy_error(v.y, v.t),
    "delta2": lambda v: (v.y - v.t) / len(v.x),
    "far_y": lambda v: v.again(start=v.start | {"b2": v.start["b2"] + FAR}).y,
}


def _log_loss(v: Values, logarithm: np.ufunc = np.log, epsilon: float = EPSILON) -> np.ndarray:
    return -(v.t * logarithm(v.y + epsilon)).sum() / len(v.y)


def _exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max())


def _row_exponentials(a: np.ndarray) -> np.ndarray:
    return np.exp(a - a.max(axis=1, keepdims=True))


OUTPUT_MISTAKES = (
    *mistakes(
        "gradient",
        {
            "delta-not-divided": {"delta2": lambda v: v.y - v.t},
            "delta-divided-twice": {"delta2": lambda v: (v.y - v.t) / len(v.x) ** 2},
            "delta-divided-by-classes": {"delta2": lambda v: (v.y - v.t) / v.t.size},
            "delta-divided-by-classes-only": {"delta2": lambda v: (v.y - v.t) / v.t.shape[1]},
            "delta-sign": {"delta2": lambda v: (v.t - v.y) / len(v.x)},
            "delta-doubled": {"delta2": lambda v: 2 * (v.y - v.t) / len(v.x)},
            "delta-halved": {"delta2": lambda v: 0.5 * (v.y - v.t) / len(v.x)},
            "delta-without-target": {"delta2": lambda v: v.y / len(v.x)},
            "delta-extra-slope": {"delta2": lambda v: (v.y - v.t) * v.y * (1 - v.y) / len(v.x)},
            "delta-times-output": {"delta2": lambda v: (v.y - v.t) * v.y / len(v.x)},
            "delta-jacobian-twice": {
                "delta2": lambda v: (
                    v.y * ((v.y - v.t) - ((v.y - v.t) * v.y).sum(axis=1, keepdims=True)) / len(v.x)
                )
            },
            "delta-by-y": {"delta2": lambda v: -(v.t / v.y) / len(v.x)},
            "delta-label-number": {
                "delta2": lambda v: (v.y - v.t.argmax(axis=1)[:, np.newaxis]) / len(v.x)
            },
            "delta-everywhere-minus-one": {"delta2": lambda v: (v.y - 1) / len(v.x)},
        },
    ),
    *mistakes(
        "layers",
        {
            "softmax-over-the-batch": {
                "y": lambda v: _exponentials(v.a2) / _exponentials(v.a2).sum()
            },
            "softmax-sum-over-the-batch": {
                "y": lambda v: _row_exponentials(v.a2) / _row_exponentials(v.a2).sum()
            },
            "softmax-over-columns": {"y": lambda v: softmax(v.a2.T).T},
            "softmax-over-columns-overflow": {
                "y": lambda v: np.exp(v.a2) / np.exp(v.a2).sum(axis=0)
            },
            "softmax-overflow": {"y": lambda v: functions.softmax_without_maximum(v.a2)},
            "softmax-of-all": {"y": lambda v: np.exp(v.a2) / np.exp(v.a2).sum()},
            "softmax-twice": {"y": lambda v: softmax(softmax(v.a2))},
            "sigmoid-before-softmax": {"y": lambda v: softmax(sigmoid(v.a2))},
            "softmax-is-sigmoid": {"y": lambda v: sigmoid(v.a2)},
            "softmax-not-normalised": {"y": lambda v: np.exp(v.a2)},
            "softmax-sign": {"y": lambda v: softmax(-v.a2)},
        },
    ),
    *mistakes(
        "loss",
        {
            "loss-summed": {"loss": lambda v: _log_loss(v) * len(v.y)},
            "loss-mean-over-everything": {"loss": lambda v: _log_loss(v) / v.t.shape[1]},
            "loss-log2": {"loss": lambda v: _log_loss(v, np.log2)},
            "loss-log10": {"loss": lambda v: _log_loss(v, np.log10)},
            "loss-sign": {"loss": lambda v: -_log_loss(v)},
            "loss-of-the-others": {
                "loss": lambda v: (
                    -(v.t * np.log(v.y + EPSILON) + (1 - v.t) * np.log(1 - v.y + EPSILON)).sum()
                    / len(v.y)
                )
            },
            "loss-squared": {"loss": lambda v: functions.half_squared_error(v.y, v.t)},
            "loss-epsilon-none": {"loss": lambda v: _log_loss(v, epsilon=0.0)},
            "loss-epsilon-1e-8": {"loss": lambda v: _log_loss(v, epsilon=1e-8)},
            "loss-epsilon-1e-4": {"loss": lambda v: _log_loss(v, epsilon=1e-4)},
            "labels-off-by-one": {
                "t": lambda v: v.targets[v.rows][:, [-1, *range(v.targets.shape[1] - 1)]]
            },
        },
        conventions=("loss-epsilon-none", "loss-epsilon-1e-8", "loss-epsilon-1e-4"),
    ),
)

FAMILY = Family(
    name="two-layer-net",
    model="two_layer_net.TwoLayerNet",
    parameters=PARAMETERS,
    formulas=FORMULAS,
    mistakes=(*hidden_layer.MISTAKES, *OUTPUT_MISTAKES, *loop_mistakes(PARAMETERS)),
    traces={
        **hidden_layer.TRACES,
        "y": r"softmax|exp|sigmoid",
        "loss": r"log|error|loss",
        "delta2": r"-\s*t\b|t\s*-",
    },
    methods={
        **hidden_layer.METHODS,
        "x": "predict",
        "y": "predict",
        "loss": "loss",
        "t": "loss",
        "accuracy": "accuracy",
        "numerical_gradient": "numerical_gradient",
        "delta2": "gradient",
    },
)
