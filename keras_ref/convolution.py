"""The twin of `scratch.convolution`: Keras' `Conv2D` and `MaxPooling2D`, and TensorFlow's patches.

Keras' images have their channels last, (N, H, W, C), and its filters the shape (FH, FW, C, FN).
"""

from collections.abc import Callable

import numpy as np

from keras_ref.gradients import pulled_back
from keras_ref.runtime import keras, tf


def columns(x: np.ndarray, height: int, width: int, stride: int = 1, pad: int = 0) -> np.ndarray:
    """Every window as a row, its numbers channel by channel: (N, C, H, W) → (N·OH·OW, C·FH·FW)."""
    return _windows(tf.convert_to_tensor(x), height, width, stride, pad).numpy()


def images(
    rows_of_windows: np.ndarray,
    shape: tuple[int, int, int, int],
    height: int,
    width: int,
    stride: int = 1,
    pad: int = 0,
) -> np.ndarray:
    """The sum of all windows at their places: the gradient of taking them, by TensorFlow."""

    def windows(x: tf.Tensor) -> tf.Tensor:
        return _windows(x, height, width, stride, pad)

    return pulled_back(windows, [np.zeros(shape, rows_of_windows.dtype)], rows_of_windows)[1][0]


def convolve(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int = 1, pad: int = 0
) -> np.ndarray:
    """What `Conv2D` gives, in the book's shapes: (N, C, H, W) → (N, FN, OH, OW)."""
    return _convolution(w, b, stride, pad)[1](x).numpy()


def convolution(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, dout: np.ndarray, stride: int, pad: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """What `Conv2D` gives, and Σ dout ∂ / ∂(x, w, b), in the book's shapes."""
    layer, forward = _convolution(w, b, stride, pad)
    output, (dx, dw, db) = pulled_back(forward, [x], dout, layer)
    return output, [dx, dw.transpose(3, 2, 0, 1), db]


def pool(x: np.ndarray, height: int, width: int, stride: int) -> np.ndarray:
    """What `MaxPooling2D` gives: (N, C, H, W) → (N, C, OH, OW)."""
    return _pooling(height, width, stride)(x).numpy()


def pooling(
    x: np.ndarray, dout: np.ndarray, height: int, width: int, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """What `MaxPooling2D` gives, and Σ dout ∂ / ∂x."""
    output, (dx,) = pulled_back(_pooling(height, width, stride), [x], dout)
    return output, dx


def _convolution(
    w: np.ndarray, b: np.ndarray, stride: int, pad: int
) -> tuple[keras.layers.Layer, Callable[[tf.Tensor], tf.Tensor]]:
    """`Conv2D` with these filters, and what it gives for images in the book's shape."""
    filters, channels, height, width = w.shape
    layer = keras.layers.Conv2D(filters, (height, width), stride)
    layer.build((None, None, None, channels))
    layer.set_weights([w.transpose(2, 3, 1, 0), b])

    def forward(samples: tf.Tensor) -> tf.Tensor:
        return tf.transpose(layer(_padded(_channels_last(samples), pad)), (0, 3, 1, 2))

    return layer, forward


def _pooling(height: int, width: int, stride: int) -> Callable[[tf.Tensor], tf.Tensor]:
    """What `MaxPooling2D` gives for images in the book's shape."""
    layer = keras.layers.MaxPooling2D((height, width), stride)

    def forward(samples: tf.Tensor) -> tf.Tensor:
        return tf.transpose(layer(_channels_last(samples)), (0, 3, 1, 2))

    return forward


def _windows(x: tf.Tensor, height: int, width: int, stride: int, pad: int) -> tf.Tensor:
    """Every window as a row: TensorFlow's patches with the channels put first."""
    taken = tf.image.extract_patches(
        _padded(_channels_last(x), pad),
        [1, height, width, 1],
        [1, stride, stride, 1],
        [1, 1, 1, 1],
        "VALID",
    )
    split = tf.reshape(taken, (-1, height, width, x.shape[1]))
    return tf.reshape(tf.transpose(split, (0, 3, 1, 2)), (-1, x.shape[1] * height * width))


def _channels_last(x: np.ndarray | tf.Tensor) -> tf.Tensor:
    return tf.transpose(x, (0, 2, 3, 1))


def _padded(x: tf.Tensor, pad: int) -> tf.Tensor:
    return tf.pad(x, [(0, 0), (pad, pad), (pad, pad), (0, 0)])
