"""What a stranger's functions, layers and nets are asked for, and how they are called."""

import contextlib
import re
from collections.abc import Callable

import numpy as np

from experiments.check.loading import SECONDS_PER_CALL, short, time_limit
from experiments.check.protocol import Answers, ask, unchanged

PARAMETERS = ("W1", "b1", "W2", "b2")
GRADIENT_PREFIX = re.compile(r"^(d|g|grad)_?(?=[Wb][12]$)")
LAYERS = ("Relu", "Sigmoid", "Affine", "SoftmaxWithLoss", "MulLayer", "AddLayer")

Call = Callable[[Callable], object]


def function_calls(given: dict[str, np.ndarray]) -> dict[str, list[tuple[str, Call]]]:
    """By our name of a function or layer: quantities, and how it is called for each."""
    scores, y, t = given["scores"], given["y"], given["t"]
    labels = t.argmax(axis=1)
    x1, x2 = given["x1"], given["x2"]

    def gate(f: Callable) -> list[float]:
        return [f(int(a), int(b)) for a, b in zip(x1, x2, strict=True)]

    def cubes(x: np.ndarray) -> float:
        return float(np.sum(x**3) + np.sum(np.prod(x, axis=-1)))

    def parabola(x: np.ndarray) -> float:
        return float(np.sum((x - 3) ** 2 + 10))

    def descended(f: Callable) -> object:
        """The point, of functions that return the way to it as well."""
        found = f(parabola, given["point"].copy(), 0.01, 100)
        return found[0] if isinstance(found, tuple) else found

    def elementwise(f: Callable) -> object:
        """On an array, or one by one for a function of single numbers."""
        try:
            return f(scores.copy())
        except (ValueError, TypeError):
            return np.array([[f(float(score)) for score in row] for row in scores])

    return {
        "step": [("step", elementwise)],
        "sigmoid": [("sigmoid", elementwise)],
        "relu": [("relu", elementwise)],
        "identity": [("identity", elementwise)],
        "sigmoid_grad": [("slope of the sigmoid", elementwise)],
        "relu_grad": [("slope of the ReLU", elementwise)],
        "numerical_diff": [("numerical derivative", lambda f: f(lambda x: x**3, 1.5))],
        "softmax": [
            ("softmax, batch", lambda f: f(scores.copy())),
            ("softmax, one sample", lambda f: f(scores[0].copy())),
            ("softmax, far", lambda f: f(scores[0] + 1000.0)),
            ("softmax, far batch", lambda f: f(scores + 1000.0)),
        ],
        "half_squared_error": [
            ("squared error, batch", lambda f: f(y.copy(), t.copy())),
            ("squared error, one sample", lambda f: f(y[0].copy(), t[0].copy())),
        ],
        "cross_entropy_error": [
            ("cross-entropy, one-hot", lambda f: f(y.copy(), t.copy())),
            ("cross-entropy, labels", lambda f: f(y.copy(), labels.copy())),
            ("cross-entropy, one sample", lambda f: f(y[0].copy(), t[0].copy())),
        ],
        "numerical_gradient": [
            ("numerical gradient", lambda f: f(cubes, given["at"].copy())),
            ("numerical gradient, matrix", lambda f: f(cubes, given["at_matrix"].copy())),
        ],
        "gradient_descent": [("gradient descent", descended)],
        "AND": [("AND", gate)],
        "OR": [("OR", gate)],
        "NAND": [("NAND", gate)],
        "XOR": [("XOR", gate)],
        **_layer_calls(given),
        **_study_note_calls(given),
    }


def _layer_calls(given: dict[str, np.ndarray]) -> dict[str, list[tuple[str, Call]]]:
    """For the book's layer classes."""
    scores, y, t, dout = (given[name] for name in ("scores", "y", "t", "dout"))
    x, w, b, affine_dout = (given[f"affine_{name}"] for name in ("x", "W", "b", "dout"))

    def forward(*inputs: np.ndarray) -> Call:
        return lambda new: new().forward(*(array.copy() for array in inputs))

    def backward(inputs: tuple[np.ndarray, ...], dout: np.ndarray | int, part: int) -> Call:
        def call(new: Callable) -> object:
            layer = new()
            layer.forward(*(array.copy() for array in inputs))
            found = layer.backward(dout if isinstance(dout, int) else dout.copy())
            return found[part] if isinstance(found, tuple) else found

        return call

    def affine(part: str) -> Call:
        def call(new: Callable) -> object:
            layer = new(w.copy(), b.copy())
            output = layer.forward(x.copy())
            if part == "forward":
                return output
            dx = layer.backward(affine_dout.copy())
            if part == "backward":
                return dx
            held = [name for name in dir(layer) if name.lower() == part.lower()]  # some write dB
            if not held:
                raise ValueError(f"has no {part} after backward")
            return getattr(layer, held[0])

        return call

    return {
        "Relu": [
            ("Relu forward", forward(scores)),
            ("Relu backward", backward((scores,), dout, 0)),
        ],
        "Sigmoid": [
            ("Sigmoid forward", forward(scores)),
            ("Sigmoid backward", backward((scores,), dout, 0)),
        ],
        "Affine": [
            (f"Affine {part}", affine(part)) for part in ("forward", "backward", "dW", "db")
        ],
        "SoftmaxWithLoss": [
            ("SoftmaxWithLoss forward", forward(scores, t)),
            ("SoftmaxWithLoss backward", backward((scores, t), 1, 0)),
        ],
        **{
            name: [
                (f"{name} forward", forward(scores, y)),
                (f"{name} dx", backward((scores, y), dout, 0)),
                (f"{name} dy", backward((scores, y), dout, 1)),
            ]
            for name in ("MulLayer", "AddLayer")
        },
    }


