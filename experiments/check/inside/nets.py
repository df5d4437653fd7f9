"""What a stranger's net is asked for, and how it is built and called."""

import contextlib
import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from experiments.check.inside.faces import PARAMETERS, ROLES, Face, faced, held
from experiments.check.inside.loading import SECONDS_PER_CALL, time_limit
from experiments.check.inside.protocol import Answers, ask, unchanged, why
from experiments.check.inside.slopes import slopes, some_of
from experiments.words import Problem

OCCASIONS = ("one sample", "an absent class", "saturated units", "after another batch", "labels")
"""A batch of one; one without a class; weights at which units are saturated; a loss asked for on
another batch before, of which something may still be held; labels instead of one-hot targets."""

ONE_OUTPUT = "one output"
"""The occasion on which a loss is asked for of the first output alone."""

OWN_SLOPES = "slopes of its own loss"
"""The occasion on which a net's gradient is held against its own loss."""

KEPT = "weights after a gradient"
"""Whether they are those before it."""

SMALL = 0.1
"""What output biases are multiplied by."""

GRADIENT = re.compile(r"(?:d|g|grad)?_?([WwBb])([12])")
"""What a gradient may be called, and the parameter that it is of."""


def check_net(
    answers: Answers, path: str, name: str, new: Callable, given: dict[str, np.ndarray]
) -> bool:
    """Build a net, give it the probe's parameters, and ask it for everything it has.

    Returns:
        Whether it could be asked.
    """
    x, t = given["net_x"], given["net_t"]
    params = {key: given[f"net_{key}"] for key in PARAMETERS}
    build = partial(_built, new, given)
    try:
        with time_limit(SECONDS_PER_CALL):
            net = build()
            start = np.array(held(net, "W1"), float)
            if _has(net, "W3"):
                return False  # it took three sizes for some of its own
            _put(net, params)
    except BaseException as error:
        if not isinstance(error, TypeError | AttributeError | KeyError):  # it is another thing
            answers.write(kind="not checked", subject=name, why=why(error, "check.why.no net"))
        return False

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

    ask(answers, path, name, "start W1", lambda: start)
    ask(answers, path, name, "columns", lambda: float(getattr(net, "columns", False)))
    ask(answers, path, name, "in float32", lambda: float(_in_float32(net)))
    if hasattr(net, "predict"):
        ask(answers, path, name, "predict", fresh("predict", x))
        ask(answers, path, name, "far", far)
    if hasattr(net, "loss"):
        ask(answers, path, name, "loss", fresh("loss", x, t))
        ask(answers, path, name, "loss, labels", fresh("loss", x, t.argmax(axis=1)))
    if hasattr(net, "accuracy"):
        _ask_for_accuracy(answers, path, name, net, given)
    _on_other_occasions(answers, path, name, build, given)
    for method in getattr(net, "METHODS", ("gradient", "numerical_gradient")):
        if not hasattr(net, method):
            answers.write(kind="missing", subject=name, quantity=method)
            continue
        gradients = _gradients(answers, path, name, method, fresh(method, x, t))
        if method == "gradient" and gradients and not isinstance(net, Face):
            ask(answers, path, name, KEPT, lambda: float(_still_has(net, params)))
        for key in PARAMETERS:
            if key in gradients:
                ask(answers, path, name, f"{method} {key}", partial(gradients.get, key))
    return True


def _built(new: Callable, given: dict[str, np.ndarray], occasion: str = "net") -> Any:  # noqa: ANN401 - a stranger's net
    """A new net of an occasion's sizes, behind the book's face; or handed its parameters."""
    sizes = inputs, hidden, outputs = (
        *given[f"{occasion}_W1"].shape,
        given[f"{occasion}_W2"].shape[1],
    )
    needed = [p for p in inspect.signature(new).parameters.values() if p.default is p.empty]
    if len(needed) == 1 and needed[0].name.lower() in ROLES["params"]:
        shapes = ((inputs, hidden), (hidden,), (hidden, outputs), (outputs,))
        rng = np.random.default_rng(0)
        drawn = (rng.normal(size=shape) for shape in shapes)
        return faced(new(dict(zip(PARAMETERS, drawn, strict=True))))
    try:
        return faced(new(*sizes))
    except TypeError as error:
        with contextlib.suppress(TypeError):
            return faced(new(input_size=sizes[0], hidden_size=sizes[1], output_size=sizes[2]))
        raise error


def _ask_for_accuracy(
    answers: Answers,
    path: str,
    name: str,
    net: Any,  # noqa: ANN401 - a stranger's
    given: dict[str, np.ndarray],
) -> None:
    """Without the output's biases, of which one is so large that all answers would be the same."""
    x, outputs = given["net_x"], None

    def put() -> None:
        params = {key: given[f"net_{key}"] for key in PARAMETERS}
        _put(net, params | {"b2": np.zeros_like(params["b2"])})

    def predict() -> object:
        put()
        return net.predict(x.copy())

    if hasattr(net, "predict"):
        outputs = ask(answers, path, name, "answers", predict)
    targets = half_right(outputs, given["net_t"])

    def accuracy() -> object:
        put()
        return net.accuracy(x.copy(), targets.copy())

    ask(answers, path, name, "accuracy", accuracy)


def half_right(outputs: object, t: np.ndarray) -> np.ndarray:
    """Targets of which outputs of the same shape answer every other one rightly."""
    y = np.asarray(outputs)
    if y.shape != t.shape:
        return t
    row, classes = np.arange(len(y)), y.shape[1]
    return np.eye(classes)[np.where(row % 2, y.argmax(axis=1) + 1, y.argmax(axis=1)) % classes]


