import itertools

import numpy as np
import pytest

from scratch.images import prepare

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint32).reshape(2, 28, 28).astype(np.uint8)
LABELS = np.array([3, 9], np.uint8)


@pytest.mark.parametrize(
    ("flatten", "normalize", "one_hot"), [*itertools.product((True, False), repeat=3)]
)
def test_every_form(flatten, normalize, one_hot):
    x, t = prepare(IMAGES, LABELS, flatten, normalize, one_hot)
    assert x.shape == ((2, 784) if flatten else (2, 1, 28, 28))
    assert x.dtype == (np.float32 if normalize else np.uint8)
    pixel = np.ravel(x)[200]
    assert pixel == (np.float32(200) / np.float32(255) if normalize else 200)
    assert np.argmax(t, axis=1).tolist() == [3, 9] if one_hot else t.tolist() == [3, 9]


def test_flat_normalised_labels_unless_told_otherwise():
    x, t = prepare(IMAGES, LABELS)
    assert x.shape == (2, 784)
    assert x.dtype == np.float32
    assert t.tolist() == [3, 9]


def test_one_hot_rows_have_ten_places_of_float32():
    _, t = prepare(IMAGES, LABELS, one_hot_label=True)
    assert t.shape == (2, 10)
    assert t.dtype == np.float32
    assert t.sum(axis=1).tolist() == [1, 1]
