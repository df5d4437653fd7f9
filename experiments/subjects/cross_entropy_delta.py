"""The delta of the cross-entropy (source 002)."""

from experiments.subjects.asking import samples
from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Subject, Twin, exchanged
from scratch.functions import sigmoid


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    error = keras.losses.BinaryCrossentropy(reduction="sum")
    return {"delta of the cross-entropy": lambda v: keras.delta(error)}


SUBJECT = Subject(
    name="cross_entropy_delta",
    names=("calcDelta_ce", "calc_delta_ce"),
    questions=lambda given: {
        "delta of the cross-entropy": samples(given["note_D"], sigmoid(given["note_a"]))
    },
    formulas={
        "cross_entropy_delta": lambda v: lambda d, y: d - y,
        "delta of the cross-entropy": lambda v: v.cross_entropy_delta(v.note_D, sigmoid(v.note_a)),
    },
    twin=twin,
    mistakes=exchanged(
        "cross_entropy_delta",
        {
            "cross-entropy-delta-with-slope": lambda d, y: slope_at(y) * (d - y),
            "cross-entropy-delta-sign": lambda d, y: y - d,
        },
    ),
    traces={"cross_entropy_delta": r"-"},
)