def _ask_for_own_slopes(
    answers: Answers,
    path: str,
    name: str,
    net: Any,  # noqa: ANN401 - a stranger's
    given: dict[str, np.ndarray],
) -> None:
    """The gradient, and the slopes of the net's own loss, at some elements of every parameter.

    With small output biases, so that no unit is saturated and no ε weighs.
    """
    x, t = given["net_x"], given["net_t"]
    params = {key: given[f"net_{key}"].copy() for key in PARAMETERS}
    params["b2"] *= SMALL

    def loss() -> float:
        _put(net, params)
        return float(net.loss(x.copy(), t.copy()))

    def gradient() -> object:
        _put(net, params)
        return net.gradient(x.copy(), t.copy())

    found = _gradients(answers, path, name, OWN_SLOPES, gradient)
    for key in PARAMETERS:
        if (own := np.asarray(found.get(key))).shape == params[key].shape:
            some = own.flat[some_of(own)]
            ask(answers, path, name, f"{OWN_SLOPES}: g{key}", partial(np.copy, some))
            ask(
                answers,
                path,
                name,
                f"{OWN_SLOPES}: {key}",
                partial(slopes, loss, params[key], some_of(params[key])),
            )


def _on_other_occasions(
    answers: Answers,
    path: str,
    name: str,
    build: Callable[..., Any],
    given: dict[str, np.ndarray],
) -> None:
    """Ask a new net for its loss and gradient where faults hide from the probe; see `OCCASIONS`."""
    new = build()
    has_loss, has_gradient = hasattr(new, "loss"), hasattr(new, "gradient")
    if has_loss and has_gradient:
        _ask_for_own_slopes(answers, path, name, new, given)
    for occasion in (*OCCASIONS, ONE_OUTPUT):
        x, t = given[f"{occasion}_x"], given[f"{occasion}_t"]

        def compute(x: np.ndarray = x, t: np.ndarray = t, occasion: str = occasion) -> object:
            net = build()
            if occasion == "after another batch" and not isinstance(net, Face):
                _put(net, {key: given[f"net_{key}"] / 2 for key in PARAMETERS})
                net.gradient(given["net_x"].copy(), given["net_t"].copy())
            _put(net, {key: given[f"{occasion}_{key}"] for key in PARAMETERS})
            if occasion == "after another batch" and has_loss:
                with contextlib.suppress(Exception):  # it is asked for alone as well
                    net.loss(given["net_x"].copy(), given["net_t"].copy())
            return net.gradient(x.copy(), t.copy())

        def loss(x: np.ndarray = x, t: np.ndarray = t, occasion: str = occasion) -> object:
            net = build(occasion)
            _put(net, {key: given[f"{occasion}_{key}"] for key in PARAMETERS})
            return net.loss(x.copy(), t.copy())

        if has_loss:
            ask(answers, path, name, f"{occasion}: loss", loss)
        if not has_gradient or occasion == ONE_OUTPUT:
            continue
        found = _gradients(answers, path, name, f"gradient, {occasion}", compute)
        for key in PARAMETERS:
            if key in found:
                ask(answers, path, name, f"{occasion}: g{key}", partial(found.get, key))


def _gradients(
    answers: Answers, path: str, name: str, method: str, compute: Callable[[], object]
) -> dict[str, object]:
    """What a gradient method returns, by parameter name; a dict or four arrays."""
    found: dict[str, object] = {}

    def call() -> float:
        value = compute()
        if isinstance(value, dict):
            named = {_parameter(str(key)): array for key, array in value.items()}
        elif isinstance(value, list | tuple) and len(value) == len(PARAMETERS):
            named = dict(zip(PARAMETERS, value, strict=True))
        else:
            raise Problem("check.why.no gradients", type=type(value).__name__)
        found.update(named)
        if missing := [key for key in PARAMETERS if key not in named]:
            raise Problem("check.why.no gradient of", names=", ".join(missing))
        return 0.0

    ask(answers, path, name, method, call)
    return found


def _parameter(name: str) -> str:
    """The parameter that a gradient is of, as the book calls it."""
    found = GRADIENT.fullmatch(name)
    return {"w": "W", "b": "b"}[found[1].lower()] + found[2] if found else name


def _in_float32(net: object) -> bool:
    return any(held(net, name).dtype == np.float32 for name in PARAMETERS)


def _has(net: object, name: str) -> bool:
    """Whether a net has a parameter of a name."""
    with contextlib.suppress(AttributeError, KeyError):
        held(net, name)
        return True
    return False


def _still_has(net: object, params: dict[str, np.ndarray]) -> bool:
    """Whether a net's own arrays are these parameters still."""
    return all(
        np.allclose(held(net, name).ravel(), values.ravel(), rtol=1e-6, atol=1e-6)
        for name, values in params.items()
    )


def _put(net: object, params: dict[str, np.ndarray]) -> None:
    """Write parameters into a net's own arrays, which its layers may hold as well."""
    for name, values in params.items():
        array = held(net, name)
        if array.shape == values.shape or (array.size == values.size and 1 in array.shape):
            array[...] = values.reshape(array.shape)
        elif array.ndim == 2 and array.shape[1:] == values.shape and name[0] == "b":
            raise Problem("check.why.bias rows", name=name, is_=array.shape)
        else:
            raise Problem("check.why.shape", name=name, is_=array.shape, not_=values.shape)
