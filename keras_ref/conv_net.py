"""The twin of `scratch.conv_net`: `Conv2D` and `MaxPooling2D`."""

from collections.abc import Mapping
from math import isqrt

import numpy as np

from keras_ref.runtime import keras
from keras_ref.weights import set_params

STRIDE, POOL = 2, 2


def ConvNet(params: Mapping[str, np.ndarray]) -> keras.Sequential:
    """Conv2D, ReLU, MaxPooling2D, Dense, softmax; categorical cross-entropy and SGD.

    Keras has the channels last; `Permute` puts them first before the numbers of an image are laid
    in a row, so that W2 is the scratch side's.

    Args:
        params: W1 of shape (filters, 1, FH, FW), b1, W2, b2. How large the images are follows
            from W2: pooled windows, two of them wide for every window.
    """
    filters, _, height, width = params["W1"].shape
    inputs, classes = params["W2"].shape
    windows = POOL * isqrt(inputs // filters)
    side = STRIDE * (windows - 1) + height
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((side * side,)),
            layers.Reshape((side, side, 1)),
            layers.Conv2D(filters, (height, width), STRIDE, name="a1"),
            layers.Activation("relu", name="z1"),
            layers.MaxPooling2D(POOL, name="p1"),
            layers.Permute((3, 1, 2)),
            layers.Flatten(),
            layers.Dense(classes, name="a2"),
            layers.Activation("softmax", name="y"),
        ]
    )
    model.compile(optimizer=keras.optimizers.SGD(), loss=keras.losses.CategoricalCrossentropy())
    set_params(model, params)
    return model
