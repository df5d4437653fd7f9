"""Convolution and pooling as matrix products, as in chapter 7 of the book.

Images have the shape (N, C, H, W): samples, channels, rows, columns. A window of FH × FW pixels
goes over them with a stride; at the border stand `pad` rows and columns of zeros. Every window
becomes one row of a matrix, so that a convolution is a product with the filters.
"""

from functools import cache, reduce

import numpy as np


def output_size(size: int, window: int, stride: int = 1, pad: int = 0) -> int:
    """How many windows fit beside each other: (size + 2 pad − window) / stride + 1, rounded down.

    Raises:
        ValueError: if not one fits.
    """
    count = (size + 2 * pad - window) // stride + 1
    if count < 1:
        raise ValueError(f"a window of {window} does not fit {size} pixels with {pad} beside them")
    return count


def columns(x: np.ndarray, height: int, width: int, stride: int = 1, pad: int = 0) -> np.ndarray:
    """Every window as a row (the book's im2col): (N, C, H, W) → (N·OH·OW, C·FH·FW).

    Args:
        x: images.
        height: FH, of the window.
        width: FW, of the window.
        stride: pixels from one window to the next.
        pad: zeros beside every border.

    Raises:
        ValueError: if no window fits.
    """
    places, are_inside = _windows(x.shape[1:], height, width, stride, pad)
    pixels = np.take(x.reshape(len(x), x.size // len(x)), places, axis=1)
    if pad:
        pixels = np.where(are_inside, pixels, 0.0)
    return pixels.reshape(pixels.size // places.shape[1], places.shape[1])


@cache
def _windows(
    shape: tuple[int, int, int], height: int, width: int, stride: int, pad: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where the numbers of every window lie in an image whose numbers stand in a row.

    Args:
        shape: (C, H, W) of an image.
        height: FH, of the window.
        width: FW, of the window.
        stride: pixels from one window to the next.
        pad: zeros beside every border.

    Returns:
        Their places, and whether they lie in the image at all; both of shape (OH·OW, C·FH·FW).
    """
    channels, rows, cols = shape
    down, across = output_size(rows, height, stride, pad), output_size(cols, width, stride, pad)
    channel, r, c = (index.ravel() for index in np.indices((channels, height, width)))
    top, left = (index.reshape(down * across, 1) for index in np.indices((down, across)))
    row, column = r + stride * top - pad, c + stride * left - pad
    are_inside = (row >= 0) & (row < rows) & (column >= 0) & (column < cols)
    in_row, in_column = row.clip(0, rows - 1), column.clip(0, cols - 1)
    return (channel * rows + in_row) * cols + in_column, are_inside


def images(
    rows_of_windows: np.ndarray,
    shape: tuple[int, int, int, int],
    height: int,
    width: int,
    stride: int = 1,
    pad: int = 0,
) -> np.ndarray:
    """The sum of all windows at their places (the book's col2im), the transposed of `columns`.

    Args:
        rows_of_windows: (N·OH·OW, C·FH·FW).
        shape: (N, C, H, W) of the images.
        height: FH, of the window.
        width: FW, of the window.
        stride: pixels from one window to the next.
        pad: zeros beside every border, whose part is left out.

    Raises:
        ValueError: if the rows do not fill the images' windows.
    """
    n, channels, rows, cols = shape
    down, across = output_size(rows, height, stride, pad), output_size(cols, width, stride, pad)
    windows = rows_of_windows.reshape(n, down * across, channels * height * width).mT
    windows = windows.reshape(n, channels, height, width, down, across)
    total = np.zeros(shape, rows_of_windows.dtype)
    for r in range(height):
        for c in range(width):
            # a pixel is at this place of the window that begins r rows and c columns before it
            top, above = np.divmod(np.arange(rows) + pad - r, stride)
            left, before = np.divmod(np.arange(cols) + pad - c, stride)
            is_there = ((above == 0) & (top >= 0) & (top < down))[:, np.newaxis]
            is_there = is_there & (before == 0) & (left >= 0) & (left < across)
            part = windows[:, :, r, c]
            found = part[:, :, top.clip(0, down - 1)[:, np.newaxis], left.clip(0, across - 1)]
            total = total + np.where(is_there, found, 0.0)
    return total


def convolve(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int = 1, pad: int = 0
) -> np.ndarray:
    """Every filter at every window: (N, C, H, W) → (N, FN, OH, OW).

    Args:
        x: images.
        w: filters, shape (FN, C, FH, FW); they are not turned over.
        b: one number per filter.
        stride: pixels from one window to the next.
        pad: zeros beside every border.

    Raises:
        ValueError: if no window fits, or the channels differ.
    """
    filters, _, height, width = w.shape
    n, _, rows, cols = x.shape
    down, across = output_size(rows, height, stride, pad), output_size(cols, width, stride, pad)
    answers = columns(x, height, width, stride, pad) @ w.reshape(filters, w.size // filters).T + b
    return answers.reshape(n, down * across, filters).mT.reshape(n, filters, down, across)


def convolution_gradients(
    x: np.ndarray, w: np.ndarray, dout: np.ndarray, stride: int = 1, pad: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Σ dout ∂(convolution) / ∂(x, w, b), in the shapes of x, w and b.

    Args:
        x: images.
        w: filters, shape (FN, C, FH, FW).
        dout: the gradient by the outputs, shape (N, FN, OH, OW).
        stride: pixels from one window to the next.
        pad: zeros beside every border.
    """
    filters, _, height, width = w.shape
    by_windows = _rows(dout) @ w.reshape(filters, w.size // filters)
    dx = images(by_windows, x.shape, height, width, stride, pad)
    return dx, *filter_gradients(x, w, dout, stride, pad)


def filter_gradients(
    x: np.ndarray, w: np.ndarray, dout: np.ndarray, stride: int = 1, pad: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Of `convolution_gradients` those by w and b: a first layer needs no others."""
    _, _, height, width = w.shape
    rows = _rows(dout)
    by_filters = (columns(x, height, width, stride, pad).T @ rows).T.reshape(*w.shape)
    return by_filters, rows.sum(axis=0)


def _rows(values: np.ndarray) -> np.ndarray:
    """Every window's numbers as a row: (N, FN, OH, OW) → (N·OH·OW, FN)."""
    n, filters, down, across = values.shape
    windows = down * across
    return values.reshape(n, filters, windows).mT.reshape(n * windows, filters)


def pool(x: np.ndarray, height: int, width: int, stride: int) -> np.ndarray:
    """The largest pixel of every window: (N, C, H, W) → (N, C, OH, OW).

    Raises:
        ValueError: if no window fits.
    """
    _, _, rows, cols = x.shape
    down, across = output_size(rows, height, stride), output_size(cols, width, stride)
    last_row, last_column = stride * (down - 1) + 1, stride * (across - 1) + 1
    return reduce(
        np.maximum,  # of the pixels at the same place of every window
        (
            x[:, :, r : r + last_row : stride, c : c + last_column : stride]
            for r in range(height)
            for c in range(width)
        ),
    )


def pool_gradient(
    x: np.ndarray, dout: np.ndarray, height: int, width: int, stride: int
) -> np.ndarray:
    """Σ dout ∂(pooling) / ∂x, of x's shape: dout goes to the pixel that was the largest.

    Of pixels that are equally large, the first one gets it.
    """
    n, channels, down, across = dout.shape
    windows = columns(x, height, width, stride).reshape(-1, channels, height * width)
    is_largest = np.arange(height * width) == windows.argmax(axis=2)[:, :, np.newaxis]
    given = dout.reshape(n, channels, down * across).mT.reshape(-1, channels, 1)
    back = np.where(is_largest, given, 0.0).reshape(-1, channels * height * width)
    return images(back, x.shape, height, width, stride)
