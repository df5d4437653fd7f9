"""The book's RMSprop."""

from experiments.subjects.adagrad import scaled
from experiments.subjects.optimizer import optimizer

DECAY = 0.99

SUBJECT = optimizer(
    "RMSprop",
    ("RMSprop", "RMSProp"),
    right=scaled(DECAY, 1 - DECAY),
    mistakes={
        "rmsprop-shares-exchanged": scaled(1 - DECAY, DECAY),
        "rmsprop-forgets-nothing": scaled(1.0, 1 - DECAY),
        "rmsprop-without-share": scaled(DECAY, 1.0),
        "rmsprop-without-root": scaled(DECAY, 1 - DECAY, power=1.0),
        "rmsprop-without-epsilon": scaled(DECAY, 1 - DECAY, epsilon=0.0),
    },
)
