"""Four optimizers in a narrow valley and on MNIST (book, 6.1)."""

from dataclasses import replace
from typing import Any

import numpy as np

from experiments.catalog.two_layer_net_50 import TRAINING as BY_SGD
from experiments.judge.bounds import Bounded
from experiments.spec import Evaluation, Experiment, Optimizer, Package
from scratch.optimizers import EPSILON, OPTIMIZERS, descend_valley, valley, valley_gradient

START, STEPS = np.array([-7.0, 2.0]), 30
RATES = {"SGD": 0.95, "Momentum": 0.1, "AdaGrad": 1.5, "Adam": 0.3}
"""Those of the book's figures."""

SMALL = 1e-6
"""A push that moves along in proportion, and that rounding does not hide."""


RATES_ON_MNIST: dict[Optimizer, float] = {
    "SGD": 0.01,
    "Momentum": 0.01,
    "AdaGrad": 0.01,
    "Adam": 0.001,
}
"""Those that the book's classes have if they are told none."""

TRAININGS = tuple(
    replace(
        BY_SGD,
        name=f"MNIST, {name}",
        optimizer=name,
        learning_rate=rate,
        steps=600,
        evaluate_at=(100, 600),
    )
    for name, rate in RATES_ON_MNIST.items()
)


def paths(package: Package) -> dict[str, np.ndarray]:
    """The points visited from (−7, 2) in 30 steps, and the height where each ends."""
    optimizers = package("optimizers")
    found = {
        name: np.array(optimizers.descend_valley(name, START, rate, STEPS))
        for name, rate in RATES.items()
    }
    ends = {f"height, {name}": optimizers.valley(path[-1]) for name, path in found.items()}
    return found | {name: np.asarray(height) for name, height in ends.items()}


def bounds() -> dict[str, np.ndarray]:
    """How far the two sides may lie apart, at every point and at the end's height.

    The rounding of every step is bounded from the exact point on, what the optimizer remembers
    included; each of these errors then moves along as a small push of that size would, and their
    sizes add up.

    Keras' AdaGrad has ε under the root, the book's behind it. Where √h is ½ or more, as here from
    the first step on, the two denominators differ by ε at most, and a step by η |g| ε / h ≤ 2 η ε.
    """
    found: dict[str, np.ndarray] = {}
    for name, rate in RATES.items():
        right = np.array(descend_valley(name, START, rate, STEPS))
        pushes = _rounding_of_steps(name, rate)
        if name == "AdaGrad":
            pushes = [push + 2 * rate * EPSILON for push in pushes]
        apart = np.zeros_like(right)
        for step, push in enumerate(pushes, 1):
            moved = np.abs(_pushed(name, rate, step) - right) / SMALL
            apart += moved * push
        found[name] = apart
        end = np.abs(right[-1])
        slope = end * (1 / 10, 2.0) + apart[-1]
        height = float(valley(Bounded(end, "float64")).allowed)  # type: ignore[attr-defined, arg-type]
        found[f"height, {name}"] = slope @ apart[-1] + height
    return found


def _rounding_of_steps(name: str, rate: float) -> list[np.ndarray]:
    """How far each step may end from where it should, if the point before is exact."""
    optimizer, point, found = OPTIMIZERS[name](rate), START, []
    for _ in range(STEPS):
        params: dict[str, Any] = {"point": Bounded(point, "float64")}
        optimizer.update(params, {"point": valley_gradient(params["point"])})
        point = params["point"].value
        found.append(params["point"].allowed)
    return found


def _pushed(name: str, rate: float, at: int) -> np.ndarray:
    """The points visited if the one after `at` steps is pushed, a little in each direction."""
    optimizer, params = OPTIMIZERS[name](rate), {"point": START}
    path = [START]
    for step in range(1, STEPS + 1):
        optimizer.update(params, {"point": valley_gradient(params["point"])})
        if step == at:
            params["point"] = params["point"] + SMALL
        path.append(params["point"])
    return np.array(path)


EXPERIMENT = Experiment(
    name="optimizers",
    lesson=45,
    sources=(),
    trainings=TRAININGS,
    shows=("optimizers.descend_valley", "optimizers.AdaGrad|optimizers.BookAdagrad"),
    headline="test_accuracy",
    evaluations=(Evaluation(name="valley", compute=paths, bounds=bounds, picture="valley"),),
)
