"""MNIST in the forms in which the book's loader gives it (sources 000, 001, 003, 004)."""

import itertools

import numpy as np

from experiments.data import Dataset
from experiments.spec import Evaluation, Experiment, Given, Package


def raw(data: Dataset) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images (n, 28, 28) and labels (n,) as bytes, from the prepared data set."""
    parts = {"train": (data.x, data.t), "test": (data.x_test, data.t_test)}
    return {
        name: ((x * 255).round().astype(np.uint8).reshape(-1, 28, 28), t.argmax(1).astype(np.uint8))
        for name, (x, t) in parts.items()
    }


def forms(package: Package, data: Dataset) -> dict[str, np.ndarray | str]:
    """All eight forms of the test images, compared element by element, and their shapes."""
    images, labels = raw(data)["test"]
    values: dict[str, np.ndarray | str] = {}
    for flatten, normalize, one_hot in itertools.product((True, False), repeat=3):
        x, t = package("images").prepare(images, labels, flatten, normalize, one_hot)
        words = ("flat" if flatten else "not flat", "normalised" if normalize else "0–255")
        name = ", ".join((*words, "one-hot" if one_hot else "labels"))
        values |= {f"images: {name}": x, f"labels: {name}": t}
        values[f"shapes and types: {name}"] = f"{x.shape} {x.dtype}, {t.shape} {t.dtype}"
    return values


def printed(package: Package, data: Dataset) -> dict[str, float | str | Given]:
    """What the sources print or say of the data."""
    prepare, parts = package("images").prepare, raw(data)
    train, test = (prepare(*parts[name], normalize=False) for name in ("train", "test"))
    one_hot = [prepare(*parts[name], one_hot_label=True)[1] for name in ("train", "test")]
    first, normalised = train[0][0], prepare(*parts["train"])[0]
    return {
        "x_train.shape": str(train[0].shape),
        "t_train.shape": str(train[1].shape),
        "x_test.shape": str(test[0].shape),
        "t_test.shape": str(test[1].shape),
        "t_train.shape, one-hot": str(one_hot[0].shape),
        "t_test.shape, one-hot": str(one_hot[1].shape),
        "first label": int(train[1][0]),
        "smallest label": int(train[1].min()),
        "largest label": int(train[1].max()),
        "first image": str(first.shape),
        "first image, reshaped": str(first.reshape(28, 28).shape),
        "training images": len(train[0]),
        "test images": len(test[0]),
        "smallest pixel": int(train[0].min()),
        "largest pixel": int(train[0].max()),
        "smallest pixel, normalised": float(normalised.min()),
        "largest pixel, normalised": float(normalised.max()),
        "dimensions of an image": Given(parts["train"][0][0].ndim),
        "dimensions of an image, flat": first.ndim,
        "side of an image": int(np.sqrt(first.size)),
        "batches of 100 per epoch": len(train[0]) // 100,
    }


def pictures(package: Package, data: Dataset) -> dict[str, np.ndarray]:
    """The first ten training images; the titles are their labels."""
    images, labels = raw(data)["train"]
    x, _ = package("images").prepare(images[:10], labels[:10], normalize=False)
    return {f"{i}: {labels[i]}": x[i].reshape(28, 28) for i in range(10)}


PRINTED = (
    "x_train.shape",
    "t_train.shape",
    "x_test.shape",
    "t_test.shape",
    "t_train.shape, one-hot",
    "t_test.shape, one-hot",
    "first label",
    "smallest label",
    "largest label",
    "first image",
    "first image, reshaped",
    "training images",
    "test images",
    "smallest pixel",
    "largest pixel",
    "smallest pixel, normalised",
    "largest pixel, normalised",
    "dimensions of an image",
    "dimensions of an image, flat",
    "side of an image",
    "batches of 100 per epoch",
)

EXPERIMENT = Experiment(
    name="mnist-data",
    lesson=14,
    sources=("000", "001", "003", "004"),
    headline="x_train.shape",
    shows=("images.prepare",),
    evaluations=(
        Evaluation(name="printed", compute=printed, data="mnist", printed=PRINTED),
        Evaluation(name="forms", compute=forms, data="mnist"),
        Evaluation(name="first images", compute=pictures, data="mnist", picture="digits"),
    ),
)
