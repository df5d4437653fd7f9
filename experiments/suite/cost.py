"""What a whole run takes, beside what the matrix products alone of its trainings take."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from experiments import data
from experiments.data import Dataset
from experiments.pair.pair import prepare
from experiments.pair.sides import CHUNK, Scratch
from experiments.record.results import ExperimentResult
from experiments.spec import Training
from experiments.suite.ensemble import DTYPE

TIMED = 0.02
"""Seconds for which a product is timed."""

SIDES = 2
"""Of a pair."""

Product = tuple[tuple[int, ...], tuple[int, ...]]
"""The shapes of two matrices."""


class Noted(np.ndarray):
    """An array that notes the products of matrices in which it, or what is made of it, takes part.

    Attributes:
        products: their shapes.
    """

    products: list[Product]

    def __array_finalize__(self, made_of: object) -> None:
        self.products = getattr(made_of, "products", [])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:  # noqa: ANN401
        plain = [np.asarray(one) if isinstance(one, Noted) else one for one in inputs]
        if ufunc is np.matmul:
            self.products.append((np.shape(plain[0]), np.shape(plain[1])))
        if "out" in named:
            named["out"] = tuple(map(np.asarray, named["out"]))
        return _noted(getattr(ufunc, method)(*plain, **named), self.products)


def _noted(found: Any, products: list[Product]) -> Any:  # noqa: ANN401 - arrays and numbers
    if not isinstance(found, np.ndarray):
        return found
    noted = found.view(Noted)
    noted.products = products
    return noted


def products_of(work: Callable[[np.ndarray], object], x: np.ndarray) -> Counter[Product]:
    """The products of matrices that some work on an array does, and how often."""
    products: list[Product] = []
    work(_noted(x, products))
    return Counter(products)


def core_seconds() -> float:
    """Processor time of this process so far, and of those that it has started and seen end."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def product_seconds(experiments: Iterable[ExperimentResult], folder: Path | None) -> float:
    """Core-seconds of the matrix products alone of all trainings on images.

    Of both sides, the shadows and the other seeds: those of their steps, and of the evaluations on
    all samples. In other nets it is not products that take the time.

    Args:
        experiments: with their trainings.
        folder: where the user says MNIST lies.
    """
    total = 0.0
    for experiment in experiments:
        for name, result in experiment.trainings.items():
            dataset = data.load(result.spec.data, result.dtype, folder)
            if dataset.kind != "images":
                continue
            step, evaluation = _products(result.spec, dataset)
            steps, runs = result.spec.steps, SIDES + result.settings.shadows
            evaluations = SIDES * len(result.spec.evaluate_at)
            total += runs * steps * _seconds(step, result.dtype)
            total += evaluations * _seconds(evaluation, result.dtype)
            if ensemble := experiment.ensembles.get(name):
                others = len(ensemble.seeds) - 1
                at = {of.step for of, _ in ensemble.measured if of.quantity == "train_accuracy"}
                total += others * steps * _seconds(step, DTYPE)
                total += others * len(at) * _seconds(evaluation, DTYPE)
    return total


def _products(training: Training, dataset: Dataset) -> tuple[Counter[Product], Counter[Product]]:
    """Those of a step, and of an evaluation on all training and test samples."""
    start, (rows, *_) = prepare(replace(training, steps=1), dataset)
    model = Scratch(training, dataset).model(start)
    step = products_of(lambda x: model.gradient(x, dataset.t[rows]), dataset.x[rows])
    chunk = products_of(model.predict, dataset.x[:CHUNK])
    chunks = (len(dataset.x) + len(dataset.x_test)) // CHUNK
    return step, Counter({pair: count * chunks for pair, count in chunk.items()})


def _seconds(products: Mapping[Product, int], dtype: str) -> float:
    """Core-seconds of some products alone, while every core does the same."""
    cores = os.cpu_count() or 1
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        return sum(
            count * float(np.mean(list(pool.map(partial(_timed, pair), [dtype] * cores))))
            for pair, count in products.items()
        )


def _timed(pair: Product, dtype: str) -> float:
    """Core-seconds of one product."""
    rng = np.random.default_rng(0)
    one, other = (rng.random(shape).astype(dtype) for shape in pair)
    began, count = time.thread_time(), 0
    while not count or time.thread_time() - began < TIMED:
        np.matmul(one, other)
        count += 1
    return (time.thread_time() - began) / count
