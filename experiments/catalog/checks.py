"""What can be seen to be wrong in an experiment before anything of it runs."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

import numpy as np

from experiments.data import kind_of
from experiments.spec import NAME, Evaluation, Experiment, Order, Start, Training
from experiments.words import Problem

LARGEST_SEED = 2**32 - 1
"""Of NumPy's legacy generator."""

PIXELS = 28 * 28
"""Of an image of MNIST."""

DTYPES = ("float64", "float32")


def problems_of(experiment: object) -> Iterator[Problem]:
    """Every field of an experiment whose value is none that it may have, and what there is."""
    if not isinstance(experiment, Experiment):
        yield _field("EXPERIMENT", type(experiment).__name__, "Experiment")
        return
    if wrong := list(_of_other_types(experiment)):
        yield from wrong
        return
    if not re.fullmatch(NAME, experiment.name):
        yield _field("name", experiment.name, "a-b-c")
    names = [training.name for training in experiment.trainings]
    names += [evaluation.name for evaluation in experiment.evaluations]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem("catalog.part twice", name=name)
    for training in experiment.trainings:
        yield from _of_training(training)
    for evaluation in experiment.evaluations:
        yield from _of_evaluation(evaluation, experiment)


HOLDS = {"sources": str, "trainings": Training, "evaluations": Evaluation, "shows": str}
"""Fields of an experiment that are tuples, and what they hold."""


def _of_other_types(experiment: Experiment) -> Iterator[Problem]:
    """Fields whose value is of another type: the text of a source for a tuple of them."""
    for field, kind in {"name": str, "lesson": int}.items():
        if not isinstance(value := getattr(experiment, field), kind):
            yield _field(field, value, kind.__name__)
    for field, held in HOLDS.items():
        value = getattr(experiment, field)
        if not isinstance(value, tuple) or not all(isinstance(one, held) for one in value):
            yield _field(field, type(value).__name__, f"({held.__name__}, …)")


def _of_training(training: Training) -> Iterator[Problem]:
    counts = {"steps": training.steps, "batch_size": training.order.batch_size}
    for field, count in counts.items():
        if not _is_count(count):
            yield _field(f"{training.name}, {field}", count, "1, 2, 3, …")
    if not (_is_count(training.seed, least=0) and training.seed <= LARGEST_SEED):
        yield _field(f"{training.name}, seed", training.seed, f"0, …, {LARGEST_SEED}")
    if not isinstance(training.learning_rate, int | float):
        yield _field(f"{training.name}, learning_rate", training.learning_rate, "0.1")
    chosen = {
        "order": (training.order.kind, _choices(Order, "kind")),
        "distribution": (training.start.distribution, _choices(Start, "distribution")),
        "optimizer": (training.optimizer, _choices(Training, "optimizer")),
        "dtype": (training.dtype, DTYPES),
    }
    for field, (value, there) in chosen.items():
        if value not in there:
            yield _field(f"{training.name}, {field}", value, ", ".join(there))
    yield from _of_data(training.name, training.data)
    yield from _of_model(training)


def _of_evaluation(evaluation: Evaluation, experiment: Experiment) -> Iterator[Problem]:
    trained = [training.name for training in experiment.trainings]
    if evaluation.params_of and evaluation.params_of not in trained:
        field = f"{evaluation.name}, params_of"
        yield _field(field, evaluation.params_of, ", ".join(trained))
    pictures = _choices(Evaluation, "picture")
    if evaluation.picture not in pictures:
        there = ", ".join(filter(None, pictures))
        yield _field(f"{evaluation.name}, picture", evaluation.picture, there)
    if evaluation.data:
        yield from _of_data(evaluation.name, evaluation.data)


def _of_data(part: str, name: str) -> Iterator[Problem]:
    try:
        kind_of(name)
    except ValueError as error:
        yield Problem("catalog.fails", field=f"{part}, data", why=error)


def _of_model(training: Training) -> Iterator[Problem]:
    """A net that is not there, that takes other options, or whose shapes do not fit each other."""
    file, _, name = training.model.partition(".")
    try:
        new = getattr(import_module(f"scratch.{file}"), name)
    except (ImportError, AttributeError, ValueError) as error:
        yield Problem("catalog.fails", field=f"{training.name}, model", why=error)
        return
    try:
        params = {name: np.zeros(shape) for name, shape in training.start.shapes}
        net = new(params, **training.options)
    except (TypeError, ValueError, KeyError) as error:
        yield Problem("catalog.fails", field=f"{training.name}, options", why=error)
        return
    try:
        of_images = kind_of(training.data) == "images"
        inputs = PIXELS if of_images else len(next(iter(params.values())))
        net.forward(np.zeros((1, inputs)))
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        why = f"{type(error).__name__}: {error}"
        yield Problem("catalog.fails", field=f"{training.name}, start", why=why)


def _choices(of: type, field: str) -> tuple[str, ...]:
    """What a field may be, as its type says."""
    return get_args(get_type_hints(of)[field])


def _is_count(value: Any, least: int = 1) -> bool:  # noqa: ANN401 - whatever was written
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _field(field: str, value: object, there: str) -> Problem:
    return Problem("catalog.field", field=field, value=value, there=there)
