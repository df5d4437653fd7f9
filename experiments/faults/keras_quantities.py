"""What Keras' own functions, layers and automatic differentiation give for the same quantities."""

from collections.abc import Callable
from importlib import import_module

import numpy as np

from experiments.faults.formulas import Values
from experiments.faults.functions import FUNCTIONS, QUANTITIES
from experiments.faults.quantities import function_inputs
from experiments.judge.conventions import epsilon_term
from scratch.functions import softmax


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
