"""Stands in for MNIST and its loader: images of which every one says which it is."""

from functools import cache

import numpy as np

from experiments.data.probe import Sizes, probe

TRAINING = Sizes(14, 12, (9, 11), 5)
"""Of the net and the samples on which a training loop is watched."""

DIGITS, WHITE = 3, 255
"""Pixels that hold an image's number to the base 256; the pixel after them is white."""


def images(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images of shape (count, 784) and their labels, those of the watched net's samples in turn."""
    number = np.arange(count)
    x = np.zeros((count, 784), np.uint8)
    for place in range(DIGITS):
        x[:, place] = number // 256**place % 256
    x[:, DIGITS] = WHITE
    x[:, 300:500] = 128
    targets = probe(("W1", "b1", "W2", "b2"), "float64", sizes=TRAINING)[1].t
    return x, np.resize(targets.argmax(axis=1), count)


@cache
def load_mnist(
    normalize: bool = True, flatten: bool = True, one_hot_label: bool = False
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """As many training and test images as MNIST has, in the form asked for."""

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        x, labels = images(count)
        if normalize:
            x = x.astype(np.float32) / np.float32(WHITE)
        x = x if flatten else x.reshape(-1, 1, 28, 28)
        return x, np.eye(10)[labels] if one_hot_label else labels

    return part(60_000), part(10_000)


def load_data() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The same images as Keras' data sets have them: (N, 28, 28), whole numbers, and labels."""
    (x, t), (x_test, t_test) = load_mnist(normalize=False)
    return (x.reshape(-1, 28, 28), t), (x_test.reshape(-1, 28, 28), t_test)


def numbers_of(images: np.ndarray) -> np.ndarray:
    """Which of the watched net's samples images stand for, however they were scaled."""
    pixels = np.asarray(images, float).reshape(-1, 784)
    digits = np.round(pixels[:, :DIGITS] / pixels[:, [DIGITS]] * WHITE)
    return (digits @ 256.0 ** np.arange(DIGITS)).astype(int) % TRAINING.samples
