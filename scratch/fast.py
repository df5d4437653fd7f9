"""The loop of `train`, and the book's net, arranged for the machine: the same steps, less work.

Nothing here computes anything else than `train` and `two_layer_net` do; read those first.

Most pixels of MNIST are 0, and of a batch of 100 images about 270 of 784 pixels are 0 in all. Their
rows of W1 add nothing to a1, and their gradient is 0: forward pass, gradient and update need the
other rows alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import exp

import numpy as np

from scratch.data_parallel import ALONE, Share
from scratch.functions import EPSILON, sigmoid
from scratch.network import Arrays, Network

LOWEST = -700.0
"""Where e^-a is about to be too large for a float, and σ(a) is 0."""

RARE = 0.02
"""Share of the images in which a pixel is lit, up to which a batch may well be without it."""

Part = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Numbers of pixels, images of these pixels alone, and their classes."""


def train(
    model: Network,
    x: np.ndarray,
    t: np.ndarray,
    batches: np.ndarray | list[np.ndarray],
    learning_rate: float,
) -> np.ndarray:
    """`scratch.train.train` for nets whose first layer is W1, without the pixels that are dark.

    Arguments and result are the same; sums over pixels are shorter, so the last digits may differ.
    """
    losses = np.empty(len(batches), x.dtype)
    weights = model.params["W1"]
    for step, batch in enumerate(batches):
        x_batch, t_batch = x[batch], t[batch]
        lit = np.flatnonzero(x_batch.any(axis=0))
        x_batch = x_batch[:, lit]
        model.params["W1"] = weights[lit]
        activations = model.forward(x_batch)
        losses[step] = model.error(activations["y"], t_batch)
        for name, gradient in model.backward(x_batch, activations, t_batch).items():
            model.params[name] -= learning_rate * gradient
        weights[lit] = model.params["W1"]
    model.params["W1"] = weights
    return losses


@dataclass(frozen=True)
class Images:
    """Images arranged for `train_two_layer_net`.

    Attributes:
        columns: uint8 of shape (n, 1 + pixels); the first is 255 in all, an input of 1 whose
            weights are b1; then the pixels, those that are lit in most images first.
        order: the pixel of every other column.
        usual: the number of columns that are not `RARE`, and not looked at for being dark.
    """

    columns: np.ndarray
    order: np.ndarray
    usual: int


def arrange(images: np.ndarray) -> Images:
    """The columns of images as MNIST stores them, a byte per pixel, uint8 of shape (n, pixels)."""
    lit = np.count_nonzero(images, axis=0) / len(images)
    order = np.argsort(-lit, kind="stable")
    columns = np.full((len(images), 1 + len(order)), 255, np.uint8)
    np.take(images, order, axis=1, out=columns[:, 1:])
    return Images(columns, order, 1 + int(np.count_nonzero(lit > RARE)))


def count_of_slopes(params: Arrays) -> int:
    """How many numbers processes show each other in a step: the loss, and the slope of each."""
    return 1 + sum(values.size for values in params.values())


def train_two_layer_net(
    params: Arrays,
    images: Images,
    labels: np.ndarray,
    batches: np.ndarray,
    rate: float,
    share: Share = ALONE,
) -> np.ndarray:
    """Train the book's net on images of a byte per pixel, which is 1 where it is 255.

    Beside the dark pixels this saves memory traffic: an image is gathered as bytes, every array of
    a batch's size is written over in place, and classes come first, so that each step of the
    softmax runs along whole rows. All slopes lie in one array, one after the other, so that
    processes that share the batches can show them to each other at once; of W1 and b1, which they
    have in common, each changes some rows.

    Args:
        params: W1 (pixels, hidden), b1, W2 (hidden, classes), b2; changed in place.
        images: from `arrange`.
        labels: class numbers, shape (n,).
        batches: row indices, shape (steps, batch size).
        rate: η.
        share: this process' part of every batch, if there are others.

    Returns:
        The loss of every batch before its update, shape (steps,).
    """
    w1 = share.shared(np.vstack([params["b1"], params["W1"][images.order]]))
    w2, b2, dtype, size = params["W2"], params["b2"], w1.dtype, batches.shape[1]
    own = batches[:, share.of(size)]
    sample, usual = np.arange(own.shape[1]), np.arange(images.usual)
    pixels = np.empty((len(sample), len(w1)), np.uint8)
    z1, delta1 = (np.empty((len(sample), len(w2)), dtype) for _ in range(2))
    y = np.empty((len(b2), len(sample)), dtype)
    ends = np.cumsum([1, b2.size, w2.size])
    slopes, total = np.empty(count_of_slopes(params), dtype), np.empty(ends[-1], dtype)
    loss, db2, dw2, dw1 = np.split(slopes, ends)
    all_loss, all_db2, all_dw2 = np.split(total, ends[:-1])
    white, one, rate = np.float32(255), dtype.type(1), dtype.type(rate)
    losses = np.empty(len(batches), dtype)
    for step, (batch, true) in enumerate(zip(own, labels[own], strict=True)):
        np.take(images.columns, batch, axis=0, out=pixels, mode="clip")
        seen = share.show(np.bitwise_or.reduce(pixels[:, len(usual) :], axis=0))
        rare = len(usual) + np.flatnonzero(np.bitwise_or.reduce(seen, axis=0))
        lit = np.concatenate([usual, rare])
        x = np.concatenate([pixels[:, : len(usual)], pixels[:, rare]], axis=1)
        x = (x / white).astype(dtype, copy=False)
        w = np.take(w1, lit, axis=0)

        np.matmul(x, w, out=z1)
        np.negative(z1, out=z1)
        np.exp(z1, out=z1)
        z1 += one
        np.reciprocal(z1, out=z1)  # z1 = 1 / (1 + e^-a1)
        np.matmul(w2.T, z1.T, out=y)
        y += b2[:, np.newaxis]
        y -= y.max(axis=0)
        np.exp(y, out=y)
        y /= y.sum(axis=0)

        loss[0] = -np.log(y[true, sample] + dtype.type(EPSILON)).sum() / size
        y[true, sample] -= one
        y /= size  # now delta2 = (y - t) / B
        np.matmul(y.T, w2.T, out=delta1)
        delta1 *= z1
        np.matmul(z1.T, y.T, out=dw2.reshape(w2.shape))
        np.subtract(one, z1, out=z1)
        delta1 *= z1  # delta1 = delta2 W2ᵀ · z1 (1 - z1)
        np.matmul(x.T, delta1, out=dw1[: w.size].reshape(w.shape))
        np.sum(y, axis=1, out=db2)

        shown = share.show(slopes[: ends[-1] + w.size])
        np.sum(shown[:, : ends[-1]], axis=0, out=total)
        losses[step] = all_loss[0]
        total *= rate
        b2 -= all_db2
        w2 -= all_dw2.reshape(w2.shape)
        rows = share.of(len(lit))
        all_dw1 = reduce(np.add, shown[:, ends[-1] :].reshape(-1, *w.shape)[:, rows])
        all_dw1 *= rate
        w[rows] -= all_dw1
        w1[lit[rows]] = w[rows]
    share.meet()
    params["b1"][...], params["W1"][images.order] = w1[0], w1[1:]
    return losses


