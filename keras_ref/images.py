"""The twin of `scratch.images`, by Keras' preprocessing layers and utilities."""

import numpy as np

from keras_ref.runtime import keras


def prepare(
    images: np.ndarray,
    labels: np.ndarray,
    flatten: bool = True,
    normalize: bool = True,
    one_hot_label: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels in one of the loader's eight forms; see `scratch.images.prepare`."""
    x = keras.ops.expand_dims(images, 1)
    if flatten:
        x = keras.layers.Flatten(dtype="uint8")(x)
    if normalize:
        x = keras.ops.cast(x, "float32") / keras.ops.cast(255, "float32")
    t = keras.utils.to_categorical(labels, 10).astype("float32") if one_hot_label else labels
    return keras.ops.convert_to_numpy(x), t
