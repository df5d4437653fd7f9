"""What a whole run takes, beside what the matrix products alone of its trainings take."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from experiments import data
from experiments.data import Dataset
from experiments.pair.pair import prepare
from experiments.pair.products import Product, core_seconds_of, products_of
from experiments.pair.sides import CHUNK, Scratch
from experiments.record.results import ExperimentResult
from experiments.spec import Training
from experiments.suite.ensemble import DTYPE

SIDES = 2
"""Of a pair."""


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
    total, cores = 0.0, os.cpu_count() or 1
    for experiment in experiments:
        for name, result in experiment.trainings.items():
            dataset = data.load(result.spec.data, result.dtype, folder)
            if dataset.kind != "images":
                continue
            step, evaluation = _products(result.spec, dataset)
            steps, runs = result.spec.steps, SIDES + result.settings.shadows
            evaluations = SIDES * len(result.spec.evaluate_at)
            total += runs * steps * core_seconds_of(step, result.dtype, cores)
            total += evaluations * core_seconds_of(evaluation, result.dtype, cores)
            if ensemble := experiment.ensembles.get(name):
                others = len(ensemble.seeds) - 1
                at = {of.step for of, _ in ensemble.measured if of.quantity == "train_accuracy"}
                total += others * steps * core_seconds_of(step, DTYPE, cores)
                total += others * len(at) * core_seconds_of(evaluation, DTYPE, cores)
    return total


def _products(training: Training, dataset: Dataset) -> tuple[Counter[Product], Counter[Product]]:
    """Those of a step, and of an evaluation on all training and test samples."""
    start, (rows, *_) = prepare(replace(training, steps=1), dataset)
    model = Scratch(training, dataset).model(start)
    step = products_of(lambda x: model.gradient(x, dataset.t[rows]), dataset.x[rows])
    chunk = products_of(model.predict, dataset.x[:CHUNK])
    chunks = (len(dataset.x) + len(dataset.x_test)) // CHUNK
    return step, Counter({pair: count * chunks for pair, count in chunk.items()})
