"""The book's SoftmaxWithLoss layer."""

import numpy as np

from experiments.judge.conventions import epsilon_term
from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged
from scratch.functions import softmax

OF_LABELS = "SoftmaxWithLoss backward, labels"
"""The gradient where targets are class numbers, which not every version takes."""


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    a, t = given["scores"], given["t"]
    of_labels = layer("SoftmaxWithLoss", (a, t.argmax(axis=1)), 1, backward=(OF_LABELS,))
    return {
        **layer("SoftmaxWithLoss", (a, t), 1, backward=("SoftmaxWithLoss backward",)),
        OF_LABELS: of_labels[OF_LABELS],
    }


def _columns_of_labels(a: np.ndarray, t: np.ndarray) -> np.ndarray:
    """1 taken off every column that is some sample's class."""
    return (softmax(a) - t.any(axis=0)) / len(t)


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True)

    def loss(a: np.ndarray, t: np.ndarray) -> np.ndarray:
        return entropy(t, a)

    def forward(a: np.ndarray, t: np.ndarray) -> np.ndarray:
        return np.asarray(loss(a, t)) - epsilon_term(a.astype(float), t)

    def backward(a: np.ndarray, t: np.ndarray) -> np.ndarray:
        return keras.back(lambda scores: loss(scores, t), a)[0]

    return {
        "softmax_with_loss": lambda v: forward,
        "softmax_with_loss_backward": lambda v: backward,
    }


SUBJECT = Subject(
    name="SoftmaxWithLoss",
    names=("SoftmaxWithLoss",),
    questions=questions,
    formulas={
        "softmax_with_loss": lambda v: (
            lambda a, t: v.cross_entropy_function(v.softmax_function(a), t)
        ),
        "softmax_with_loss_backward": lambda v: lambda a, t: (v.softmax_function(a) - t) / len(t),
        "SoftmaxWithLoss forward": lambda v: v.softmax_with_loss(v.scores, v.t),
        "softmax_with_loss_of_labels": lambda v: v.softmax_with_loss_backward,
        "SoftmaxWithLoss backward": lambda v: v.softmax_with_loss_backward(v.scores, v.t),
        OF_LABELS: lambda v: v.softmax_with_loss_of_labels(v.scores, v.t),
    },
    twin=twin,
    mistakes=(
        *exchanged(
            "softmax_with_loss_backward",
            {
                "softmax-with-loss-not-divided": lambda a, t: softmax(a) - t,
                "softmax-with-loss-sign": lambda a, t: (t - softmax(a)) / len(t),
                "softmax-with-loss-without-target": lambda a, t: softmax(a) / len(t),
                "softmax-with-loss-of-scores": lambda a, t: (a - t) / len(t),
            },
        ),
        *exchanged(
            "softmax_with_loss_of_labels",
            {
                "softmax-with-loss-labels-not-divided": lambda a, t: softmax(a) - t,
                "softmax-with-loss-columns-of-labels": _columns_of_labels,
            },
        ),
    ),
    optional=(OF_LABELS,),
    is_class=True,
    traces={
        "softmax_with_loss_backward": r"-\s*self\.t|self\.y|return",
        "softmax_with_loss_of_labels": r"-=\s*1|return",
    },
    methods={
        "softmax_with_loss": "forward",
        "softmax_with_loss_backward": "backward",
        "softmax_with_loss_of_labels": "backward",
    },
)
