"""The book's MulLayer layer."""

import numpy as np

from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    inputs = (given["scores"], given["y"])
    return layer("MulLayer", inputs, given["dout"], backward=("MulLayer dx", "MulLayer dy"))


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def forward(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return keras.layers.Multiply()([x, y])

    def backward(x: np.ndarray, y: np.ndarray, dout: np.ndarray) -> list[np.ndarray]:
        return keras.back(forward, x, y, dout=dout)

    return {
        "MulLayer forward": lambda v: forward(v.scores, v.y),
        "mul_backward": lambda v: backward,
    }


SUBJECT = Subject(
    name="MulLayer",
    names=("MulLayer",),
    questions=questions,
    formulas={
        "mul_backward": lambda v: lambda x, y, dout: (dout * y, dout * x),
        "MulLayer forward": lambda v: v.scores * v.y,
        "MulLayer dx": lambda v: v.mul_backward(v.scores, v.y, v.dout)[0],
        "MulLayer dy": lambda v: v.mul_backward(v.scores, v.y, v.dout)[1],
    },
    twin=twin,
    mistakes=exchanged(
        "mul_backward",
        {
            "mul-layer-not-exchanged": lambda x, y, dout: (dout * x, dout * y),
            "mul-layer-without-dout": lambda x, y, dout: (y * 1.0, x * 1.0),
            "mul-layer-dout-only": lambda x, y, dout: (dout * 1.0, dout * 1.0),
        },
    ),
    is_class=True,
    traces={"mul_backward": r"dout"},
    methods={"mul_backward": "backward"},
)
