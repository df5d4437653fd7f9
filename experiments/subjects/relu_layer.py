"""The book's Relu layer."""

import numpy as np

from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Subject, Twin, exchanged


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""

    def backward(x: np.ndarray, dout: np.ndarray) -> np.ndarray:
        return keras.back(keras.layers.ReLU(), x, dout=dout)[0]

    return {"relu_backward": lambda v: backward}


SUBJECT = Subject(
    name="Relu",
    names=("Relu", "ReLU"),
    questions=lambda given: layer(
        "Relu", (given["scores"],), given["dout"], backward=("Relu backward",)
    ),
    formulas={
        "relu_backward": lambda v: lambda x, dout: dout * (x > 0),
        "Relu forward": lambda v: v.relu_function(v.scores),
        "Relu backward": lambda v: v.relu_backward(v.scores, v.dout),
    },
    twin=twin,
    mistakes=exchanged(
        "relu_backward",
        {
            "relu-layer-unmasked": lambda x, dout: dout * 1.0,
            "relu-layer-mask-inverted": lambda x, dout: dout * (x <= 0),
            "relu-layer-without-dout": lambda x, dout: (x > 0) * 1.0,
            "relu-layer-slope-at-zero": lambda x, dout: dout * (x >= 0),
        },
        conventions=("relu-layer-slope-at-zero",),
    ),
    is_class=True,
    parts=lambda given: {
        "Relu backward": (
            "dout * (x > 0)",
            {"dout": given["dout"], "(x > 0)": given["scores"] > 0, "x": given["scores"]},
        ),
        "Relu forward": ("x * (x > 0)", {"(x > 0)": given["scores"] > 0, "x": given["scores"]}),
    },
    traces={
        "relu_backward": r"mask|dout",
        "Relu backward": r"mask|dout",
        "Relu forward": r"return",
    },
    methods={
        "relu_backward": "backward",
        "Relu backward": "backward",
        "Relu forward": "forward",
    },
)
