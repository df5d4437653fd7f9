"""The book's Dropout layer.

Which units it drops is chance. What is compared is how many it keeps, that they count as much in
training as at inference, and what the way back lets pass. The book scales at inference, by the
share of those that are kept; Keras in training, by the inverse of that share. Both are right.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import DROPPED
from experiments.subjects.subject import Given, Questions, Subject, Twin, mistakes

SHAPE = (200, 100)
"""Of the units: so many that chance does not exchange the share of the kept and the dropped."""

SIGMAS = 8
"""Standard deviations within which a share that is met by chance lies: all but 1 in 10¹⁵."""


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    dout = float(given["dropout_dout"])

    def asked(measure: Callable[[Any, np.ndarray], object]) -> Callable[[Callable], object]:
        def ask(new: Callable) -> object:
            made = new(DROPPED)
            return measure(made, np.asarray(made.forward(np.ones(SHAPE), True)))

        return ask

    def mean(made: Any, y: np.ndarray) -> object:  # noqa: ANN401 - a stranger's layer
        inference = np.asarray(made.forward(np.ones(SHAPE), False))
        return _share(y != 0) * y.max() / inference.max()

    def back(made: Any, y: np.ndarray) -> np.ndarray:  # noqa: ANN401 - a stranger's layer
        return np.asarray(made.backward(np.full(SHAPE, dout)))

    def passed(made: Any, y: np.ndarray) -> object:  # noqa: ANN401 - a stranger's layer
        return back(made, y)[y != 0].max() / y.max()

    return {
        "Dropout kept": asked(lambda made, y: _share(y != 0)),
        "Dropout mean": asked(mean),
        "Dropout at inference": asked(
            lambda made, y: _share(np.asarray(made.forward(np.ones(SHAPE), False)) != 0)
        ),
        "Dropout backward": asked(passed),
        "Dropout dropped": asked(lambda made, y: np.abs(back(made, y)[y == 0]).max(initial=0.0)),
    }


def _share(kept: np.ndarray) -> float:
    """The share of the kept: one of those that may be meant, if chance explains the difference."""
    found = float(kept.mean())
    for meant in (1 - DROPPED, DROPPED):
        if abs(found - meant) < SIGMAS * np.sqrt(meant * (1 - meant) / kept.size):
            return meant
    return found


def _given(value: np.ndarray, _: Values) -> np.ndarray:
    return value


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    dtype, dout = keras.given["y"].dtype, keras.given["dropout_dout"]

    class Layer:
        """Keras' layer as the book's is called."""

        def __init__(self, dropped: float) -> None:
            self._layer = keras.layers.Dropout(dropped, seed=1)

        def forward(self, x: np.ndarray, training: bool) -> np.ndarray:
            run = partial(self._layer, training=training)
            back = np.full(SHAPE, dout, dtype)
            output, (self._dx,) = keras.gradients.pulled_back(run, [x.astype(dtype)], back)
            return output

        def backward(self, dout: np.ndarray) -> np.ndarray:
            return self._dx  # taken along with the way forth, for the same dout

    asked = questions(keras.given)
    values = {name: np.asarray(ask(Layer)) for name, ask in asked.items()}
    return {name: partial(_given, value) for name, value in values.items()}


SUBJECT = Subject(
    name="Dropout",
    names=("Dropout",),
    questions=questions,
    formulas={
        "dropout_kept": lambda v: np.array(1 - DROPPED),
        "dropout_mean": lambda v: v.dropout_one * v.dropout_keeps / v.dropout_keeps,
        "dropout_passed": lambda v: v.dropout_dout * v.dropout_one,
        "dropout_stopped": lambda v: np.array(0.0),
        "dropout_at_inference": lambda v: np.array(1.0),
        "Dropout kept": lambda v: v.dropout_kept,
        "Dropout mean": lambda v: v.dropout_mean,
        "Dropout at inference": lambda v: v.dropout_at_inference,
        "Dropout backward": lambda v: v.dropout_passed,
        "Dropout dropped": lambda v: v.dropout_stopped,
    },
    twin=twin,
    mistakes=mistakes(
        "values",
        {
            "dropout-not-scaled": {"dropout_mean": lambda v: v.dropout_one * v.dropout_keeps},
            "dropout-scaled-twice": {"dropout_mean": lambda v: v.dropout_one / v.dropout_keeps},
            "dropout-keeps-the-dropped": {
                "dropout_kept": lambda v: np.array(DROPPED),
                "dropout_mean": lambda v: v.dropout_one * DROPPED / v.dropout_keeps,
            },
            "dropout-of-the-kept": {"dropout_kept": lambda v: np.array(DROPPED)},
            "dropout-inference-by-ratio": {
                "dropout_mean": lambda v: v.dropout_one * v.dropout_keeps / DROPPED
            },
            "dropout-at-inference": {"dropout_at_inference": lambda v: np.array(1 - DROPPED)},
            "dropout-keeps-all": {
                "dropout_kept": lambda v: np.array(1.0),
                "dropout_mean": lambda v: v.dropout_one / v.dropout_keeps,
            },
            "dropout-backward-unmasked": {"dropout_stopped": lambda v: v.dropout_dout},
            "dropout-backward-not-scaled": {
                "dropout_passed": lambda v: v.dropout_dout * v.dropout_keeps
            },
        },
        conventions=("dropout-of-the-kept",),
    ),
    is_class=True,
    traces={
        "dropout_kept": r"mask\s*=|rand",
        "dropout_mean": r"return",
        "dropout_at_inference": r"return|else",
        "dropout_passed": r"return|dout",
        "dropout_stopped": r"return|dout",
    },
    methods={
        "dropout_kept": "forward",
        "dropout_mean": "forward",
        "dropout_at_inference": "forward",
        "dropout_passed": "backward",
        "dropout_stopped": "backward",
    },
)
