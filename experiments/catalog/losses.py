"""Loss functions and the conventions in which the sources and Keras differ (000, 004)."""

from collections.abc import Callable
from functools import partial

import numpy as np

from experiments.data.draws import draw_start
from experiments.spec import Evaluation, Experiment, Package, normal

Y = np.array([[0.1, 0.05, 0.6, 0.05, 0.2], [0.3, 0.3, 0.1, 0.2, 0.1], [1e-9, 0.2, 0.3, 0.4, 0.1]])
LABELS = np.array([2, 3, 0])
ONE_HOT = np.eye(5)[LABELS]


def same_convention(package: Package) -> dict[str, float]:
    """The losses in the sources' convention; Keras' stock losses brought to it."""
    functions = package("functions")
    values = {}
    for name in ("half_squared_error", "mean_squared_error", "binary_cross_entropy_error"):
        loss = getattr(functions, name)
        values[f"{name}, batch"] = float(loss(Y[:2], ONE_HOT[:2]))
        values[f"{name}, one sample"] = float(loss(Y[0], ONE_HOT[0]))
    return values


def cross_entropy(package: Package) -> dict[str, float]:
    """Cross-entropy in every form of target, with what the sources' ε takes off put back."""
    loss = package("functions").cross_entropy_error
    ours = package("functions").__name__.startswith("scratch")

    def without_epsilon(y: np.ndarray, t: np.ndarray, chosen: np.ndarray) -> float:
        return float(loss(y, t)) + ours * float(np.mean(np.log1p(1e-7 / chosen)))

    two = Y[[0, 1], LABELS[:2]]
    return {
        "one-hot, batch": without_epsilon(Y[:2], ONE_HOT[:2], two),
        "labels, batch": without_epsilon(Y[:2], LABELS[:2], two),
        "one-hot, one sample": without_epsilon(Y[0], ONE_HOT[0], two[:1]),
        "label, one sample": without_epsilon(Y[0], LABELS[0], two[:1]),
    }


def conventions(package: Package) -> dict[str, float]:
    """The same predictions under both conventions, computed with the scratch functions alone."""
    from scratch.functions import cross_entropy_error, half_squared_error, mean_squared_error

    half = half_squared_error(Y, ONE_HOT)
    return {
        "half squared error of the batch": float(half),
        "mean squared error of the batch": float(mean_squared_error(Y, ONE_HOT)),
        "their ratio, outputs x samples / 2": float(half / mean_squared_error(Y, ONE_HOT)),
        "cross-entropy of a certain error, with epsilon": float(
            cross_entropy_error(np.array([0.0, 1.0]), np.array([1, 0]))
        ),
        "cross-entropy at y_t = 0.6, without minus with epsilon": float(np.log1p(1e-7 / 0.6)),
        "cross-entropy at y_t = 1e-9, without minus with epsilon": float(np.log1p(1e-7 / 1e-9)),
    }


def constants(package: Package) -> dict[str, float]:
    """The sources' ε and h, found in what their functions do with them."""
    from scratch.functions import cross_entropy_error
    from scratch.gradients import numerical_gradient

    visited: list[float] = []

    def f(x: np.ndarray) -> float:
        visited.append(float(x[0]))
        return 0.0

    numerical_gradient(f, np.zeros(1))
    error_of_zero = cross_entropy_error(np.array([0.0, 1.0]), np.array([1, 0]))
    return {"epsilon": float(np.exp(-error_of_zero)), "h": max(visited)}


def _at(quantity: Callable[..., float], x: np.ndarray, t: np.ndarray, _: np.ndarray) -> float:
    return quantity(x, t)


def why_a_loss(package: Package) -> dict[str, float]:
    """Share of weights for which a step of 1e-4 changes the accuracy, and the loss."""
    from scratch.gradients import numerical_gradient
    from scratch.two_layer_net import TwoLayerNet

    rng = np.random.RandomState(0)
    start = normal(0.5, W1=(5, 8), b1=(8,), W2=(8, 3), b2=(3,))
    net = TwoLayerNet(draw_start(start, rng))
    x, t = rng.randn(100, 5), np.eye(3)[rng.randint(3, size=100)]
    shares = {}
    for name, quantity in (("accuracy", net.accuracy), ("loss", net.loss)):
        changed = [
            numerical_gradient(partial(_at, quantity, x, t), values) != 0
            for values in net.params.values()
        ]
        shares[name] = float(np.mean(np.concatenate([c.ravel() for c in changed])))
    return shares


EXPERIMENT = Experiment(
    name="losses",
    lesson=18,
    sources=("000", "004"),
    shows=("functions.cross_entropy_error", "functions.half_squared_error"),
    evaluations=(
        Evaluation(name="same convention", compute=same_convention, roundings=40),
        Evaluation(name="cross-entropy", compute=cross_entropy, roundings=40),
        Evaluation(name="conventions", compute=conventions, compared=False),
        Evaluation(name="constants", compute=constants, compared=False, printed=("epsilon", "h")),
        Evaluation(name="accuracy or loss", compute=why_a_loss, compared=False),
    ),
)
