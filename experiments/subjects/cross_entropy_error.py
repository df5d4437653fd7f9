"""The cross-entropy (sources 000, 004)."""

from collections.abc import Callable

import numpy as np

from experiments.judge.conventions import of_probabilities
from experiments.subjects.asking import copied
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged, mistakes
from scratch.functions import EPSILON


def _log_loss(
    scale: Callable[[np.ndarray], float] = lambda y: 1 / len(y),
    logarithm: np.ufunc = np.log,
    epsilon: float = EPSILON,
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A cross-entropy for every form of target, with one thing changed."""

    def loss(y: np.ndarray, t: np.ndarray) -> np.ndarray:
        y = np.atleast_2d(y)
        one_hot = t if np.size(t) == np.size(y) else np.eye(y.shape[1])[t]
        return -(one_hot * logarithm(y + epsilon)).sum() * scale(y)

    return loss


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    y, t = given["y"], given["t"]
    return {
        "cross-entropy, one-hot": copied(y, t),
        "cross-entropy, labels": copied(y, t.argmax(axis=1)),
        "cross-entropy, one sample": copied(y[0], t[0]),
    }


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def in_the_sources_convention(y: np.ndarray, t: np.ndarray) -> np.ndarray:
        rows = np.atleast_2d(y)
        one_hot = np.reshape(t, rows.shape) if np.size(t) == rows.size else np.eye(rows.shape[1])[t]
        loss = keras.functions.cross_entropy_error(y, t)
        return np.asarray(loss) - of_probabilities(rows.astype(float), one_hot)

    return {"cross_entropy_function": lambda v: in_the_sources_convention}


SUBJECT = Subject(
    name="cross_entropy_error",
    names=("cross_entropy_error",),
    targets_may_come_first=True,
    questions=questions,
    formulas={
        "cross_entropy_function": lambda v: v.functions.cross_entropy_error,
        "cross-entropy, one-hot": lambda v: v.cross_entropy_function(v.y, v.t),
        "cross-entropy, labels": lambda v: v.cross_entropy_function(v.y, v.t.argmax(axis=1)),
        "cross-entropy, one sample": lambda v: v.cross_entropy_function(v.y[0], v.t[0]),
    },
    twin=twin,
    mistakes=(
        *exchanged(
            "cross_entropy_function",
            {
                "loss-summed": _log_loss(lambda y: 1.0),
                "loss-mean-over-everything": _log_loss(lambda y: 1 / np.size(y)),
                "loss-log2": _log_loss(logarithm=np.log2),
                "loss-log10": _log_loss(logarithm=np.log10),
                "loss-sign": _log_loss(lambda y: -1 / len(y)),
                "loss-epsilon-none": _log_loss(epsilon=0.0),
                "loss-epsilon-1e-8": _log_loss(epsilon=1e-8),
                "loss-epsilon-1e-4": _log_loss(epsilon=1e-4),
            },
            conventions=("loss-epsilon-none", "loss-epsilon-1e-8", "loss-epsilon-1e-4"),
        ),
        *mistakes(
            "values",
            {
                "loss-one-sample-divided": {
                    "cross-entropy, one sample": lambda v: (
                        v.cross_entropy_function(v.y[0], v.t[0]) / 5
                    )
                }
            },
        ),
        *mistakes(
            "values",
            {
                "loss-columns-of-labels": {
                    "cross-entropy, labels": lambda v: (
                        -np.log(v.y[:, v.t.argmax(axis=1)] + EPSILON).sum() / len(v.y)
                    )
                }
            },
        ),
    ),
    of_batches=("cross-entropy, one-hot",),
    optional=("cross-entropy, labels",),
    traces={"cross_entropy_function": r"log"},
)
