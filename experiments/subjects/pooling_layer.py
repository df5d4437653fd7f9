"""The book's Pooling layer."""

from typing import Any

import numpy as np

from experiments.subjects.asking import by_names, layer
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import POOL
from experiments.subjects.subject import Ask, Given, Questions, Subject, Twin, mistakes
from scratch.convolution import columns, images, pool, pool_gradient


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    asked = layer("Pooling", (given["image_x"],), given["pool_dout"], ("Pooling backward",))

    def of_the_size(ask: Ask) -> Ask:
        height, width, stride = POOL
        return lambda new: ask(lambda: by_names(new, (height, width), {"stride": stride}))

    return {name: of_the_size(ask) for name, ask in asked.items()}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    given = keras.given
    output, dx = keras.convolution.pooling(given["image_x"], given["pool_dout"], *POOL)
    return {"pool_output": lambda v: output, "pool_dx": lambda v: dx}


def _windows(v: Values) -> Any:  # noqa: ANN401 - as formulas
    channels = v.image_x.shape[1]
    rows = columns(v.image_x, *POOL)
    return rows.reshape(len(rows), channels, rows.shape[1] // channels)


def _mean(v: Values) -> object:
    n, channels, down, across = v.pool_dout.shape
    means = _windows(v).mean(axis=2).reshape(n, down * across, channels)
    return means.mT.reshape(n, channels, down, across)


def _to_all(v: Values) -> object:
    """The gradient to every pixel of a window, the largest or not."""
    height, width, stride = POOL
    n, channels, down, across = v.pool_dout.shape
    given = v.pool_dout.reshape(n, channels, down * across).mT.reshape(-1, channels, 1)
    spread = given * np.ones(height * width)
    rows = spread.reshape(n * down * across, channels * height * width)
    return images(rows, v.image_x.shape, height, width, stride)


def _last(v: Values) -> object:
    """A pixel that is the largest of two windows gets the gradient of the last one alone.

    Windows beside each other have one column in common: the last of one is the first of the next.
    """
    _, width, _ = POOL
    n, channels, down, across = v.pool_dout.shape
    largest = _windows(v).argmax(axis=2).reshape(n, down, across, channels)
    row, column = np.divmod(largest, width)
    is_same_row = row[:, :, :-1] == row[:, :, 1:]
    kept = np.ones(largest.shape)
    kept[:, :, :-1] -= is_same_row & (column[:, :, :-1] == width - 1) & (column[:, :, 1:] == 0)
    return pool_gradient(v.image_x, v.pool_dout * np.moveaxis(kept, 3, 1), *POOL)


SUBJECT = Subject(
    name="Pooling",
    names=("Pooling", "MaxPooling", "Pool"),
    questions=questions,
    formulas={
        "pool_output": lambda v: pool(v.image_x, *POOL),
        "pool_dx": lambda v: pool_gradient(v.image_x, v.pool_dout, *POOL),
        "Pooling forward": lambda v: v.pool_output,
        "Pooling backward": lambda v: v.pool_dx,
    },
    twin=twin,
    mistakes=mistakes(
        "values",
        {
            "pooling-mean": {"pool_output": _mean},
            "pooling-back-to-all": {"pool_dx": _to_all},
            "pooling-last-window": {"pool_dx": _last},
        },
    ),
    is_class=True,
    traces={"pool_output": r"max|mean", "pool_dx": r"dmax|dout|argmax"},
    methods={"pool_output": "forward", "pool_dx": "backward"},
)
