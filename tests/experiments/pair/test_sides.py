"""What a side does beside training: it decides on all samples, and shares what others need too."""

import numpy as np
import pytest

from experiments import catalog
from experiments.data import Dataset, load
from experiments.pair import sides
from experiments.pair.pair import prepare
from experiments.pair.sides import Keras, Scratch

BOOK = catalog.load()["two-layer-net-50"].trainings[0]


@pytest.fixture
def images(rng):
    """Images of 784 pixels, most of them dark, of ten classes."""
    x = rng.random((95, 784)) * (rng.random((95, 784)) < 0.02)
    t = np.eye(10)[rng.integers(10, size=95)]
    return Dataset("made up", "images", x[:60], t[:60], x[60:], t[60:])


@pytest.mark.parametrize("split", ["train", "test"])
def test_dark_pixels_decide_nothing(split, images, rng, monkeypatch):
    monkeypatch.setattr(sides, "CHUNK", 7)  # of which most pixels are dark
    params = {name: rng.normal(size=shape) for name, shape in BOOK.start.shapes}
    side, (x, t) = Scratch(BOOK, images), images.split(split)
    hidden = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    scores = hidden @ params["W2"] + params["b2"]
    expected = np.mean(scores.argmax(axis=1) == t.argmax(axis=1))
    assert 0 < expected < 1
    assert side.accuracy(params, split) == pytest.approx(expected)
    assert max(len(pixels) for pixels, *_ in side._parts(split)) < 200


def test_keras_sides_on_the_same_data_share_them():
    """Also when that of another data set, a probe, was made in between."""
    xor = catalog.load()["xor-mlp-6"].trainings[0]
    table, other = load(xor.data, "float64"), load("and", "float64")
    start, _ = prepare(xor, table)
    first, _, second = (Keras(xor, start, data) for data in (table, other, table))
    assert first._data["train"][0] is second._data["train"][0]
    np.testing.assert_array_equal(first._data["test"][1], table.t)
