"""MNIST: found, verified, downloaded if need be; scikit-learn's small digits if all else fails.

A file of the user's is only ever read. What is verified is the decoded content, written as the
original IDX bytes, because the same data travels in several containers.
"""

import contextlib
import gzip
import hashlib
import logging
import os
import shutil
import struct
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from experiments import words
from experiments.words import Problem

PROJECT_FOLDER = Path("data/mnist")
"""Where a user may put MNIST, below the working directory."""

DOWNLOADED = Path("data/mnist-downloaded")
"""Where a download is kept: a folder of its own, so that no file of the user's is ever replaced."""

SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""Of the four decoded IDX files: training images and labels, test images and labels."""

NPZ = "mnist.npz"
NPZ_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
NPZ_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
NPZ_MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "https://s3.amazonaws.com/img-datasets/mnist.npz",
)
IDX_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

LARGEST = 60_000 * 28 * 28 + 1024
"""Bytes of the largest array with its header: no more is read of any file."""

IDX_OF_BYTES = b"\0\0\x08"
"""How an IDX file of unsigned bytes begins."""

UNREADABLE = (OSError, ValueError, EOFError, MemoryError, zlib.error)
"""What reading a damaged file may raise, of any kind."""

_log = logging.getLogger("twins")


def _say() -> words.Words:
    """The language in which warnings are given."""
    return words.of(words.spoken())


class DataError(Problem):
    """The data asked for cannot be used; says which file, why, and what to do."""


@dataclass(frozen=True)
class Images:
    """Images (n, 28, 28) and labels (n,), both uint8, for training and test.

    Attributes:
        name: "mnist", or "digits" for the stand-in.
        train: training images and labels.
        test: test images and labels.
        sha256: over the decoded IDX files, in order.
    """

    name: str
    train: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]
    sha256: str


def find(folder: Path | None = None) -> Images:
    """MNIST from the first place that has it.

    The places: `folder`; the folder named by MNIST_DIR; data/mnist; the `mnist.npz` that Keras
    keeps; a download, kept in data/mnist-downloaded. If none gives it, scikit-learn's digits stand
    in, and a warning says so.

    Raises:
        DataError: if `folder` or MNIST_DIR is given and holds no sound MNIST.
    """
    named = folder or os.environ.get("MNIST_DIR")
    if named:
        if (arrays := _read(Path(named))) is None:
            raise DataError("data.no mnist", folder=named, files=", ".join(SHA256), npz=NPZ)
        return _images(arrays)
    for place in _places():
        try:
            if (arrays := _read(place)) is not None:
                return _images(arrays)
        except DataError as error:
            _log.warning(_say()("data.elsewhere", why=error.told(_say())))
    if (arrays := _download()) is not None:
        return _images(arrays)
    _log.warning(_say()("data.digits"))
    return _bundled_digits()


def _places() -> Iterator[Path]:
    """Where MNIST may lie; an account may have no home."""
    yield from (PROJECT_FOLDER, DOWNLOADED)
    with contextlib.suppress(RuntimeError):
        yield Path.home() / ".keras" / "datasets"


def _read(folder: Path) -> list[np.ndarray] | None:
    """The four verified arrays of a folder, or None if it does not have them all."""
    idx = [path for name in SHA256 for path in islice(_existing(folder, name), 1)]
    if len(idx) == len(SHA256):
        arrays = [_decode_idx(path) for path in idx]
        _verify(arrays, idx)
        return arrays
    if (npz := folder / NPZ).is_file():
        try:
            with zipfile.ZipFile(npz) as container:
                if any(member.file_size > LARGEST for member in container.infolist()):
                    raise ValueError(_say()("data.larger"))
            with np.load(npz, allow_pickle=False) as archive:
                arrays = [archive[name].astype(np.uint8, casting="safe") for name in NPZ_ARRAYS]
        except Exception as error:  # whatever is in it
            raise DataError("data.damaged", path=npz, why=error) from error
        _verify(arrays, [npz] * 4)
        return arrays
    return None


def _existing(folder: Path, name: str) -> Iterator[Path]:
    """Files that may hold an IDX array; some archives write the last hyphen as a dot."""
    for stem in (name, name.replace("-idx", ".idx")):
        for suffix in ("", ".gz"):
            if (path := folder / (stem + suffix)).is_file():
                yield path


def _decode_idx(path: Path) -> np.ndarray:
    """An IDX file of unsigned bytes: magic 0 0 8 d, then d big-endian sizes, then the data."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ValueError(_say()("data.larger"))
        if raw[:3] != IDX_OF_BYTES:
            raise ValueError(_say()("data.no idx"))
        dimensions = raw[3]
        shape = struct.unpack_from(f">{dimensions}I", raw, 4)
        return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (*UNREADABLE, IndexError, struct.error) as error:
        raise DataError("data.damaged", path=path, why=error) from error


