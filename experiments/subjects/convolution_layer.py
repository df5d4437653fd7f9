"""The book's Convolution layer."""

from collections.abc import Callable
from typing import Any

from experiments.subjects.asking import by_names, kept
from experiments.subjects.formulas import Formulas, Values
from experiments.subjects.inputs import PAD, STRIDE
from experiments.subjects.subject import Given, Questions, Subject, Twin, mistakes
from scratch.convolution import convolution_gradients, convolve, output_size

GRADIENTS = ("dW", "db")
"""In the order in which volume 2 keeps them in its list."""


def questions(given: Given) -> Questions:
    """How it is called for each quantity."""
    x, w, b, dout = (given[f"image_{name}"] for name in ("x", "W", "b", "dout"))

    def part(name: str) -> Callable[[Callable], object]:
        def ask(new: Callable) -> object:
            made = by_names(new, (w.copy(), b.copy()), {"stride": STRIDE, "pad": PAD})
            output = made.forward(x.copy())
            if name == "forward":
                return output
            dx = made.backward(dout.copy())
            return dx if name == "backward" else kept(made, name, GRADIENTS)

        return ask

    return {f"Convolution {name}": part(name) for name in ("forward", "backward", "dW", "db")}


def twin(keras: Twin) -> Formulas:
    """What Keras puts in the formulas' places."""
    x, w, b, dout = (keras.given[f"image_{name}"] for name in ("x", "W", "b", "dout"))
    output, gradients = keras.convolution.convolution(x, w, b, dout, STRIDE, PAD)
    return {"conv_output": lambda v: output, "conv_gradients": lambda v: gradients}


def _forward(v: Values, pad: int, stride: int = STRIDE) -> Any:  # noqa: ANN401 - as formulas
    return convolve(v.image_x, v.conv_filters, v.conv_bias, stride, pad)


def _rows(v: Values, pad: int) -> int:
    return output_size(v.image_x.shape[2], v.image_W.shape[2], STRIDE, pad)


def _gradients(v: Values, dout: Any) -> Any:  # noqa: ANN401 - as formulas
    return convolution_gradients(v.image_x, v.conv_filters, dout, STRIDE, PAD)


def _outputs_last(values: Any) -> Any:  # noqa: ANN401 - as formulas
    """The same numbers in the order sample, row, column, filter, cut into the right shape."""
    n, filters, down, across = values.shape
    return values.reshape(n, filters, down * across).mT.reshape(n, filters, down, across)


def _padded_once(v: Values) -> Any:  # noqa: ANN401 - as formulas
    """The same numbers cut into images whose height and width count the padding once."""
    n, filters, down, across = v.conv_windows.shape
    rows, cols = (
        1 + (v.image_x.shape[axis] + PAD - v.image_W.shape[axis]) // STRIDE for axis in (2, 3)
    )
    by_window = v.conv_windows.reshape(n, filters, down * across).mT.reshape(n, -1)
    found = by_window.shape[1] // (rows * cols)
    return by_window.reshape(n, rows * cols, found).mT.reshape(n, found, rows, cols)


SUBJECT = Subject(
    name="Convolution",
    names=("Convolution", "Conv"),
    questions=questions,
    formulas={
        "conv_bias": lambda v: v.image_b,
        "conv_filters": lambda v: v.image_W,
        "conv_windows": lambda v: _forward(v, PAD),
        "conv_rows": lambda v: _rows(v, PAD),
        "conv_sized": lambda v: v.conv_windows[:, :, : v.conv_rows],
        "conv_output": lambda v: v.conv_sized,
        "conv_dout": lambda v: v.image_dout,
        "conv_gradients": lambda v: _gradients(v, v.conv_dout),
        "conv_dx": lambda v: v.conv_gradients[0],
        "conv_dW": lambda v: v.conv_gradients[1],
        "conv_db": lambda v: v.conv_gradients[2],
        "Convolution forward": lambda v: v.conv_output,
        "Convolution backward": lambda v: v.conv_dx,
        "Convolution dW": lambda v: v.conv_dW,
        "Convolution db": lambda v: v.conv_db,
    },
    twin=twin,
    mistakes=mistakes(
        "values",
        {
            "conv-bias-missing": {"conv_bias": lambda v: 0 * v.image_b},
            "conv-filters-turned": {"conv_filters": lambda v: v.image_W[:, :, ::-1, ::-1]},
            "conv-filters-reshaped": {
                "conv_filters": lambda v: v.image_W.reshape(
                    v.image_W.size // len(v.image_W), len(v.image_W)
                ).T.reshape(*v.image_W.shape)
            },
            "conv-height-without-padding": {"conv_rows": lambda v: _rows(v, 0)},
            "conv-windows-without-stride": {
                "conv_windows": lambda v: _forward(v, PAD, 1)[:, :, :, : v.image_dout.shape[3]]
            },
            "conv-not-padded": {
                "conv_windows": lambda v: _forward(v, 0),
                "conv_rows": lambda v: _rows(v, 0),
            },
            "conv-padding-once": {"conv_sized": _padded_once},
            "conv-output-not-transposed": {"conv_output": lambda v: _outputs_last(v.conv_windows)},
            "conv-dout-not-transposed": {
                "conv_dout": lambda v: v.image_dout.reshape(
                    len(v.image_dout), v.image_dout[0, 0].size, len(v.image_W)
                ).mT.reshape(*v.image_dout.shape)
            },
            "conv-db-mean": {
                "conv_db": lambda v: v.conv_gradients[2] / (v.image_dout.size / len(v.image_b))
            },
            "conv-dW-divided": {"conv_dW": lambda v: v.conv_gradients[1] / len(v.image_x)},
        },
    ),
    is_class=True,
    traces={
        "conv_bias": r"dot|@|matmul",
        "conv_filters": r"reshape",
        "conv_output": r"transpose|return",
        "conv_windows": r"im2col|:\s*\w+\s*\+",
        "conv_rows": r"h\s*=",
        "conv_sized": r"h\s*=",
        "conv_dout": r"dout",
        "conv_dW": r"dW\s*=",
        "conv_db": r"db\s*=",
    },
    methods={
        "conv_bias": "forward",
        "conv_filters": "forward",
        "conv_output": "forward",
        "conv_windows": "forward",
        "conv_rows": "forward",
        "conv_sized": "forward",
        "conv_dout": "backward",
        "conv_dx": "backward",
        "conv_dW": "backward",
        "conv_db": "backward",
    },
)
