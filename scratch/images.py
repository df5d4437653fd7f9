"""The forms in which the book's loader gives images and labels (sources 000, 001, 004)."""

import numpy as np


def prepare(
    images: np.ndarray,
    labels: np.ndarray,
    flatten: bool = True,
    normalize: bool = True,
    one_hot_label: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels in one of the loader's eight forms.

    Args:
        images: uint8 of shape (n, 28, 28).
        labels: uint8 of shape (n,).
        flatten: give (n, 784) instead of (n, 1, 28, 28).
        normalize: give float32 between 0 and 1 instead of 0 … 255.
        one_hot_label: give (n, 10) with one 1 per row instead of (n,).
    """
    x = images.reshape(len(images), -1) if flatten else images[:, np.newaxis]
    if normalize:
        x = x.astype(np.float32) / np.float32(255)
    return x, np.eye(10, dtype=np.float32)[labels] if one_hot_label else labels
