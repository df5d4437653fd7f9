"""The book's SGD."""

from experiments.subjects.inputs import RATE
from experiments.subjects.optimizer import optimizer

SUBJECT = optimizer(
    "SGD",
    ("SGD",),
    right=lambda g, step, memory: -RATE * g,
    remembers=False,
    mistakes={
        "sgd-uphill": lambda g, step, memory: RATE * g,
        "sgd-without-rate": lambda g, step, memory: -g,
    },
)