def _idx_bytes(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + np.ascontiguousarray(array, np.uint8).tobytes()


def _verify(arrays: list[np.ndarray], paths: list[Path]) -> None:
    for array, path, (name, expected) in zip(arrays, paths, SHA256.items(), strict=True):
        if hashlib.sha256(_idx_bytes(array)).hexdigest() != expected:
            raise DataError("data.not mnist", path=path, name=name)


def _images(arrays: list[np.ndarray], name: str = "mnist") -> Images:
    digest = hashlib.sha256(b"".join(map(_idx_bytes, arrays))).hexdigest()
    return Images(name, (arrays[0], arrays[1]), (arrays[2], arrays[3]), digest)


PATIENCE, SLOWEST = 20.0, 10_000
"""Seconds in which a mirror has to send so many bytes a second, or another one is tried."""


class _DownloadBar:
    """What pooch asks of a progress bar, shown by rich."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import DownloadColumn, Progress

        self._progress = Progress(
            *Progress.get_default_columns(), DownloadColumn(), console=Console(stderr=True)
        )
        self._task = self._progress.add_task("downloading MNIST", total=None)
        self.total = 0

    def update(self, size: int) -> None:
        self._progress.start()
        self._progress.update(self._task, total=self.total or None, advance=size)

    def reset(self) -> None:
        self._progress.reset(self._task)

    def close(self) -> None:
        self._progress.stop()


def _download() -> list[np.ndarray] | None:
    """MNIST over the first mirror that gives it whole; None if none does."""
    import pooch

    pooch.get_logger().setLevel(logging.ERROR)
    attempts: list[list[tuple[str, str | None]]] = [[(url, NPZ_SHA256)] for url in NPZ_MIRRORS]
    # The .gz containers differ from mirror to mirror; their content is verified when it is read.
    attempts += [[(f"{mirror}{name}.gz", None) for name in SHA256] for mirror in IDX_MIRRORS]
    for files in attempts:
        try:
            with tempfile.TemporaryDirectory() as folder:
                for url, known_hash in files:
                    downloader = pooch.HTTPDownloader(progressbar=_DownloadBar(), timeout=20)
                    name = url.rpartition("/")[2]
                    fetch = partial(
                        pooch.retrieve, url, known_hash, name, folder, downloader=downloader
                    )
                    _in_time(fetch, Path(folder))
                arrays = _read(Path(folder))
                _keep(Path(folder))
                return arrays
        except (OSError, ValueError, DataError) as error:
            _log.info("no MNIST from %s: %s", files[0][0], error)
    return None


def _in_time(fetch: Callable[[], object], folder: Path) -> None:
    """Run a download for as long as it gets on.

    Args:
        fetch: writes into the folder.
        folder: where to.

    Raises:
        OSError: if too little has come in `PATIENCE` seconds; the download is left to itself.
    """
    failures: list[BaseException] = []

    def run() -> None:
        try:
            fetch()
        except BaseException as error:
            failures.append(error)

    thread, size = threading.Thread(target=run, daemon=True), 0
    thread.start()
    thread.join(PATIENCE)
    while thread.is_alive():
        before, size = size, sum(path.stat().st_size for path in folder.rglob("*"))
        if size - before < SLOWEST * PATIENCE:
            raise OSError(f"{size - before} bytes in {PATIENCE:.0f} s")
        thread.join(PATIENCE)
    for failure in failures:
        raise failure


def _keep(folder: Path) -> None:
    """Copy a verified download to where the next run finds it, whole or not at all."""
    try:
        DOWNLOADED.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=DOWNLOADED.parent) as staging:
            copy = shutil.copytree(folder, Path(staging) / "copy")
            shutil.rmtree(DOWNLOADED, ignore_errors=True)
            copy.rename(DOWNLOADED)
    except OSError as error:
        _log.warning(_say()("data.not kept", folder=DOWNLOADED, why=error))


def _bundled_digits() -> Images:
    """scikit-learn's 1,797 digits, each 8×8 pixel grown to 3×3 and framed by 2: 28×28 as MNIST.

    The first 1,500 are for training, the other 297 for test.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    grown = np.kron(digits.images * (255 / 16), np.ones((3, 3))).round().astype(np.uint8)
    pixels = np.pad(grown, ((0, 0), (2, 2), (2, 2)))
    labels = digits.target.astype(np.uint8)
    return _images([pixels[:1500], labels[:1500], pixels[1500:], labels[1500:]], "digits")
