"""Source 002's delta_GD: an epoch of one unit, four updates of one sample each."""

from experiments.subjects import delta_rule
from experiments.subjects.asking import epoch
from experiments.subjects.subject import Epoch, Subject
from experiments.subjects.training_loop import loop_mistakes

SUBJECT = Subject(
    name="delta_GD",
    names=("delta_GD",),
    questions=lambda given: {"delta_GD": epoch(given, "W")},
    epoch=Epoch(
        model="delta_rule.DeltaRule",
        options={},
        weights={"delta_GD": "W"},
        formulas=delta_rule.FORMULAS,
        mistakes=(*delta_rule.MISTAKES, *loop_mistakes(("W",))),
    ),
)
