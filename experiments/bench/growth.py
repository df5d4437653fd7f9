"""How the cost grows: with the batch, the hidden units, the samples and the seeds. On one core."""

import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments import catalog, data
from experiments.bench.record import Point
from experiments.catalog.two_layer_net_50 import EXPERIMENT
from experiments.pair.pair import prepare
from experiments.pair.products import Product, core_seconds_of, products_of
from experiments.pair.sides import CHUNK, Scratch, stacked
from experiments.spec import Training, normal, with_replacement
from experiments.suite.ensemble import DTYPE
from scratch.train import train

ROUNDS, LEAST = 5, 0.05
"""How many times something is timed, and for how many seconds at least."""

Work = tuple[Callable[[], object], Counter[Product]]
"""What is timed, and its products."""


def _update(folder: Path | None, batch: int = 100, hidden: int = 50) -> Work:
    """An update of the book's net."""
    book = EXPERIMENT.trainings[0]
    start = normal(0.01, W1=(784, hidden), b1=(hidden,), W2=(hidden, 10), b2=(10,))
    training = replace(book, start=start, order=with_replacement(batch), steps=1)
    return _step(training, folder)


def _step(training: Training, folder: Path | None) -> Work:
    dataset = data.load(training.data, DTYPE, folder)
    params, batches = prepare(training, dataset)
    model = Scratch(training, dataset).model(params)
    x, t = dataset.x, dataset.t
    products = products_of(lambda x: model.gradient(x, t[batches[0]]), x[batches[0]])
    return lambda: train(model, x, t, batches, training.learning_rate), products


def _evaluation(folder: Path | None, samples: int) -> Work:
    """The accuracy of the book's net on some images."""
    training = EXPERIMENT.trainings[0]
    whole = data.load(training.data, DTYPE, folder)
    part = replace(whole, x=whole.x[:samples], t=whole.t[:samples])
    params, _ = prepare(replace(training, steps=1), whole)
    side = Scratch(training, part)
    sizes = [len(part.x[first : first + CHUNK]) for first in range(0, samples, CHUNK)]
    products: Counter[Product] = Counter()
    for size in sizes:
        products += products_of(side.model(params).predict, part.x[:size])
    return lambda: side.accuracy(params, "train"), products


def _seeds(folder: Path | None, seeds: int) -> Work:
    """An update of XOR nets 2-2-1 of so many seeds, as one stack."""
    training = replace(catalog.load()["keras-xor"].trainings[0], steps=1)
    table = data.load(training.data, DTYPE, folder)
    prepared = [prepare(replace(training, seed=seed), table) for seed in range(seeds)]
    batches = np.stack([rows for _, rows in prepared], axis=1)
    model = Scratch(training, table).model(stacked([start for start, _ in prepared]))
    x, t = table.x, table.t
    products = products_of(lambda x: model.gradient(x, t[batches[0]]), x[batches[0]])
    return lambda: train(model, x, t, batches, training.learning_rate), products


GROWING: dict[str, tuple[Callable[[Path | None, int], Work], tuple[int, ...]]] = {
    "batch": (lambda folder, size: _update(folder, batch=size),
              (10, 32, 100, 316, 1000, 3162, 10_000)),
    "hidden": (lambda folder, size: _update(folder, hidden=size),
               (5, 16, 50, 158, 500, 1581, 5000)),
    "samples": (_evaluation, (60, 190, 600, 1897, 6000, 18_974, 60_000)),
    "seeds": (_seeds, (1, 3, 10, 32, 100, 316, 1000)),
}  # fmt: skip
"""What grows: how the work is made for a size, and the sizes, three decades of them."""


def growth(folder: Path | None) -> list[Point]:
    """Time and memory of everything that grows, at every size."""
    return [
        _point(against, size, *make(folder, size))
        for against, (make, sizes) in GROWING.items()
        for size in sizes
    ]


def _point(
    against: str, size: int, work: Callable[[], object], products: Counter[Product]
) -> Point:
    work()
    tracemalloc.start()
    work()
    _, largest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    seconds = tuple(_seconds(work) for _ in range(ROUNDS))
    return Point(against, size, seconds, core_seconds_of(products, DTYPE, 1), largest / 1e6)


def _seconds(work: Callable[[], object]) -> float:
    """Of one time, by as many as it takes."""
    began, count = time.perf_counter(), 0
    while not count or time.perf_counter() - began < LEAST:
        work()
        count += 1
    return (time.perf_counter() - began) / count
