"""The book's col2im: the sum of all windows at their places."""

import numpy as np

from experiments.subjects.formulas import Formulas
from experiments.subjects.inputs import WINDOW
from experiments.subjects.subject import Subject, Twin, exchanged
from scratch.convolution import columns, images


def twin(keras: Twin) -> Formulas:
    """What TensorFlow puts in the formulas' places."""
    return {"col2im_rule": lambda v: keras.convolution.images}


def _last_one(
    rows: np.ndarray,
    shape: tuple[int, int, int, int],
    height: int,
    width: int,
    stride: int,
    pad: int,
) -> np.ndarray:
    """Every pixel from the last window that it is in, by place in the window."""
    place = np.arange(shape[1] * height * width) % (height * width)
    is_in = columns(np.ones(shape), height, width, stride, pad) > 0
    found = np.zeros(shape)
    for at in range(height * width):
        mine = (place == at) & is_in
        there = images(mine * 1.0, shape, height, width, stride, pad) > 0
        part = images(np.where(mine, rows, 0.0), shape, height, width, stride, pad)
        found = np.where(there, part, found)
    return found


SUBJECT = Subject(
    name="col2im",
    names=("col2im",),
    questions=lambda given: {
        "rows as windows": lambda f: f(given["image_rows"].copy(), given["image_x"].shape, *WINDOW),
    },
    formulas={
        "col2im_rule": lambda v: images,
        "rows as windows": lambda v: v.col2im_rule(v.image_rows, v.image_x.shape, *WINDOW),
    },
    twin=twin,
    mistakes=exchanged("col2im_rule", {"col2im-overwrites": _last_one}),
    traces={"col2im_rule": r"\+?=\s*col"},
)
