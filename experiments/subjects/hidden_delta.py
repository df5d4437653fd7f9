"""The delta of the hidden layer (source 002)."""

import numpy as np

from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged
from scratch.functions import sigmoid


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    w2, delta, y1 = given["note_W2"], given["note_delta"], sigmoid(given["note_a1"])
    return {
        "delta of the hidden layer": lambda f: [
            f(w2.copy(), *pair) for pair in zip(delta, y1, strict=True)
        ]
    }


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    given = keras.given

    def hidden(net: np.ndarray) -> np.ndarray:
        return keras.functions.sigmoid(net) @ given["note_W2"].T

    back = keras.back(hidden, given["note_a1"], dout=given["note_delta"])[0]
    return {"delta of the hidden layer": lambda v: back}


SUBJECT = Subject(
    name="hidden_delta",
    names=("calc_delta1", "calcDelta1_ce"),
    questions=questions,
    formulas={
        "hidden_delta": lambda v: lambda back, y1: slope_at(y1) * back,
        "delta of the hidden layer": lambda v: v.hidden_delta(
            v.note_delta @ v.note_W2, sigmoid(v.note_a1)
        ),
    },
    twin=twin,
    mistakes=exchanged(
        "hidden_delta",
        {
            "hidden-slope-missing": lambda back, y1: back,
            "hidden-slope-at-z": lambda back, y1: slope_at(sigmoid(y1)) * back,
            "hidden-slope-z-only": lambda back, y1: y1 * back,
            "hidden-slope-one-minus-z-only": lambda back, y1: (1 - y1) * back,
            "hidden-slope-plus": lambda back, y1: y1 * (1 + y1) * back,
            "back-sign": lambda back, y1: -slope_at(y1) * back,
        },
    ),
    traces={"hidden_delta": r"\*"},
)
