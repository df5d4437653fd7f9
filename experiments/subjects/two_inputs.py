"""What the book's layers of two inputs have in common: AddLayer and MulLayer."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from experiments.subjects.asking import layer
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Given, Questions, Subject, Twin, exchanged

Backward = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Of x, y and dout: dx and dy."""


def two_inputs(
    name: str,
    keras_name: str,
    forward: Callable[[np.ndarray, np.ndarray], np.ndarray],
    backward: Backward,
    mistakes: Mapping[str, Backward],
    written: tuple[str, str, str],
) -> Subject:
    """A layer of two inputs.

    Args:
        name: of the book's class.
        keras_name: of Keras' layer.
        forward: its output from x and y.
        backward: its gradients.
        mistakes: by id, what stands in the place of `backward`.
        written: how its output, dx and dy are written.
    """
    held = f"{name.removesuffix('Layer').lower()}_backward"

    def questions(given: Given) -> Questions:
        inputs = (given["scores"], given["y"])
        return layer(name, inputs, given["dout"], backward=(f"{name} dx", f"{name} dy"))

    def twin(keras: Twin) -> Formulas:
        def ahead(x: np.ndarray, y: np.ndarray) -> np.ndarray:
            return getattr(keras.layers, keras_name)()([x, y])

        def back(x: np.ndarray, y: np.ndarray, dout: np.ndarray) -> list[np.ndarray]:
            return keras.back(ahead, x, y, dout=dout)

        return {f"{name} forward": lambda v: ahead(v.scores, v.y), held: lambda v: back}

    return Subject(
        name=name,
        names=tuple(dict.fromkeys((name, keras_name, f"{keras_name}Layer"))),
        questions=questions,
        formulas={
            held: lambda v: backward,
            f"{name} forward": lambda v: forward(v.scores, v.y),
            f"{name} dx": lambda v: getattr(v, held)(v.scores, v.y, v.dout)[0],
            f"{name} dy": lambda v: getattr(v, held)(v.scores, v.y, v.dout)[1],
        },
        twin=twin,
        mistakes=exchanged(held, mistakes),
        is_class=True,
        traces={
            held: r"dout",
            f"{name} forward": r"[*+]",
            f"{name} dx": r"dx|dout",
            f"{name} dy": r"dy|dout",
        },
        methods={
            held: "backward",
            f"{name} forward": "forward",
            f"{name} dx": "backward",
            f"{name} dy": "backward",
        },
        parts=partial(_parts, name, written),
    )


def _parts(name: str, written: tuple[str, str, str], given: Given) -> dict[str, tuple[str, Given]]:
    """How its quantities are written, and of what."""
    inputs = {"x": given["scores"], "y": given["y"]}
    back = inputs | {"dout": given["dout"]}
    quantities = zip(("forward", "dx", "dy"), written, (inputs, back, back), strict=True)
    return {f"{name} {quantity}": (right, arrays) for quantity, right, arrays in quantities}
