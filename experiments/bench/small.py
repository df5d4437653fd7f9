"""What is small but many: on-line XOR, seeds, and the gradient by differences."""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.bench.record import Way
from scratch.network import Arrays

ROUNDS = 5
UPDATES = 40_000
"""Of source 003's Keras XOR: 10,000 epochs of 4 samples, one at a time."""

EPOCHS_OF_FIT = 50
"""Epochs for which `fit` is really run; its time is that many times the epochs it stands for."""

SEEDS = 1000

Seconds = tuple[float, ...]


def _timed(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[Seconds, Any]:
    """Seconds of every round, and what the last one gave."""
    seconds, result = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - began)
    return tuple(seconds), result


class _Xor:
    """The 2-2-1 net of source 003, 40,000 updates of one sample each, float64."""

    def __init__(self, folder: Path | None) -> None:
        from experiments import catalog, data
        from experiments.pair.pair import prepare
        from experiments.pair.sides import Keras, Scratch

        training = catalog.load()["keras-xor"].trainings[0]
        self.table = data.load(training.data, "float64", folder)
        self.start, self.batches = prepare(training, self.table)
        self.rate = training.learning_rate
        self.readable = Scratch(training, self.table)
        self.twin = Keras(training, self.start, self.table)
        self.order = np.asarray(self.batches).ravel()

    def trained(self, side: Any) -> Arrays:  # noqa: ANN401 - either side
        """By a side's own loop."""
        return side.train(self.start, self.batches, self.rate).params

    def quick(self) -> Arrays:
        """By `fast.train_one_by_one`."""
        from scratch.fast import train_one_by_one

        params = {name: values.copy() for name, values in self.start.items()}
        targets = self.table.t[:, 0]
        train_one_by_one(params, self.table.x, targets, self.order, 2 * self.rate)
        return params

    def fit(self, epochs: int, rows: np.ndarray) -> Arrays:
        """By Keras' `fit`, in the given order."""
        from keras_ref.weights import get_params, set_params

        set_params(self.twin.model, self.start)
        x, t = self.table.x[rows], self.table.t[rows]
        self.twin.model.fit(x, t, batch_size=1, epochs=epochs, shuffle=False, verbose=0)
        return get_params(self.twin.model)

    def compile(self, steps_per_execution: int) -> None:
        """Make `fit` take so many steps per call."""
        from keras_ref.runtime import keras

        model = self.twin.model
        optimizer = keras.optimizers.SGD(self.rate)
        model.compile(optimizer, model.loss, steps_per_execution=steps_per_execution)


def xor(folder: Path | None) -> list[Way]:
    """40,000 updates of one sample each, in all ways there are."""
    net = _Xor(folder)
    seconds, expected = _timed(lambda: net.trained(net.readable))
    ways = [Way("xor", "plain", seconds, 0.0)]

    def add(way: str, seconds: Seconds, params: Arrays) -> None:
        off = max(float(np.abs(params[name] - expected[name]).max()) for name in expected)
        ways.append(Way("xor", way, seconds, off))

    add("ours", *_timed(net.quick))
    if importlib.util.find_spec("numba"):
        work = _numba_xor(net)
        work()
        add("numba", *_timed(work))
    first = _timed(lambda: net.trained(net.twin), 1)
    add("keras loop", *_timed(lambda: net.trained(net.twin)))
    add("keras loop compiling", *first)
    net.compile(1000)
    add("fit long", *_timed(lambda: net.fit(1, net.order), 1))
    net.compile(1)
    net.fit(1, net.order[:4])  # which traces the step
    seconds, _ = _timed(lambda: net.fit(EPOCHS_OF_FIT, net.order[:4]), 1)
    times = UPDATES // 4 // EPOCHS_OF_FIT
    return [*ways, Way("xor", "fit", (seconds[0] * times,), None, times)]


def _numba_xor(net: _Xor) -> Callable[[], Arrays]:
    """The same updates compiled by numba, element by element."""
    import numba

    @numba.njit
    def loop(w1, b1, w2, b2, x, t, rows, rate):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        z1 = np.empty(len(b1))
        for row in rows:
            a2 = b2[0]
            for j in range(len(b1)):
                a1 = b1[j]
                for i in range(x.shape[1]):
                    a1 += x[row, i] * w1[i, j]
                z1[j] = 1 / (1 + np.exp(-a1))
                a2 += z1[j] * w2[j, 0]
            y = 1 / (1 + np.exp(-a2))
            delta2 = 2 * (y - t[row, 0]) * y * (1 - y)
            for j in range(len(b1)):
                delta1 = delta2 * w2[j, 0] * z1[j] * (1 - z1[j])
                w2[j, 0] -= rate * delta2 * z1[j]
                b1[j] -= rate * delta1
                for i in range(x.shape[1]):
                    w1[i, j] -= rate * delta1 * x[row, i]
            b2[0] -= rate * delta2

    def work() -> Arrays:
        params = {name: values.copy() for name, values in net.start.items()}
        weights = (params[name] for name in ("W1", "b1", "W2", "b2"))
        loop(*weights, net.table.x, net.table.t, net.order, net.rate)
        return params

    return work


def gradient(folder: Path | None) -> list[Way]:
    """The central differences of 784-50-10 on 100 images, float64: 39,760 parameters."""
    from experiments.bench.task import make_task
    from scratch.two_layer_net import TwoLayerNet, structured_numerical_gradient

    task = make_task("float64", 1, 1, folder)
    net = TwoLayerNet(task.copied())
    x, t = task.data.x[task.batches[0]], task.data.t[task.batches[0]]
    fast, structured = _timed(lambda: structured_numerical_gradient(net, x, t))
    slow, naive = _timed(lambda: net.numerical_gradient(x, t), 1)
    off = max(float(np.abs(structured[name] - naive[name]).max()) for name in naive)
    return [Way("gradient", "naive", slow, 0.0), Way("gradient", "structure", fast, off)]


def seeds(folder: Path | None) -> list[Way]:
    """1,000 seeds of the XOR net 2-2-1, 10,000 epochs each, float32, on one core."""
    from experiments import catalog, data
    from experiments.pair.pair import prepare
    from experiments.pair.sides import Scratch
    from experiments.spec import Measurement
    from experiments.suite.ensemble import DTYPE, STACK, members

    training = replace(catalog.load()["keras-xor"].trainings[0], seed=0, evaluate_at=())
    table = data.load(training.data, DTYPE, folder)
    start, batches = prepare(training, table)

    def plain() -> np.ndarray:
        side = Scratch(training, table)
        trained = side.train(start, batches, training.learning_rate).params
        return side.outputs(trained, "train")[:, 0]

    def stacked() -> list:
        return [members(training, range(i, i + STACK), folder) for i in range(0, SEEDS, STACK)]

    one, outputs = _timed(plain, 1)
    all_seeds, together = _timed(stacked, 1)
    last = training.steps
    own = [together[0][0][Measurement("output", row, last)] for row in range(len(outputs))]
    off = float(np.abs(outputs - own).max())
    whole = (one[0] * SEEDS,)
    return [Way("seeds", "one by one", whole, 0.0, SEEDS), Way("seeds", "stacked", all_seeds, off)]


PARTS = {"xor": xor, "gradient": gradient, "seeds": seeds}
"""The small benches by name."""
