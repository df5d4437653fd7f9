"""The book's SGD."""

from experiments.subjects.inputs import RATE
from experiments.subjects.optimizer import optimizer

SUBJECT = optimizer(
    "SGD",
    ("SGD",),
    mistakes={
        "sgd-uphill": lambda g, step, memory: RATE * g,
        "sgd-without-rate": lambda g, step, memory: -g,
    },
)
