"""What functions and layers are given: scores, probabilities with targets, points, truth tables."""

import numpy as np

H = 1e-4
"""The step of differences, as in the sources."""


RATE = 2.0**-6
"""Of optimizers: about 0.016, and exact in float32, in which Keras holds it."""

LARGE, STEEP = 2.0**50, 2.0**60
"""The size of samples beside whose variance no ε is seen; of gradients beside whose root of shares
of squares none is."""

SHARE, DROPPED = 0.9, 0.25
"""Of running statistics, what is kept at every batch; of units, what a layer drops."""

STRIDE, PAD = 2, 1
WINDOW, POOL = (3, 2, STRIDE, PAD), (2, 3, STRIDE)
"""Rows and columns of a window, its stride, and the zeros beside the image; the same of pooling,
whose windows overlap across and not down."""


def cubes(x: np.ndarray) -> float:
    """A function to differentiate: Σ x³ and the products of the rows."""
    return float(np.sum(x**3) + np.sum(np.prod(x, axis=-1)))


def function_inputs(dtype: str) -> dict:
    """All inputs by name, those of computations that round in the given precision."""
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(7, 5)) * 2
    scores[2, 1] = 0  # where a step function has to decide
    y = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    y[0] = [1e-3, 1 - 1e-3 - 3e-5, 1e-5, 1e-5, 1e-5]
    labels = np.array([2, 0, 3, 1, 4, 4, 0])
    native = {
        "scores": scores,
        "y": y,
        "t": np.eye(5)[labels],
        "dout": rng.normal(size=scores.shape),
        "affine_x": rng.normal(size=(6, 4)),
        "affine_W": rng.normal(size=(4, 3)),
        "affine_b": rng.normal(size=3),
        "affine_dout": rng.normal(size=(6, 3)),
        "note_X": np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]),
        "note_D": np.array([[0], [1], [1], [0]]),
        "note_W": rng.uniform(-1, 1, size=(1, 3)),
        "note_W1": rng.uniform(-1, 1, size=(4, 3)),
        "note_W2": rng.uniform(-1, 1, size=(1, 4)),
        "note_a": rng.normal(size=(4, 1)),
        "note_a1": rng.normal(size=(4, 4)),
        "note_delta": rng.normal(size=(4, 1)),
        "optimizer_W": rng.normal(size=(4, 3)),
        "optimizer_gradients": STEEP * rng.normal(size=(3, 4, 3)),
        "normed_x": LARGE * (rng.normal(size=(6, 4)) + 0.5),
        "normed_gamma": rng.normal(size=4),
        "normed_beta": rng.normal(size=4),
        "normed_dout": rng.normal(size=(6, 4)),
        "image_x": rng.normal(size=(2, 3, 5, 6)),
        "image_W": rng.normal(size=(4, 3, *WINDOW[:2])),
        "image_b": rng.normal(size=4),
        "image_dout": rng.normal(size=(2, 4, 3, 4)),
        "image_rows": rng.normal(size=(2 * 3 * 4, 3 * 3 * 2)),
        "pool_dout": rng.normal(size=(2, 3, 2, 2)),
        "deep_x": rng.normal(size=(7, 4)),
        "deep_W1": rng.normal(size=(4, 6)),
        "deep_b1": rng.normal(size=6),
        "deep_W2": rng.normal(size=(6, 3)),
        "deep_b2": rng.normal(size=3),
        "deep_W3": rng.normal(size=(3, 5)),
        "deep_b3": rng.normal(size=5),
        "dropout_one": np.array(1.0),
        "dropout_keeps": np.array(1 - DROPPED),
        "dropout_dout": np.array(0.7),
    }
    x1, x2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    return {name: values.astype(dtype) for name, values in native.items()} | {
        "at": np.array([0.5, -1.5, 2.0]),
        "cubes": cubes,
        "at_matrix": np.array([[0.5, -1.5, 2.0], [1.0, -0.5, 0.25]]),
        "point": np.array([10.0, -4.0]),
        "x1": x1,
        "x2": x2,
    }
