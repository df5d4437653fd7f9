"""The delta of the delta rule (source 002)."""

from experiments.subjects.asking import samples
from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Subject, Twin, exchanged
from scratch.functions import sigmoid


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    error = keras.losses.MeanSquaredError(reduction="sum")
    return {"delta": lambda v: keras.delta(error) / 2}


SUBJECT = Subject(
    name="delta",
    names=("calc_error", "calc_delta"),
    questions=lambda given: {"delta": samples(given["note_D"], sigmoid(given["note_a"]))},
    formulas={
        "output_delta": lambda v: lambda d, y: slope_at(y) * (d - y),
        "delta": lambda v: v.output_delta(v.note_D, sigmoid(v.note_a)),
    },
    twin=twin,
    mistakes=exchanged(
        "output_delta",
        {
            "delta-rule-without-slope": lambda d, y: d - y,
            "delta-rule-sign": lambda d, y: slope_at(y) * (y - d),
            "delta-rule-slope-at-y": lambda d, y: slope_at(sigmoid(y)) * (d - y),
            "delta-rule-slope-y-only": lambda d, y: y * (d - y),
            "delta-rule-slope-one-minus-y-only": lambda d, y: (1 - y) * (d - y),
        },
    ),
    traces={"output_delta": r"\*"},
)
