"""The loop of `train`, and the book's net, arranged for the machine: the same steps, less work.

Nothing here computes anything else than `train` and `two_layer_net` do; read those first.

Most pixels of MNIST are 0, and of a batch of 100 images about 270 of 784 pixels are 0 in all. Their
rows of W1 add nothing to a1, and their gradient is 0: forward pass, gradient and update need the
other rows alone.
"""

from math import exp

import numpy as np

from scratch.functions import EPSILON, sigmoid
from scratch.network import Arrays, Network

LOWEST = -700.0
"""Where e^-a is about to be too large for a float, and σ(a) is 0."""


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


def train_two_layer_net(
    params: Arrays, images: np.ndarray, labels: np.ndarray, batches: np.ndarray, rate: float
) -> np.ndarray:
    """Train the book's net on images as MNIST stores them, a byte per pixel.

    Beside the dark pixels this saves memory traffic: an image is gathered as bytes, every array of
    a batch's size is written over in place, and classes come first, so that each step of the
    softmax runs along whole rows.

    Args:
        params: W1 (pixels, hidden), b1, W2 (hidden, classes), b2; changed in place.
        images: uint8 of shape (n, pixels); 255 is white, which is 1.
        labels: class numbers, shape (n,).
        batches: row indices, shape (steps, batch size).
        rate: η.

    Returns:
        The loss of every batch before its update, shape (steps,).
    """
    w1, b1, w2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    size, dtype = batches.shape[1], w1.dtype
    pixels = np.empty((size, images.shape[1]), np.uint8)
    z1, delta1 = (np.empty((size, len(b1)), dtype) for _ in range(2))
    y, room = np.empty((len(b2), size), dtype), np.empty_like(w1)
    white, one, rate = np.float32(255), dtype.type(1), dtype.type(rate)
    sample = np.arange(size)
    losses = np.empty(len(batches), dtype)
    for step, batch in enumerate(batches):
        np.take(images, batch, axis=0, out=pixels, mode="clip")
        lit = np.flatnonzero(np.bitwise_or.reduce(pixels, axis=0))
        x = (np.take(pixels, lit, axis=1) / white).astype(dtype, copy=False)
        w = np.take(w1, lit, axis=0)

        np.matmul(x, w, out=z1)
        z1 += b1
        np.negative(z1, out=z1)
        np.exp(z1, out=z1)
        z1 += one
        np.reciprocal(z1, out=z1)  # z1 = 1 / (1 + e^-a1)
        np.matmul(w2.T, z1.T, out=y)
        y += b2[:, np.newaxis]
        y -= y.max(axis=0)
        np.exp(y, out=y)
        y /= y.sum(axis=0)

        true = labels[batch], sample
        losses[step] = -np.log(y[true] + dtype.type(EPSILON)).mean()
        y[true] -= one
        y /= size  # now delta2 = (y - t) / B

        np.matmul(y.T, w2.T, out=delta1)
        w2 -= rate * (z1.T @ y.T)
        b2 -= rate * y.sum(axis=1)
        delta1 *= z1
        np.subtract(one, z1, out=z1)
        delta1 *= z1  # delta1 = delta2 W2ᵀ · z1 (1 - z1)
        step_down = np.matmul(x.T, delta1, out=room[: len(lit)])
        step_down *= rate
        w -= step_down
        w1[lit] = w
        b1 -= rate * delta1.sum(axis=0)
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


def correct(params: Arrays, x: np.ndarray, labels: np.ndarray, chunk: int = 1000) -> int:
    """How many images the book's net decides rightly: by its largest score, without the softmax.

    Args:
        params: as in `train_two_layer_net`.
        x: images of shape (n, pixels), from 0 to 1.
        labels: class numbers, shape (n,).
        chunk: images at a time, whose activations stay in the processor's cache.
    """
    right = 0
    for first in range(0, len(x), chunk):
        z1 = sigmoid(x[first : first + chunk] @ params["W1"] + params["b1"])
        scores = z1 @ params["W2"] + params["b2"]
        right += int(np.count_nonzero(scores.argmax(axis=1) == labels[first : first + chunk]))
    return right
