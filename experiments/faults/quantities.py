"""What scratch's functions and layers give alone, some exchanged, and how far it may be off."""

from collections.abc import Callable, Iterable
from types import MappingProxyType

import numpy as np

from experiments.faults.formulas import Formulas, Values
from experiments.faults.functions import FUNCTIONS, QUANTITIES, H
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays

ROUNDED = (
    "scores",
    "y",
    "dout",
    "point",
    "affine_x",
    "affine_W",
    "affine_b",
    "affine_dout",
    "note_X",
    "note_D",
    "note_W",
    "note_W1",
    "note_W2",
    "note_a",
    "note_a1",
    "note_delta",
)
"""Inputs of computations that round; differences are bounded apart, gates are exact."""


def function_values(
    formulas: Formulas,
    dtype: str,
    wrap: Callable[[np.ndarray, str], np.ndarray | Bounded],
    names: Iterable[str] = QUANTITIES,
) -> dict[str, np.ndarray | Bounded]:
    """Quantities by scratch's functions, some of them exchanged.

    Args:
        formulas: what is exchanged.
        dtype: of the inputs.
        wrap: what the inputs are wrapped in, as `Bounded`.
        names: of the quantities; all of them if not given.
    """
    from scratch import functions, gates, gradients

    given = function_inputs(dtype) | {
        "functions": functions,
        "gates": gates,
        "gradients": gradients,
    }
    for name in ROUNDED:
        given[name] = wrap(given[name], dtype)
    values = Values({**FUNCTIONS, **formulas}, **given)
    found = {name: getattr(values, name) for name in names}
    if isinstance(given["scores"], Bounded):
        cubes = given["cubes"]
        sizes = {  # of the function whose rounding a difference magnifies by 1 / h
            "numerical gradient": cubes(np.abs(given["at"])),
            "numerical gradient, matrix": cubes(np.abs(given["at_matrix"])),
            "numerical derivative": 1.5**3,
        }
        for name in sizes.keys() & found.keys():
            found[name] = Bounded(found[name], dtype="float64", error=4 * sizes[name] / H)
    return found


def allowed_values(dtype: str, formulas: Formulas = MappingProxyType({})) -> Arrays:
    """How far every quantity may be off: the running bound, and h² where differences are taken.

    Args:
        dtype: of the computation.
        formulas: what is computed in another, right way.
    """
    found = {}
    for name, value in function_values(formulas, dtype, Bounded).items():
        found[name] = value.allowed if isinstance(value, Bounded) else np.zeros(np.shape(value))
        if name.startswith("numerical"):  # central differences of x³ are off by h²
            found[name] = found[name] + H**2
    return found


def function_inputs(dtype: str) -> dict:
    """What the functions are given: scores, probabilities with targets, points, truth tables."""
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(7, 5)) * 2
    scores[2, 1] = 0  # where a step function has to decide
    y = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    y[0] = [1e-3, 1 - 1e-3 - 3e-5, 1e-5, 1e-5, 1e-5]
    labels = np.array([2, 0, 3, 1, 4, 4, 0])
    native = {
        "scores": scores,
        "y": y,
        "t": np.eye(5)[labels],
        "dout": rng.normal(size=scores.shape),
        "affine_x": rng.normal(size=(6, 4)),
        "affine_W": rng.normal(size=(4, 3)),
        "affine_b": rng.normal(size=3),
        "affine_dout": rng.normal(size=(6, 3)),
        "note_X": np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]),
        "note_D": np.array([[0], [1], [1], [0]]),
        "note_W": rng.uniform(-1, 1, size=(1, 3)),
        "note_W1": rng.uniform(-1, 1, size=(4, 3)),
        "note_W2": rng.uniform(-1, 1, size=(1, 4)),
        "note_a": rng.normal(size=(4, 1)),
        "note_a1": rng.normal(size=(4, 4)),
        "note_delta": rng.normal(size=(4, 1)),
    }
    x1, x2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    return {name: values.astype(dtype) for name, values in native.items()} | {
        "at": np.array([0.5, -1.5, 2.0]),
        "cubes": lambda x: float(np.sum(x**3) + np.sum(np.prod(x, axis=-1))),
        "at_matrix": np.array([[0.5, -1.5, 2.0], [1.0, -0.5, 0.25]]),
        "point": np.array([10.0, -4.0]),
        "x1": x1,
        "x2": x2,
    }
