"""A user's own weights for the inference experiment."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from experiments.data.mnist import DataError

LARGEST = 10**9
"""Bytes of a file that is read."""

CONVERT = (
    "python -c \"import pickle, numpy; numpy.savez('weights.npz', "
    "**pickle.load(open('sample_weight.pkl', 'rb')))\""
)


def load_weights(
    path: Path, shapes: Sequence[tuple[str, tuple[int, ...]]], dtype: str
) -> dict[str, np.ndarray]:
    """Named arrays from an `.npz` file, with the given names and shapes.

    Raises:
        DataError: if the file is a pickle, is damaged, or holds other names, shapes or
            kinds of numbers, or such as are not finite.
    """
    if path.suffix in {".pkl", ".pickle"}:
        raise DataError("data.weights pickle", path=path, convert=CONVERT)
    try:
        if not path.is_file() or path.stat().st_size > LARGEST or not zipfile.is_zipfile(path):
            raise ValueError("no archive of arrays")
        with np.load(path, allow_pickle=False) as archive:
            weights = {name: np.asarray(archive[name]) for name in archive.files}
    except Exception as error:  # whatever is in it
        raise DataError("data.weights unreadable", path=path, why=error) from error
    if other := [name for name, values in weights.items() if values.dtype.kind not in "fiu"]:
        kind = weights[other[0]].dtype
        raise DataError("data.weights no numbers", path=path, name=other[0], kind=kind)
    if other := [name for name, values in weights.items() if not np.isfinite(values).all()]:
        raise DataError("data.weights not finite", path=path, name=other[0])
    held = {name: values.shape for name, values in weights.items()}
    if held != dict(shapes):
        wanted, there = (
            ", ".join(f"{name} {shape}" for name, shape in pairs)
            for pairs in (shapes, held.items())
        )
        raise DataError("data.weights other shapes", path=path, wanted=wanted, held=there)
    return {name: weights[name].astype(dtype) for name, _ in shapes}
