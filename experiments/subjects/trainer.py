"""The book's Trainer: a class around a training loop (chapter 6)."""

from experiments.subjects.subject import Subject
from experiments.subjects.training_loop import TRACES

SUBJECT = Subject(
    name="Trainer",
    names=("Trainer",),
    traces=TRACES,
    is_class=True,
    is_training=True,
)
