"""The book's im2col: every window of images as a row."""

import numpy as np

from experiments.subjects.formulas import Formulas
from experiments.subjects.inputs import WINDOW
from experiments.subjects.subject import Subject, Twin, exchanged
from scratch.convolution import columns


def twin(keras: Twin) -> Formulas:
    """What TensorFlow puts in the formulas' places."""
    return {"im2col_rule": lambda v: keras.convolution.columns}


def _untransposed(x: np.ndarray, height: int, width: int, stride: int, pad: int) -> np.ndarray:
    """The windows' pixels in the order in which they are gathered, cut into rows all the same."""
    right = columns(x, height, width, stride, pad)
    n, size = len(x), right.shape[1]
    return right.reshape(n, len(right) // n, size).mT.reshape(len(right), size)


def _channels_last(x: np.ndarray, height: int, width: int, stride: int, pad: int) -> np.ndarray:
    """Rows pixel by pixel, and not channel by channel."""
    right = columns(x, height, width, stride, pad)
    channels = x.shape[1]
    pixels = right.reshape(len(right), channels, height * width).mT
    return pixels.reshape(len(right), channels * height * width)


SUBJECT = Subject(
    name="im2col",
    names=("im2col",),
    questions=lambda given: {
        "windows as rows": lambda f: f(given["image_x"].copy(), *WINDOW),
    },
    formulas={
        "im2col_rule": lambda v: columns,
        "windows as rows": lambda v: v.im2col_rule(v.image_x, *WINDOW),
    },
    twin=twin,
    mistakes=exchanged(
        "im2col_rule",
        {
            "im2col-not-transposed": _untransposed,
            "im2col-channels-last": _channels_last,
        },
        conventions=("im2col-channels-last",),
    ),
    traces={"im2col_rule": r"transpose|reshape"},
)
