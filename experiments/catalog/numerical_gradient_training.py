"""Training by numerical gradient, of which source 000 says that it takes too long."""

import time
from collections.abc import Callable, Mapping

import numpy as np

from experiments.catalog.two_layer_net_50 import TRAINING
from experiments.data import Dataset
from experiments.data.draws import draw_batches, draw_start
from experiments.judge.ladder import relative_difference
from experiments.spec import Evaluation, Experiment, Package, Seconds, Training

STEPS = 20
PROBED = 100
"""Parameters on which the printed way is timed."""


def train(package: Package, data: Dataset, training: Training) -> dict[str, np.ndarray | float]:
    """Parameters after 20 steps: scratch by central differences, Keras by backpropagation."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), STEPS, rng)
    module = package("two_layer_net")
    net = module.TwoLayerNet(start)
    rate = training.learning_rate
    began = time.perf_counter()
    if not hasattr(module, "structured_numerical_gradient"):
        package("train").train(net, data.x, data.t, batches, rate)
        taken = time.perf_counter() - began
        params = package("weights").get_params(net)
        return params | {"parameters": _count(params), "20 steps": Seconds(taken)}
    for batch in batches:
        x, t = data.x[batch].astype(float), data.t[batch].astype(float)
        for name, gradient in module.structured_numerical_gradient(net, x, t).items():
            net.params[name] -= rate * gradient
    taken = time.perf_counter() - began
    began = time.perf_counter()
    at = [(i, 0) for i in range(PROBED)]
    package("gradients").numerical_gradient(lambda _: net.loss(x, t), net.params["W1"], at=at)
    per_parameter = (time.perf_counter() - began) / PROBED
    count = _count(net.params)
    return net.params | {
        "parameters": count,
        "20 steps": Seconds(taken),
        "10,000 steps the printed way": Seconds(per_parameter * count * 10_000),
    }


def _count(params: Mapping[str, np.ndarray]) -> int:
    return sum(values.size for values in params.values())


EVERY = 600


def train_to_the_end(
    package: Package, data: Dataset, training: Training, advance: Callable[[int], None]
) -> dict[str, np.ndarray | Seconds]:
    """All 10,000 steps by central differences, beside the same steps by backpropagation."""
    rng = np.random.RandomState(training.seed)
    start = draw_start(training.start, rng)
    batches = draw_batches(training.order, len(data.x), training.steps, rng)
    module, rate = package("two_layer_net"), training.learning_rate
    by_differences, by_backpropagation = (
        module.TwoLayerNet({name: values.copy() for name, values in start.items()})
        for _ in range(2)
    )
    rows, seconds = [], {"by differences": 0.0, "by backpropagation": 0.0}
    for first in range(0, training.steps, EVERY):
        segment = batches[first : first + EVERY]
        began = time.perf_counter()
        for batch in segment:
            x, t = data.x[batch].astype(float), data.t[batch].astype(float)
            gradients = module.structured_numerical_gradient(by_differences, x, t)
            for name, gradient in gradients.items():
                by_differences.params[name] -= rate * gradient
            advance(1)
        between = time.perf_counter()
        package("train").train(by_backpropagation, data.x, data.t, segment, rate)
        seconds["by differences"] += between - began
        seconds["by backpropagation"] += time.perf_counter() - between
        nets = (by_differences, by_backpropagation)
        rows.append(
            [net.accuracy(x, t) for net in nets for x, t in ((data.x, data.t),
                                                              (data.x_test, data.t_test))]
            + [max(relative_difference(*(net.params[name] for net in nets)) for name in start)]
        )  # fmt: skip
    columns = (
        "training accuracy by differences",
        "test accuracy by differences",
        "training accuracy by backpropagation",
        "test accuracy by backpropagation",
        "largest relative difference of the weights",
    )
    updates = np.minimum(np.arange(1, len(rows) + 1) * EVERY, training.steps)
    table = dict(zip(columns, np.array(rows).T, strict=True))
    return {"updates": updates} | table | {name: Seconds(s) for name, s in seconds.items()}


# Per step: differences of step h = 1e-4 miss a gradient by h² M3 / 6 < 2e-10, as the third
# derivative of the loss by a single parameter stays below 0.1; and they see the printed loss,
# whose ε takes ε / y_t off every gradient, below 2e-6 of gradients below 0.1 while no y_t is
# smaller than 0.05. Times rate and steps.
METHOD_ERROR = TRAINING.learning_rate * STEPS * (2e-10 + 2e-6 * 0.1)

EXPERIMENT = Experiment(
    name="numerical-gradient-training",
    lesson=42,
    sources=("000",),
    shows=("gradients.numerical_gradient|gradients.loss_and_gradient",),
    evaluations=(
        Evaluation(
            name="weights after 20 steps",
            compute=train,
            data="mnist",
            training=TRAINING,
            roundings=1000,
            method_error=METHOD_ERROR,
            picture="times",
        ),
        Evaluation(
            name="all 10,000 steps",
            compute=train_to_the_end,
            data="mnist",
            training=TRAINING,
            compared=False,
            steps=TRAINING.steps,
            full=True,
        ),
    ),
)
