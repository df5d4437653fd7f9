"""Everything that must happen before TensorFlow is imported; the door to `tf` and `keras`.

A user's own Keras settings (`~/.keras/keras.json`) could change the float type, epsilon or backend
behind our back, so Keras gets an empty home of its own. oneDNN is off because it reorders float32
sums, and one thread is used because the order of float64 sums depends on their number: the same
run gives the same bits on the same machine.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

THREADS = int(os.environ.get("TWINS_TF_THREADS", "1"))
"""Threads within an operation. More than one only where speed is measured."""


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Hide what native libraries write to file descriptor 2; show it if the body raises."""
    sys.stderr.flush()
    original = os.dup(2)
    with tempfile.TemporaryFile() as captured:
        os.dup2(captured.fileno(), 2)
        try:
            yield
        except Exception:
            os.dup2(original, 2)
            captured.seek(0)
            os.write(2, captured.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


_keras_home = tempfile.TemporaryDirectory(prefix="twins-keras-")
os.environ |= {
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": _keras_home.name,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
}
with _quiet_stderr():
    import keras as found

    if not hasattr(found, "Sequential"):
        raise ImportError(f"another package is called keras: {', '.join(found.__path__)}")
    import tensorflow as tf
    from tensorflow import keras

    with suppress(RuntimeError):  # a notebook that has computed with it before keeps its threads
        tf.config.threading.set_intra_op_parallelism_threads(THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.constant(0)
    tf.get_logger().setLevel("ERROR")  # it warns of many models as if one were traced anew

__all__ = ["keras", "tf", "use_dtype"]


def use_dtype(dtype: str) -> None:
    """Build every model from here on in "float64" or "float32".

    `set_floatx` reaches the losses and the optimizer's rate; the layers keep the policy that was
    in force when the first of them was built, unless it is set too.
    """
    keras.backend.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