def train_one_by_one(
    params: Arrays, x: np.ndarray, t: np.ndarray, rows: np.ndarray, rate: float
) -> None:
    """Train two sigmoid layers with one output on E = ½ (y − t)², one sample at a time.

    On nets as small as XOR's the time goes into calling NumPy, hardly into computing: vectors take
    the place of matrices of one row, no array is made anew, and what is a single number is a float.

    Args:
        params: W1 (inputs, hidden), b1, W2 (hidden, 1), b2; changed in place.
        x: all samples, one per row.
        t: their targets, shape (n,).
        rows: the sample of every step, shape (steps,).
        rate: η; Keras' squared error without the ½ is trained by twice the rate.
    """
    w1, b1, w2, b2 = params["W1"], params["b1"], params["W2"][:, 0], float(params["b2"][0])
    z1, delta1, step2, step1 = (np.empty_like(array) for array in (b1, b1, b1, w1))
    samples = list(zip(x, x[:, :, np.newaxis], t.tolist(), strict=True))
    for row in rows.tolist():
        sample, column, target = samples[row]
        np.dot(sample, w1, out=z1)
        z1 += b1
        np.negative(z1, out=z1)
        np.exp(z1, out=z1)
        z1 += 1
        np.reciprocal(z1, out=z1)  # z1 = 1 / (1 + e^-a1)
        a2 = float(z1 @ w2) + b2
        y = 1 / (1 + exp(-a2)) if a2 > LOWEST else 0.0

        delta2 = rate * (y - target) * y * (1 - y)
        np.multiply(w2, delta2, out=delta1)
        w2 -= np.multiply(z1, delta2, out=step2)
        b2 -= delta2
        delta1 *= z1
        np.subtract(1, z1, out=z1)
        delta1 *= z1  # delta1 = η δ2 W2ᵀ · z1 (1 - z1)
        w1 -= np.multiply(column, delta1, out=step1)
        b1 -= delta1
    params["b2"][0] = b2


def without_dark_pixels(x: np.ndarray, labels: np.ndarray, size: int = 250) -> list[Part]:
    """Images as `correct` takes them: class by class, in parts without the pixels that are 0.

    Images of a class have more dark pixels in common than others; of MNIST's 784 pixels some 450
    are left in parts of 250.

    Args:
        x: images of shape (n, pixels).
        labels: class numbers, shape (n,).
        size: images of a part, whose activations stay in the processor's cache.

    Returns:
        Of every part the pixels that are not 0 in all of its images, the images, their classes.
    """
    order = np.argsort(labels, kind="stable")
    parts = [order[first : first + size] for first in range(0, len(x), size)]
    lit = [np.flatnonzero(x[part].any(axis=0)) for part in parts]
    return [(at, x[np.ix_(part, at)], labels[part]) for part, at in zip(parts, lit, strict=True)]


def correct(params: Arrays, parts: Sequence[Part]) -> int:
    """How many images the book's net decides rightly: by its largest score, without the softmax.

    Args:
        params: as in `train_two_layer_net`.
        parts: from `without_dark_pixels`, of values from 0 to 1.
    """
    right = 0
    for lit, x, labels in parts:
        z1 = sigmoid(x @ params["W1"][lit] + params["b1"])
        scores = z1 @ params["W2"] + params["b2"]
        right += int(np.count_nonzero(scores.argmax(axis=1) == labels))
    return right
