"""The book's AddLayer layer."""

import numpy as np

from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    inputs = (given["scores"], given["y"])
    return layer("AddLayer", inputs, given["dout"], backward=("AddLayer dx", "AddLayer dy"))


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def forward(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return keras.layers.Add()([x, y])

    def backward(x: np.ndarray, y: np.ndarray, dout: np.ndarray) -> list[np.ndarray]:
        return keras.back(forward, x, y, dout=dout)

    return {
        "AddLayer forward": lambda v: forward(v.scores, v.y),
        "add_backward": lambda v: backward,
    }


SUBJECT = Subject(
    name="AddLayer",
    names=("AddLayer",),
    questions=questions,
    formulas={
        "add_backward": lambda v: lambda x, y, dout: (dout * 1.0, dout * 1.0),
        "AddLayer forward": lambda v: v.scores + v.y,
        "AddLayer dx": lambda v: v.add_backward(v.scores, v.y, v.dout)[0],
        "AddLayer dy": lambda v: v.add_backward(v.scores, v.y, v.dout)[1],
    },
    twin=twin,
    mistakes=exchanged(
        "add_backward",
        {
            "add-layer-times-input": lambda x, y, dout: (dout * x, dout * y),
            "add-layer-without-dout": lambda x, y, dout: (1.0 * (x == x), 1.0 * (y == y)),
        },
    ),
    is_class=True,
    traces={"add_backward": r"dout"},
    methods={"add_backward": "backward"},
)
