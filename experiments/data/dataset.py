"""A data set as the trainings see it, and the names by which the catalog asks for one."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from experiments.data import mnist
from experiments.data.mnist import DataError, Images
from experiments.data.synthetic import SYNTHETIC
from experiments.data.truth_tables import INPUTS, TRUTH_TABLES, TWO_INPUTS

__all__ = ["DataError", "Dataset", "load"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples and targets of one floating type; equal to itself alone.

    Attributes:
        name: what it really is: "mnist" or "digits" where "mnist" was asked for.
        kind: "truth table", "images" or "synthetic".
        x: training samples, one per row.
        t: training targets, one per row; one-hot for images.
        x_test: test samples; the training samples themselves for a truth table.
        t_test: test targets.
        sha256: of the decoded data, for the record.
    """

    name: str
    kind: Literal["truth table", "images", "synthetic"]
    x: np.ndarray
    t: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray
    sha256: str = ""

    def __post_init__(self) -> None:
        """Whoever is handed the samples can read them, and nobody can change another's."""
        for array in (self.x, self.t, self.x_test, self.t_test):
            array.flags.writeable = False

    def split(self, name: Literal["train", "test"]) -> tuple[np.ndarray, np.ndarray]:
        """Samples and targets of one part."""
        return (self.x, self.t) if name == "train" else (self.x_test, self.t_test)


def kind_of(name: str) -> Literal["truth table", "images", "synthetic"]:
    """The kind of a data set, without loading it.

    Raises:
        ValueError: if none has that name.
    """
    if name.removesuffix(TWO_INPUTS) in TRUTH_TABLES:
        return "truth table"
    if name in SYNTHETIC:
        return "synthetic"
    if name == "mnist":
        return "images"
    known = ", ".join(["mnist", *TRUTH_TABLES, *SYNTHETIC])
    raise ValueError(f"no data set is called {name}; there are {known}")


@lru_cache(maxsize=2)
def images_of(folder: Path | None) -> Images:
    """MNIST, or what stands in for it, looked for once; see `mnist.find`."""
    return mnist.find(folder)


@lru_cache(maxsize=16)
def load(name: str, dtype: str, folder: Path | None = None) -> Dataset:
    """The data set that the catalog calls `name`, in "float64" or "float32".

    Pixels become float32(pixel) / 255 first, as the book's loader has it, and are then widened.

    Args:
        name: "mnist", one of the truth tables, or one of the synthetic sets.
        dtype: floating type of samples and targets.
        folder: where the user says MNIST lies.

    Raises:
        DataError: if `folder` or MNIST_DIR is given and holds no sound MNIST.
    """
    kind = kind_of(name)
    if kind == "truth table":
        table = name.removesuffix(TWO_INPUTS)
        columns = 2 if name.endswith(TWO_INPUTS) else 3
        x, t = INPUTS[:, :columns].astype(dtype), TRUTH_TABLES[table].astype(dtype)
        return Dataset(name, kind, x, t, x, t)
    if kind == "synthetic":
        x, t, x_test, t_test = (part.astype(dtype) for part in SYNTHETIC[name]())
        return Dataset(name, kind, x, t, x_test, t_test)
    images = images_of(folder)
    one_hot = np.eye(10, dtype=dtype)
    (x, labels), (x_test, labels_test) = images.train, images.test
    x, x_test = (
        (pixels.reshape(len(pixels), -1).astype(np.float32) / 255).astype(dtype)
        for pixels in (x, x_test)
    )
    t, t_test = one_hot[labels], one_hot[labels_test]
    return Dataset(images.name, "images", x, t, x_test, t_test, images.sha256)
