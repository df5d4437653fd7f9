"""The book's Sigmoid layer."""

import numpy as np

from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas, slope_at
from experiments.subjects.subject import Subject, Twin, exchanged
from scratch.functions import sigmoid


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def backward(x: np.ndarray, dout: np.ndarray) -> np.ndarray:
        return keras.back(keras.layers.Activation("sigmoid"), x, dout=dout)[0]

    return {"sigmoid_backward": lambda v: backward}


SUBJECT = Subject(
    name="Sigmoid",
    names=("Sigmoid",),
    questions=lambda given: layer(
        "Sigmoid", (given["scores"],), given["dout"], backward=("Sigmoid backward",)
    ),
    formulas={
        "sigmoid_backward": lambda v: lambda x, dout: dout * slope_at(v.sigmoid_function(x)),
        "Sigmoid forward": lambda v: v.sigmoid_function(v.scores),
        "Sigmoid backward": lambda v: v.sigmoid_backward(v.scores, v.dout),
    },
    twin=twin,
    mistakes=exchanged(
        "sigmoid_backward",
        {
            "sigmoid-layer-slope-missing": lambda x, dout: dout * 1.0,
            "sigmoid-layer-slope-of-x": lambda x, dout: dout * slope_at(x),
            "sigmoid-layer-slope-out-only": lambda x, dout: dout * sigmoid(x),
            "sigmoid-layer-slope-one-minus-out-only": lambda x, dout: dout * (1 - sigmoid(x)),
            "sigmoid-layer-without-dout": lambda x, dout: slope_at(sigmoid(x)),
        },
    ),
    is_class=True,
    parts=lambda given: {
        "Sigmoid backward": (
            "dout * (1 - out) * out",
            {"dout": given["dout"], "out": sigmoid(given["scores"]), "x": given["scores"]},
        )
    },
    traces={"sigmoid_backward": r"dout", "Sigmoid backward": r"dout"},
    methods={"sigmoid_backward": "backward", "Sigmoid backward": "backward"},
)
