"""What scratch and Keras give for the quantities of all subjects, and how far both may be off."""

from collections.abc import Callable, Iterable
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments import subjects
from experiments.judge.bounds import Bounded
from experiments.judge.ladder import Arrays
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import H, cubes, function_inputs
from experiments.subjects.subject import Twin
from scratch import functions, gates, gradients, optimizers

ROUNDED = (
    *("scores", "y", "dout", "point", "affine_x", "affine_W", "affine_b", "affine_dout"),
    *("note_X", "note_D", "note_W", "note_W1", "note_W2", "note_a", "note_a1", "note_delta"),
    *("optimizer_W", "optimizer_gradients", "dropout_one", "dropout_keeps", "dropout_dout"),
    *("normed_x", "normed_gamma", "normed_beta", "normed_dout"),
    *("deep_x", *(f"deep_{kind}{layer}" for layer in "123" for kind in "Wb")),
    *("image_x", "image_W", "image_b", "image_dout", "image_rows", "pool_dout"),
)
"""Inputs of computations that round; differences are bounded apart, gates are exact."""

Wrap = Callable[[np.ndarray, str], np.ndarray | Bounded]


def scratch_values(
    exchanged: Formulas, dtype: str, wrap: Wrap, names: Iterable[str] | None = None
) -> dict[str, Any]:
    """Quantities by scratch's functions, some formulas exchanged.

    Args:
        exchanged: the formulas that are.
        dtype: of the inputs.
        wrap: what the inputs are wrapped in, as `Bounded`.
        names: of the quantities; all of them if not given.
    """
    given: dict[str, Any] = function_inputs(dtype)
    for name in ROUNDED:
        given[name] = wrap(given[name], dtype)
    packages = {
        "functions": functions, "gates": gates, "gradients": gradients, "optimizers": optimizers,
    }  # fmt: skip
    values = Values({**subjects.formulas(), **exchanged}, **given, **packages)
    found = {name: getattr(values, name) for name in names or subjects.quantities()}
    if isinstance(given["scores"], Bounded):
        sizes = {  # of the function whose rounding a difference magnifies by 1 / h
            "numerical gradient": cubes(np.abs(given["at"])),
            "numerical gradient, matrix": cubes(np.abs(given["at_matrix"])),
            "numerical derivative": 1.5**3,
        }
        for name in sizes.keys() & found.keys():
            found[name] = Bounded(found[name], dtype="float64", error=4 * sizes[name] / H)
    return found


def allowed_values(dtype: str, exchanged: Formulas = MappingProxyType({})) -> Arrays:
    """How far every quantity may be off: the running bound, and h² where differences are taken.

    Args:
        dtype: of the computation.
        exchanged: formulas that compute something in another, right way.
    """
    found = {}
    for name, value in scratch_values(exchanged, dtype, Bounded).items():
        found[name] = value.allowed if isinstance(value, Bounded) else np.zeros(np.shape(value))
        if name.startswith("numerical"):  # central differences of x³ are off by h²
            found[name] = found[name] + H**2
    return found


def keras_values(dtype: str) -> dict[str, np.ndarray]:
    """Keras' own functions, layers, gates and automatic differentiation on the same inputs.

    The cross-entropies are put in the sources' convention, with their ε.
    """
    keras_functions, keras_gates, keras_gradients, keras_optimizers, keras_convolution, runtime = (
        import_module(f"keras_ref.{file}")
        for file in ("functions", "gates", "gradients", "optimizers", "convolution", "runtime")
    )
    runtime.use_dtype(dtype)
    tf, given = runtime.tf, function_inputs(dtype)

    def keras_cubes(x: Any) -> Any:  # noqa: ANN401 - tensors
        return tf.reduce_sum(x**3) + tf.reduce_sum(tf.reduce_prod(x, axis=-1))

    twin = Twin(
        keras_functions,
        keras_gates,
        keras_gradients,
        runtime.keras.layers,
        runtime.keras.losses,
        keras_optimizers,
        keras_convolution,
        given,
        keras_cubes,
    )
    own = {name: f for s in subjects.load().values() for name, f in s.twin(twin).items()}
    packages = {"functions": keras_functions, "gates": keras_gates}
    values = Values({**subjects.formulas(), **own}, **given, **packages)
    return {name: np.asarray(getattr(values, name)) for name in subjects.quantities()}
