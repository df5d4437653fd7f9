"""One evaluation: the same few lines over both packages, and their values compared by name."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from experiments.data import Dataset
from experiments.judge import ladder
from experiments.judge.bounds import UNIT_ROUNDOFF
from experiments.judge.ladder import Arrays, Comparison
from experiments.pair.follow import Advance
from experiments.record.results import EvaluationResult, Omitted, Value
from experiments.spec import Evaluation, Given, Package, Seconds, Training

STORED = 5000
"""Arrays with more elements are compared whole, but only their shape is written down."""

PACKAGES = {"scratch": "scratch", "keras": "keras_ref"}


def package(name: str) -> Package:
    """What gives the files of a package by name."""

    def file(file_name: str) -> ModuleType:
        return import_module(f"{name}.{file_name}")

    return file


def run_evaluation(
    evaluation: Evaluation,
    data: Dataset | None = None,
    params: Arrays | None = None,
    training: Training | None = None,
    advance: Advance | None = None,
) -> EvaluationResult:
    """Compute with both packages and compare.

    Args:
        evaluation: what is computed.
        data: the data set, if the evaluation asks for one.
        params: trained parameters, if it asks for them.
        training: a training's spec, if it asks for one.
        advance: told of its steps, if it has any.
    """
    import_module("keras_ref.runtime").use_dtype(evaluation.dtype)
    given = [argument for argument in (data, params, training, advance) if argument is not None]
    sides = PACKAGES if evaluation.compared else {"scratch": "scratch"}
    computed: dict[str, dict[str, Any]] = {}
    for side, name in sides.items():
        with np.errstate(all="ignore"):
            computed[side] = evaluation.compute(package(name), *given)
    if missing := [name for name in evaluation.printed if name not in computed["scratch"]]:
        raise KeyError(f"{evaluation.name} does not give {', '.join(missing)}")
    names = list(dict.fromkeys(name for values in computed.values() for name in values))
    seconds, stored, comparisons = {}, {}, []
    bounds = evaluation.bounds() if evaluation.bounds else {}
    for name in names:
        by_side = {side: values[name] for side, values in computed.items() if name in values}
        if any(isinstance(value, Seconds) for value in by_side.values()):
            seconds[name] = {side: float(value) for side, value in by_side.items()}
            continue
        if isinstance(value := by_side.get("scratch"), Given):
            stored[name] = {"scratch": _storable(value.value)}
            continue
        stored[name] = {side: _storable(value) for side, value in by_side.items()}
        if evaluation.compared:
            comparisons.append(_compare(evaluation, name, by_side, bounds.get(name)))
    return EvaluationResult(
        data=data.name if data else None,
        dtype=evaluation.dtype,
        picture=evaluation.picture,
        values=stored,
        seconds=seconds,
        comparisons=tuple(comparisons),
    )


def _compare(
    evaluation: Evaluation, name: str, by_side: dict[str, Any], bound: np.ndarray | None
) -> Comparison:
    """Texts are equal or not; numbers may differ by their roundings; NaN equals NaN here.

    A value that one side alone gives fails.
    """
    scratch, keras = by_side.get("scratch"), by_side.get("keras")
    if scratch is None or keras is None or isinstance(scratch, str):
        share = 0.0 if scratch == keras else np.inf
        return Comparison("values", evaluation.name, name, share, 0.0, share)
    scratch, keras = np.asarray(scratch, float), np.asarray(keras, float)
    if scratch.shape == keras.shape:
        both_nan = np.isnan(scratch) & np.isnan(keras)
        scratch, keras = np.where(both_nan, 0, scratch), np.where(both_nan, 0, keras)
    if bound is None:
        rounding = 2 * evaluation.roundings * UNIT_ROUNDOFF[evaluation.dtype] * np.abs(scratch)
        bound = rounding + evaluation.method_error
    return ladder.compare("values", evaluation.name, name, scratch, keras, bound)


def _storable(value: Any) -> Value:  # noqa: ANN401 - whatever an evaluation gives
    """A value as the record holds it."""
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    return Omitted(array.shape) if array.size > STORED else array.tolist()
