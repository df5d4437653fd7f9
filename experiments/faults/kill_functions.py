"""Every fault of what can be asked for alone, held against Keras' own functions and layers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

import numpy as np

from experiments.faults.formulas import Formulas, Values
from experiments.faults.functions import FUNCTION_FAULTS, FUNCTIONS, QUANTITIES, H
from experiments.faults.kill import row
from experiments.judge import ladder
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import epsilon_term
from experiments.judge.ladder import Arrays, Comparison
from scratch.functions import softmax

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


def kill_functions(dtype: str) -> list[dict]:
    """One row per fault; see `row`."""
    allowed, twin = allowed_values(dtype), keras_values(dtype)
    rows = []
    for fault in FUNCTION_FAULTS:
        with np.errstate(all="ignore"):
            values = function_values(fault.formulas, dtype, lambda array, dtype: array)
            found = list(compare_functions(values, allowed, twin))
        rows.append(row("functions", fault, dtype, found))
    return rows


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


def keras_values(dtype: str) -> dict[str, np.ndarray]:
    """Keras' own functions, layers, autodiff and gates on the same inputs.

    The cross-entropies are put in the sources' convention, with their ε.
    """
    functions, gates, gradients, runtime = (
        import_module(f"keras_ref.{file}")
        for file in ("functions", "gates", "gradients", "runtime")
    )
    runtime.use_dtype(dtype)
    tf, layers, losses = runtime.tf, runtime.keras.layers, runtime.keras.losses
    given = function_inputs(dtype)
    one = np.ones((), dtype)

    def back(f: Callable, *inputs: np.ndarray, dout: np.ndarray = one) -> list[np.ndarray]:
        return gradients.pulled_back(f, inputs, dout)[1]

    def cubes(x: np.ndarray) -> np.ndarray:
        return tf.reduce_sum(x**3) + tf.reduce_sum(tf.reduce_prod(x, axis=-1))

    def slope(f: Callable) -> Callable:
        return lambda a: back(f, a, dout=np.ones_like(a))[0]

    def delta(error: Callable) -> np.ndarray:
        """−∂E/∂a at a sigmoid's net input a, which is what source 002 calls delta."""
        return -back(lambda a: error(given["note_D"], functions.sigmoid(a)), given["note_a"])[0]

    def loss(a: np.ndarray, t: np.ndarray) -> np.ndarray:
        return losses.CategoricalCrossentropy(from_logits=True)(t, a)

    def hidden(net: np.ndarray) -> np.ndarray:
        return functions.sigmoid(net) @ given["note_W2"].T

    dense = layers.Dense(len(given["affine_b"]))
    dense.build(given["affine_x"].shape)
    dense.set_weights([given["affine_W"], given["affine_b"]])
    affine, affine_gradients = gradients.pulled_back(
        dense, [given["affine_x"]], given["affine_dout"]
    )
    descended = [gradients.descend_parabola(float(x), 0.01, 100)[-1] for x in given["point"]]
    values = Values(
        FUNCTIONS,
        **given
        | {
            "functions": functions,
            "gates": gates,
            "numerical gradient": back(cubes, given["at"], dout=np.ones(()))[0],
            "numerical gradient, matrix": back(cubes, given["at_matrix"], dout=np.ones(()))[0],
            "slope_function": slope(functions.sigmoid),
            "relu_slope_function": slope(functions.relu),
            "numerical derivative": back(lambda x: x**3, np.array(1.5), dout=np.ones(()))[0],
            "gradient descent": np.array(descended),
            "relu_backward": lambda x, dout: back(layers.ReLU(), x, dout=dout)[0],
            "sigmoid_backward": lambda x, dout: back(layers.Activation("sigmoid"), x, dout=dout)[0],
            "affine_forward": affine,
            **dict(zip(("affine_dx", "affine_dW", "affine_db"), affine_gradients, strict=True)),
            "softmax_with_loss": loss,
            "softmax_with_loss_backward": lambda a, t: back(lambda a: loss(a, t), a)[0],
            "MulLayer forward": layers.Multiply()([given["scores"], given["y"]]),
            "AddLayer forward": layers.Add()([given["scores"], given["y"]]),
            "mul_backward": lambda x, y, dout: back(
                lambda x, y: layers.Multiply()([x, y]), x, y, dout=dout
            ),
            "add_backward": lambda x, y, dout: back(
                lambda x, y: layers.Add()([x, y]), x, y, dout=dout
            ),
            "delta": delta(losses.MeanSquaredError(reduction="sum")) / 2,
            "delta of the cross-entropy": delta(losses.BinaryCrossentropy(reduction="sum")),
            "delta of the hidden layer": back(hidden, given["note_a1"], dout=given["note_delta"])[
                0
            ],
            "sigmoid_function": functions.sigmoid,
        },
    )
    found = {name: np.asarray(getattr(values, name)) for name in QUANTITIES}
    probabilities = softmax(given["scores"].astype(float))
    for name, y, t in (
        ("cross-entropy, one-hot", given["y"], given["t"]),
        ("cross-entropy, labels", given["y"], given["t"]),
        ("cross-entropy, one sample", given["y"][:1], given["t"][:1]),
        ("SoftmaxWithLoss forward", probabilities, given["t"]),
    ):
        found[name] = found[name] - epsilon_term(y.astype(float), t)
    return found


def compare_functions(
    values: Mapping[str, np.ndarray], allowed: Arrays, twin: Arrays
) -> Iterator[Comparison]:
    """Values of functions against Keras'.

    Args:
        values: by quantity; any of `QUANTITIES`.
        allowed: how far they may be off.
        twin: Keras' values.
    """
    for name, value in values.items():
        yield ladder.compare("values", "probe", name, value, twin[name], allowed[name])