def _study_note_calls(given: dict[str, np.ndarray]) -> dict[str, list[tuple[str, Call]]]:
    """For source 002's functions, which take one sample; its epochs take all four."""
    x, d, w, w1, w2, a, a1, delta = (
        given[f"note_{name}"] for name in ("X", "D", "W", "W1", "W2", "a", "a1", "delta")
    )
    y, y1 = 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(-a1))

    def by_sample(*rows: np.ndarray) -> Call:
        return lambda f: [f(*(row.copy() for row in sample)) for sample in zip(*rows, strict=True)]

    def net_output(part: int) -> Call:
        return lambda f: [f(w1.copy(), w2.copy(), sample.copy())[part] for sample in x]

    def epoch(*weights: np.ndarray, part: int | None = None) -> Call:
        def call(f: Callable) -> object:
            new = f(*(array.copy() for array in weights), x.copy(), d.copy(), 0.9)
            return new if part is None else new[part]

        return call

    return {
        "unit_output": [
            ("output of the unit", lambda f: [f(w.copy(), sample.copy()) for sample in x])
        ],
        "net_output": [
            ("output of the net", net_output(0)),
            ("hidden outputs", net_output(1)),
        ],
        "delta": [("delta", by_sample(d, y))],
        "cross_entropy_delta": [("delta of the cross-entropy", by_sample(d, y))],
        "hidden_delta": [
            (
                "delta of the hidden layer",
                lambda f: [f(w2.copy(), *pair) for pair in zip(delta, y1, strict=True)],
            )
        ],
        "delta_GD": [("delta_GD", epoch(w))],
        **{
            name: [
                (f"{name} W1", epoch(w1, w2, part=0)),
                (f"{name} W2", epoch(w1, w2, part=1)),
            ]
            for name in ("backprop_XOR", "BackpropCE")
        },
    }


def check_net(
    answers: Answers, path: str, name: str, new: type, given: dict[str, np.ndarray]
) -> None:
    """Build a net, give it the probe's parameters, and ask it for everything it has."""
    x, t = given["net_x"], given["net_t"]
    params = {key: given[f"net_{key}"] for key in PARAMETERS}
    sizes = (*params["W1"].shape, params["W2"].shape[1])

    def build() -> object:
        try:
            return new(*sizes)
        except TypeError as error:
            with contextlib.suppress(TypeError):
                return new(input_size=sizes[0], hidden_size=sizes[1], output_size=sizes[2])
            raise error

    try:
        with time_limit(SECONDS_PER_CALL):
            net = build()
            _put(net, params)
    except BaseException as error:
        why = f"it is no net of one hidden layer ({short(error)})"
        answers.write(kind="not checked", subject=name, why=why)
        return

    def far() -> object:
        _put(net, params | {"b2": params["b2"] + 1000.0})
        return net.predict(x.copy())

    def fresh(method: str, *arguments: np.ndarray) -> Callable[[], object]:
        def call() -> object:
            _put(net, params)
            copies = [argument.copy() for argument in arguments]
            value = getattr(net, method)(*copies)
            unchanged(answers, name, method, list(arguments), copies)
            return value

        return call

    if hasattr(net, "predict"):
        ask(answers, path, name, "predict", fresh("predict", x))
        ask(answers, path, name, "far", far)
    if hasattr(net, "loss"):
        ask(answers, path, name, "loss", fresh("loss", x, t))
        ask(answers, path, name, "loss, labels", fresh("loss", x, t.argmax(axis=1)))
    if hasattr(net, "accuracy"):
        ask(answers, path, name, "accuracy", fresh("accuracy", x, t))
    for method in ("gradient", "numerical_gradient"):
        if not hasattr(net, method):
            answers.write(kind="missing", subject=name, quantity=method)
            continue
        gradients = _gradients(answers, path, name, method, fresh(method, x, t))
        for key in PARAMETERS:
            if key in gradients:
                ask(answers, path, name, f"{method} {key}", lambda k=key, g=gradients: g[k])


def _gradients(
    answers: Answers, path: str, name: str, method: str, compute: Callable[[], object]
) -> dict[str, object]:
    """What a gradient method returns, by parameter name; a dict or four arrays."""
    found: dict[str, object] = {}

    def call() -> float:
        value = compute()
        if isinstance(value, dict):
            named = {GRADIENT_PREFIX.sub("", str(key)): array for key, array in value.items()}
        elif isinstance(value, list | tuple) and len(value) == len(PARAMETERS):
            named = dict(zip(PARAMETERS, value, strict=True))
        else:
            raise ValueError(f"returned {type(value).__name__}: a dict of four gradients is needed")
        found.update(named)
        if missing := [key for key in PARAMETERS if key not in named]:
            raise ValueError(f"gives no gradient of {', '.join(missing)}")
        return 0.0

    ask(answers, path, name, method, call)
    return found


def _put(net: object, params: dict[str, np.ndarray]) -> None:
    """Write parameters into a net's own arrays, which its layers may hold as well."""
    held = getattr(net, "params", None)
    for name, values in params.items():
        array = held[name] if isinstance(held, dict) else getattr(net, name)
        if array.shape == values.shape or (array.size == values.size and 1 in array.shape):
            array[...] = values.reshape(array.shape)
        else:
            raise ValueError(f"{name} has shape {array.shape}, not {values.shape}")


def is_net(value: object) -> bool:
    """Whether a class has the face of the book's nets."""
    wanted = ("predict", "loss", "gradient", "numerical_gradient")
    return isinstance(value, type) and sum(hasattr(value, name) for name in wanted) >= 2
