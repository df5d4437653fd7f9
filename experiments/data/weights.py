"""A user's own weights for the inference experiment."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.data.mnist import DataError

CONVERT = (
    "python -c \"import pickle, numpy; numpy.savez('weights.npz', "
    "**pickle.load(open('sample_weight.pkl', 'rb')))\""
)


def load_weights(path: Path, expected: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Named arrays from an `.npz` file, with the names and shapes of `expected`.

    Raises:
        DataError: if the file is a pickle, is damaged, or holds other names or shapes.
    """
    if path.suffix in {".pkl", ".pickle"}:
        raise DataError(
            f"{path} is a pickle, which can run any program when it is opened; convert it where "
            f"you trust it: {CONVERT}"
        )
    try:
        with np.load(path, allow_pickle=False) as archive:
            weights = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, AttributeError, EOFError) as error:
        raise DataError(f"{path} cannot be read as .npz ({error})") from error
    shapes = {name: values.shape for name, values in weights.items()}
    if shapes != {name: values.shape for name, values in expected.items()}:
        wanted = ", ".join(f"{name} {values.shape}" for name, values in expected.items())
        raise DataError(f"{path} must hold {wanted}; it holds {shapes}")
    return {name: weights[name].astype(values.dtype) for name, values in expected.items()}
