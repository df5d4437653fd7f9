"""A net of any layers: its gradients, and the slopes of its own loss beside them."""

import inspect
from functools import partial
from typing import Any

import numpy as np

from experiments.check.inside.loading import FAILURES, SECONDS_PER_CALL, time_limit
from experiments.check.inside.nets import OWN_SLOPES, half_right
from experiments.check.inside.protocol import Answers, ask
from experiments.check.inside.slopes import slopes, some_of
from experiments.check.inside.stack import write_layers
from experiments.check.inside.stepping import TURNED_ON, built, own_sizes
from experiments.check.inside.surroundings import draw_from_the_start
from experiments.words import Problem

SAMPLES, INPUTS, OUTPUTS = 3, 6, 5
IMAGES = ((1, 10, 10), (1, 28, 28))
"""Channels, rows and columns of the images that a net may take."""

SMALL = 0.1
"""How far biases and the like are moved from where they start."""


def ask_for_own_slopes(answers: Answers, path: str, name: str, new: type) -> None:
    """Give a net other weights, and ask it for its gradients and for its loss around them.

    Args:
        answers: where to.
        path: of the stranger's file.
        name: of the class.
        new: the class, with `params` by name, `loss` and `gradient`.
    """
    for inputs in ((INPUTS,), *IMAGES, *((size,) for size in own_sizes(new))):
        try:
            with time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
                net, x, t = _ready(new, inputs)
                losses = [_loss(net, x, t) for _ in range(2)]
                fresh, *_ = _ready(new, inputs)
        except FAILURES:
            continue
        if losses[0] != losses[1]:
            return  # it draws numbers of its own: its slopes say nothing
        _ask(answers, path, name, net, fresh, x, t)
        if hasattr(net, "accuracy"):
            _ask_for_accuracy(answers, path, name, net, x)
        write_layers(answers, name, net, x)
        return


def _loss(net: Any, x: np.ndarray, t: np.ndarray) -> float:  # noqa: ANN401
    """A net's loss as in training, of units that are dropped the same ones every time."""
    draw_from_the_start()
    flags = [p for p in inspect.signature(net.loss).parameters if "train" in p]
    return float(net.loss(x.copy(), t.copy(), **dict.fromkeys(flags, True)))


def _ask(
    answers: Answers,
    path: str,
    name: str,
    net: Any,  # noqa: ANN401 - a stranger's
    fresh: Any,  # noqa: ANN401 - another one, of which nothing was asked before
    x: np.ndarray,
    t: np.ndarray,
) -> None:
    gradients: dict[str, np.ndarray] = {}

    def gradient() -> float:
        draw_from_the_start()
        gradients.update(fresh.gradient(x.copy(), t.copy()))
        return 0.0

    def some_gradients(key: str) -> np.ndarray:
        own = np.asarray(gradients[key])
        if own.shape != net.params[key].shape:
            shapes = {"is_": own.shape, "not_": net.params[key].shape}
            raise Problem("check.why.shape", name=f"gradient['{key}']", **shapes)
        return own.flat[some_of(own)]

    if ask(answers, path, name, f"{OWN_SLOPES}: gradient", gradient) is None:
        return
    for key, array in net.params.items():
        ask(answers, path, name, f"{OWN_SLOPES}: g{key}", partial(some_gradients, key))
        around = partial(slopes, partial(_loss, net, x, t), array, some_of(array))
        ask(answers, path, name, f"{OWN_SLOPES}: {key}", around)


def _ask_for_accuracy(
    answers: Answers,
    path: str,
    name: str,
    net: Any,  # noqa: ANN401 - a stranger's
    x: np.ndarray,
) -> None:
    """With targets of which every other one is what it answers; a batch at a time, of one sample.

    So that what is divided by the size of a batch shows.
    """
    outputs = np.asarray(net.predict(x.copy()))
    targets = half_right(outputs, np.zeros(outputs.shape))
    sizes = [p for p in inspect.signature(net.accuracy).parameters if "batch" in p]

    def accuracy() -> object:
        return net.accuracy(x.copy(), targets.copy(), **dict.fromkeys(sizes, 1))

    ask(answers, path, name, f"{OWN_SLOPES}: answers", lambda: outputs)
    ask(answers, path, name, f"{OWN_SLOPES}: accuracy", accuracy)


def _ready(new: type, inputs: tuple[int, ...]) -> tuple[Any, np.ndarray, np.ndarray]:
    """A net with weights at which nothing is small, and samples with targets for it."""
    rng = np.random.default_rng(13)
    x = rng.normal(size=(SAMPLES, *inputs))
    net = _made(new, x)
    for key, array in net.params.items():
        spread = rng.normal(size=array.shape)
        if array.ndim == 1:
            array += SMALL * spread
        else:
            inner = array.shape[1:] if array.ndim == 4 else array.shape[:1]
            array[...] = spread / np.sqrt(np.prod(inner))
        if array is not net.params[key] or array.dtype != np.float64:
            raise TypeError(key)  # in float32 differences are mostly rounding
    outputs = np.shape(net.predict(x.copy()))[1]
    t = np.eye(outputs)[rng.integers(outputs, size=SAMPLES)]
    return net, x, t


def _made(new: type, x: np.ndarray) -> Any:  # noqa: ANN401 - a stranger's net
    """The net with sizes of ours, or with its own."""
    try:
        return built(new, x, np.zeros((SAMPLES, OUTPUTS)), on=TURNED_ON)
    except (Exception, SystemExit):
        return new()
