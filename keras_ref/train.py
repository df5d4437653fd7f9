"""The twin of `scratch.train`: the same loop over a Sequential's own optimizer and loss.

One compiled loop serves a whole run. `fit` gives the same weights, but looks after every step; on
nets this small that costs many times the step itself.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from keras_ref.runtime import keras, tf

CHUNK = 1000
"""Steps per call of the compiled loop. The shape is fixed, so that XLA compiles once."""

XLA_BELOW = 1000
"""Nets with fewer parameters than this are compiled by XLA; on larger ones XLA's own matrix
products are slower than TensorFlow's. A single step is not worth XLA's time either."""


def _step(model: keras.Sequential, x: tf.Tensor, t: tf.Tensor, batch: tf.Tensor) -> tf.Tensor:
    """One update on some rows; the loss before it."""
    with tf.GradientTape() as tape:
        y = model(tf.gather(x, batch), training=True)
        loss = model.compute_loss(y=tf.gather(t, batch), y_pred=y)
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


@lru_cache(maxsize=8)
def _compiled_loop(model: keras.Sequential, xla: bool, ragged: bool) -> Callable:
    model.optimizer.build(model.trainable_variables)
    dtype = model.compute_dtype
    signature = [
        tf.TensorSpec(model.input_shape, dtype),
        tf.TensorSpec(model.output_shape, dtype),
        tf.TensorSpec((CHUNK, None), tf.int32),
        tf.TensorSpec((), tf.int32),
    ]

    @tf.function(input_signature=signature, jit_compile=xla)
    def loop(x: tf.Tensor, t: tf.Tensor, batches: tf.Tensor, steps: tf.Tensor) -> tf.Tensor:
        losses = tf.TensorArray(dtype, size=CHUNK)
        step = 0
        while step < steps:  # over tf.range(steps), XLA compiles for every number of steps
            batch = batches[step]
            if ragged:
                batch = tf.boolean_mask(batch, batch >= 0)
            losses = losses.write(step, _step(model, x, t, batch))
            step += 1
        return losses.stack()

    return loop


def train(
    model: keras.Sequential,
    x: np.ndarray | tf.Tensor,
    t: np.ndarray | tf.Tensor,
    batches: np.ndarray | list[np.ndarray],
    learning_rate: float,
) -> np.ndarray:
    """Gradient descent by the model's own optimizer and loss, once per batch.

    Arguments and result are those of `scratch.train.train`: the loss of every batch before its
    update, shape (steps,). Tensors for `x` and `t` spare a copy per call.
    """
    x, t = tf.convert_to_tensor(x), tf.convert_to_tensor(t)
    model.optimizer.learning_rate = learning_rate
    xla = model.count_params() < XLA_BELOW and len(batches) > 1
    ragged = isinstance(batches, list)
    loop = _compiled_loop(model, xla, ragged)
    losses = []
    width = max(map(len, batches))
    for first in range(0, len(batches), CHUNK):
        chunk = batches[first : first + CHUNK]
        padded = np.full((CHUNK, width), -1, np.int32)
        if ragged:
            for row, batch in zip(padded, chunk, strict=False):
                row[: len(batch)] = batch
        else:
            padded[: len(chunk)] = chunk
        chunk_losses = loop(x, t, padded, tf.constant(len(chunk)))
        losses.append(chunk_losses.numpy()[: len(chunk)])
    return np.concatenate(losses)


def train_eagerly(
    model: keras.Sequential,
    x: np.ndarray,
    t: np.ndarray,
    batches: np.ndarray | list[np.ndarray],
    learning_rate: float,
) -> np.ndarray:
    """The same, step by step: sooner done than compiled where there are only a few."""
    x, t = tf.convert_to_tensor(x), tf.convert_to_tensor(t)
    model.optimizer.learning_rate = learning_rate
    return np.array([_step(model, x, t, tf.constant(batch, tf.int32)) for batch in batches])
