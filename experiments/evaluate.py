"""One evaluation: the same few lines over both packages, and their values compared by name."""

from collections.abc import Callable
from importlib import import_module

import numpy as np

from experiments.data import Dataset
from experiments.judge import ladder
from experiments.judge.bounds import UNIT_ROUNDOFF
from experiments.spec import Evaluation, Seconds

STORED = 5000
"""Arrays with more elements are compared whole, but only their shape is written down."""


def run_evaluation(
    evaluation: Evaluation,
    data: Dataset | None,
    params: ladder.Arrays | None,
    advance: Callable[[int], None] | None = None,
) -> dict:
    """Compute with both packages and compare.

    Args:
        evaluation: what is computed.
        data: the data set, if the evaluation asks for one.
        params: trained parameters, if it asks for them.
        advance: told of its steps, if it has any.

    Returns:
        The evaluation's part of `results.json`.
    """
    import_module("keras_ref.runtime").use_dtype(evaluation.dtype)
    given = [argument for argument in (data, params, advance) if argument is not None]
    values = {}
    packages = {"scratch": "scratch", "keras": "keras_ref"}
    if not evaluation.compared:
        del packages["keras"]
    for side, package in packages.items():
        with np.errstate(all="ignore"):
            values[side] = evaluation.compute(
                lambda name, package=package: import_module(f"{package}.{name}"), *given
            )
    seconds = {
        name: {side: given.get(name) for side, given in values.items()}
        for name, value in values["scratch"].items()
        if isinstance(value, Seconds)
    }
    comparisons, stored = [], {}
    for name, scratch in values["scratch"].items():
        if name in seconds:
            continue
        stored[name] = {side: _storable(given[name]) for side, given in values.items()}
        if evaluation.compared:
            keras = values["keras"][name]
            comparisons.append(_compare(evaluation, name, scratch, keras))
    return {
        "data": data.name if data else None,
        "dtype": evaluation.dtype,
        "picture": evaluation.picture,
        "roundings": evaluation.roundings,
        "values": stored,
        "seconds": seconds,
        "comparisons": [ladder.to_row(comparison) for comparison in comparisons],
    }


def _compare(
    evaluation: Evaluation, name: str, scratch: object, keras: object
) -> ladder.Comparison:
    """Texts are equal or not; numbers may differ by their roundings; NaN equals NaN here."""
    if isinstance(scratch, str):
        share = 0.0 if scratch == keras else np.inf
        return ladder.Comparison("values", evaluation.name, name, share, 0.0, share, "")
    scratch, keras = np.asarray(scratch, float), np.asarray(keras, float)
    if scratch.shape == keras.shape:
        both_nan = np.isnan(scratch) & np.isnan(keras)
        scratch, keras = np.where(both_nan, 0, scratch), np.where(both_nan, 0, keras)
    rounding = 2 * evaluation.roundings * UNIT_ROUNDOFF[evaluation.dtype] * np.abs(scratch)
    bound = rounding + evaluation.method_error
    return ladder.compare("values", evaluation.name, name, scratch, keras, bound)


def _storable(value: object) -> object:
    """A value as JSON can hold it: texts as they are, NaN as text, large arrays by their shape."""
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    if array.size > STORED:
        return f"array of shape {array.shape}"
    if not np.isfinite(array).all():
        return np.where(np.isfinite(array), array.astype(object), "nan").tolist()
    return array.tolist()
