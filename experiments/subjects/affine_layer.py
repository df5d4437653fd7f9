"""The book's Affine layer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from experiments.subjects.asking import kept
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.subject import Given, Questions, Subject, Twin, mistakes

GRADIENTS = ("dW", "db")
"""In the order in which volume 2 keeps them in its list."""


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    x, w, b, dout = (given[f"affine_{name}"] for name in ("x", "W", "b", "dout"))

    def affine(part: str, times: int = 1) -> Callable[[Callable], object]:
        def ask(new: Callable) -> object:
            made = new(w.copy(), b.copy())
            for _ in range(times - 1):
                made.forward(x.copy())
                made.backward(dout.copy())
            output = made.forward(x.copy())
            if part == "forward":
                return output
            dx = made.backward(dout.copy())
            if part == "backward":
                return dx
            return kept(made, part, GRADIENTS)

        return ask

    again = {f"Affine {part}, again": affine(part, times=2) for part in GRADIENTS}
    parts = ("forward", "backward", *GRADIENTS)
    return {f"Affine {part}": affine(part) for part in parts} | again


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    given = keras.given
    dense = keras.layers.Dense(len(given["affine_b"]))
    dense.build(given["affine_x"].shape)
    dense.set_weights([given["affine_W"], given["affine_b"]])
    pulled_back = keras.gradients.pulled_back
    forward, gradients = pulled_back(dense, [given["affine_x"]], given["affine_dout"])
    found = dict(zip(("affine_dx", "affine_dW", "affine_db"), gradients, strict=True))
    found["affine_forward"] = forward
    return {name: partial(_given, values) for name, values in found.items()}


def _given(values: Any, _: Values) -> Any:  # noqa: ANN401 - as formulas
    return values


SUBJECT = Subject(
    name="Affine",
    names=("Affine",),
    questions=questions,
    formulas={
        "affine_forward": lambda v: v.affine_x @ v.affine_W + v.affine_b,
        "affine_dx": lambda v: v.affine_dout @ v.affine_W.T,
        "affine_dW": lambda v: v.affine_x.T @ v.affine_dout,
        "affine_db": lambda v: v.affine_dout.sum(axis=0),
        "Affine forward": lambda v: v.affine_forward,
        "Affine backward": lambda v: v.affine_dx,
        "Affine dW": lambda v: v.affine_dW,
        "Affine db": lambda v: v.affine_db,
        "affine_dW_again": lambda v: v.affine_dW,
        "affine_db_again": lambda v: v.affine_db,
        "Affine dW, again": lambda v: v.affine_dW_again,
        "Affine db, again": lambda v: v.affine_db_again,
    },
    twin=twin,
    mistakes=(
        *mistakes(
            "values", {"affine-bias-missing": {"affine_forward": lambda v: v.affine_x @ v.affine_W}}
        ),
        *mistakes(
            "values",
            {
                "affine-dx-reshaped": {
                    "affine_dx": lambda v: (
                        v.affine_dout @ v.affine_W.reshape(v.affine_W.shape[1], v.affine_W.shape[0])
                    )
                }
            },
        ),
        *mistakes("values", {"affine-dx-is-dout": {"affine_dx": lambda v: v.affine_dout * 1.0}}),
        *mistakes(
            "values",
            {"affine-dW-transposed": {"affine_dW": lambda v: v.affine_dout.T @ v.affine_x}},
        ),
        *mistakes(
            "values",
            {
                "affine-dW-reshaped": {
                    "affine_dW": lambda v: (
                        v.affine_x.reshape(v.affine_x.shape[1], v.affine_x.shape[0]) @ v.affine_dout
                    )
                }
            },
        ),
        *mistakes(
            "values",
            {
                "affine-dW-divided": {
                    "affine_dW": lambda v: v.affine_x.T @ v.affine_dout / len(v.affine_x)
                }
            },
        ),
        *mistakes("values", {"affine-db-not-summed": {"affine_db": lambda v: v.affine_dout * 1.0}}),
        *mistakes(
            "values",
            {
                "affine-db-mean": {
                    "affine_db": lambda v: v.affine_dout.sum(axis=0) / len(v.affine_x)
                }
            },
        ),
        *mistakes("values", {"affine-db-total": {"affine_db": lambda v: v.affine_dout.sum()}}),
        *mistakes(
            "values", {"affine-db-over-units": {"affine_db": lambda v: v.affine_dout.sum(axis=1)}}
        ),
        *mistakes(
            "values",
            {"affine-dW-accumulates": {"affine_dW_again": lambda v: v.affine_dW + v.affine_dW}},
        ),
        *mistakes(
            "values",
            {"affine-db-accumulates": {"affine_db_again": lambda v: v.affine_db + v.affine_db}},
        ),
    ),
    is_class=True,
    traces={
        "affine_forward": r"dot|@|matmul",
        "affine_dx": r"return|dx\s*=",
        "affine_dW": r"dW\s*=",
        "affine_db": r"db\s*=",
        "affine_dW_again": r"dW\s*\+=",
        "affine_db_again": r"db\s*\+=",
    },
    methods={
        "affine_forward": "forward",
        "affine_dx": "backward",
        "affine_dW": "backward",
        "affine_db": "backward",
        "affine_dW_again": "backward",
        "affine_db_again": "backward",
    },
)
