"""Every fault of a single function, held against Keras' own function."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

import numpy as np

from experiments.faults.formulas import Formulas, Values
from experiments.faults.functions import FUNCTION_FAULTS, FUNCTIONS, QUANTITIES, H
from experiments.faults.kill import row
from experiments.judge import ladder
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import epsilon_term
from experiments.judge.ladder import Comparison


def kill_functions(dtype: str) -> list[dict]:
    """One row per fault; see `row`."""
    bounds, twin = function_values({}, dtype, Bounded), keras_values(dtype)
    rows = []
    for fault in FUNCTION_FAULTS:
        with np.errstate(all="ignore"):
            values = function_values(fault.formulas, dtype, lambda array, dtype: array)
            found = list(compare_functions(values, dtype, bounds, twin))
        rows.append(row("functions", fault, dtype, found))
    return rows


def function_values(
    formulas: Formulas, dtype: str, wrap: Callable[[np.ndarray, str], np.ndarray | Bounded]
) -> dict[str, np.ndarray | Bounded]:
    """All quantities by scratch's functions, some of them exchanged.

    Args:
        formulas: what is exchanged.
        dtype: of the inputs.
        wrap: what the inputs are wrapped in, as `Bounded`.
    """
    from scratch import functions, gates, gradients

    given = function_inputs(dtype) | {
        "functions": functions,
        "gates": gates,
        "gradients": gradients,
    }
    for name in ("scores", "y", "point"):
        given[name] = wrap(given[name], dtype)
    values = Values({**FUNCTIONS, **formulas}, **given)
    found = {name: getattr(values, name) for name in QUANTITIES}
    if isinstance(given["scores"], Bounded):
        sizes = {
            "numerical gradient": given["cubes"](np.abs(given["at"])),
            "numerical derivative": 1.5**3,
        }
        for name, size in sizes.items():
            found[name] = Bounded(found[name], dtype="float64", error=4 * size / H)
    return found


def function_inputs(dtype: str) -> dict:
    """What the functions are given: scores, probabilities with targets, points, truth tables."""
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(7, 5)) * 2
    scores[2, 1] = 0  # where a step function has to decide
    y = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    y[0] = [1e-3, 1 - 1e-3 - 3e-5, 1e-5, 1e-5, 1e-5]
    labels = np.array([2, 0, 3, 1, 4, 4, 0])
    x1, x2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    return {
        "scores": scores.astype(dtype),
        "y": y.astype(dtype),
        "t": np.eye(5, dtype=dtype)[labels],
        "at": np.array([0.5, -1.5, 2.0]),
        "cubes": lambda x: float(np.sum(x**3) + np.prod(x)),
        "point": np.array(10.0),
        "x1": x1,
        "x2": x2,
    }


def keras_values(dtype: str) -> dict[str, np.ndarray]:
    """Keras' own functions, autodiff and gates on the same inputs."""
    functions, gates, gradients, runtime = (
        import_module(f"keras_ref.{file}")
        for file in ("functions", "gates", "gradients", "runtime")
    )
    runtime.use_dtype(dtype)
    given = function_inputs(dtype)

    def cubes_gradient(f: Callable, x: np.ndarray) -> np.ndarray:
        variable = runtime.tf.Variable(x)
        with runtime.tf.GradientTape() as tape:
            value = runtime.tf.reduce_sum(variable**3) + runtime.tf.reduce_prod(variable)
        return tape.gradient(value, variable).numpy()

    def sigmoid_slope(a: np.ndarray) -> np.ndarray:
        variable = runtime.tf.Variable(a)
        with runtime.tf.GradientTape() as tape:
            value = functions.sigmoid(variable)
        return tape.gradient(value, variable).numpy()

    def power_slope(x: float) -> float:
        variable = runtime.tf.Variable(x, dtype="float64")
        with runtime.tf.GradientTape() as tape:
            value = variable**3
        return float(tape.gradient(value, variable))

    own = {
        "functions": functions,
        "gates": gates,
        "numerical_gradient": cubes_gradient,
        "slope_function": sigmoid_slope,
        "numerical derivative": power_slope(1.5),
        "gradient descent": gradients.descend_parabola(10.0, 0.01, 100)[-1],
    }
    values = Values(FUNCTIONS, **(given | own))
    return {name: np.asarray(getattr(values, name)) for name in QUANTITIES}


def compare_functions(
    values: Mapping[str, np.ndarray],
    dtype: str,
    bounds: Mapping[str, np.ndarray | Bounded],
    twin: Mapping[str, np.ndarray],
) -> Iterator[Comparison]:
    """Values of functions against Keras', the cross-entropies without the sources' ε.

    Args:
        values: by quantity; any of `QUANTITIES`.
        dtype: their precision.
        bounds: the right values with their running bounds, or without where they are exact.
        twin: Keras' values.
    """
    given = function_inputs(dtype)
    known = {
        "cross-entropy, one-hot": epsilon_term(given["y"].astype(float), given["t"]),
        "cross-entropy, labels": epsilon_term(given["y"].astype(float), given["t"]),
        "cross-entropy, one sample": epsilon_term(given["y"][:1].astype(float), given["t"][:1]),
    }
    for name, value in values.items():
        bound = bounds[name].allowed if isinstance(bounds[name], Bounded) else 0.0
        if name.startswith("numerical"):  # central differences of x³ are off by h²
            bound = bound + H**2
        ours = np.asarray(value, float) + known.get(name, 0.0)
        yield ladder.compare("values", "probe", name, ours, twin[name], bound)
