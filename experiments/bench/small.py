"""What is small but many: on-line XOR, seeds, and the gradient by differences."""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

ROUNDS = 5
UPDATES = 40_000
"""Of source 003's Keras XOR: 10,000 epochs of 4 samples, one at a time."""

EPOCHS_OF_FIT = 50
"""Epochs for which `fit` is really run; its time is that many times the epochs it stands for."""

SEEDS = 1000


def _timed(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[list[float], object]:
    """Seconds of every round, and what the last one gave."""
    seconds, found = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - began)
    return seconds, found


def _row(
    task: str, way: str, seconds: list[float], difference: float | None, note: str = ""
) -> dict:
    """Times, and the largest difference from the result of the task's first way."""
    return {
        "task": task,
        "way": way,
        "seconds": seconds,
        "difference": difference,
        "note": note,
    }


def xor(folder: Path | None) -> list[dict]:
    """The 2-2-1 net of source 003, 40,000 updates of one sample each, float64."""
    from experiments import catalog, data
    from experiments.pair.pair import prepare
    from experiments.pair.sides import Keras, Scratch
    from keras_ref.runtime import keras
    from keras_ref.weights import get_params, set_params
    from scratch.fast import train_one_by_one

    training = catalog.load()["keras-xor"].trainings[0]
    table = data.load(training.data, "float64", folder)
    start, batches = prepare(training, table)
    rate, task = training.learning_rate, "on-line XOR 2-2-1, 40,000 updates"

    def trained(side: Scratch | Keras) -> dict[str, np.ndarray]:
        return side.train(start, batches, rate)[1]

    readable = Scratch(training, table)
    seconds, expected = _timed(lambda: trained(readable))
    rows = [_row(task, "plain NumPy", seconds, 0.0)]

    def off(params: dict[str, np.ndarray]) -> float:
        return max(float(np.abs(params[name] - expected[name]).max()) for name in expected)

    def quick() -> dict[str, np.ndarray]:
        params = {name: values.copy() for name, values in start.items()}
        train_one_by_one(params, table.x, table.t[:, 0], batches.ravel(), 2 * rate)
        return params

    seconds, params = _timed(quick)
    rows.append(_row(task, "ours", seconds, off(params)))
    if importlib.util.find_spec("numba"):
        work = _numba_xor(start, table, batches, rate)
        work()
        seconds, params = _timed(work)
        rows.append(_row(task, "numba", seconds, off(params), "compiled before"))
    twin = Keras(training, start, table)
    (first,), _ = _timed(lambda: trained(twin), 1)
    seconds, params = _timed(lambda: trained(twin))
    rows.append(_row(task, "Keras, our loop", seconds, off(params), "compiled before"))
    rows.append(_row(task, "Keras, our loop, with compiling", [first], off(params)))
    order = batches.ravel()

    def compiled(steps_per_execution: int) -> None:
        twin.model.compile(
            optimizer=keras.optimizers.SGD(rate),
            loss=twin.model.loss,
            steps_per_execution=steps_per_execution,
        )

    def fit(epochs: int, rows_of_epoch: np.ndarray) -> None:
        set_params(twin.model, start)
        x, t = table.x[rows_of_epoch], table.t[rows_of_epoch]
        twin.model.fit(x, t, batch_size=1, epochs=epochs, shuffle=False, verbose=0)

    compiled(1000)
    (seconds,), _ = _timed(lambda: fit(1, order), 1)
    rows.append(
        _row(task, "Keras fit, one long epoch, 1,000 steps per execution", [seconds],
             off(get_params(twin.model)), "with compiling")
    )  # fmt: skip
    compiled(1)
    fit(1, order[:4])  # which traces the step
    (seconds,), _ = _timed(lambda: fit(EPOCHS_OF_FIT, order[:4]), 1)
    epochs = UPDATES // 4
    note = f"{EPOCHS_OF_FIT} epochs timed, times {epochs // EPOCHS_OF_FIT}"
    whole = [seconds * epochs / EPOCHS_OF_FIT]
    return [*rows, _row(task, "Keras fit, 10,000 epochs", whole, None, note)]


def _numba_xor(start: dict, table: object, batches: np.ndarray, rate: float) -> Callable:
    """The same updates compiled by numba, element by element."""
    import numba

    @numba.njit
    def loop(w1, b1, w2, b2, x, t, rows, rate):  # noqa: ANN001, ANN202
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

    def work() -> dict[str, np.ndarray]:
        params = {name: values.copy() for name, values in start.items()}
        loop(
            *(params[n] for n in ("W1", "b1", "W2", "b2")), table.x, table.t, batches.ravel(), rate
        )
        return params

    return work


def gradient(folder: Path | None) -> list[dict]:
    """The central differences of 784-50-10 on 100 images, float64: 39,760 parameters."""
    from experiments.bench.task import make_task
    from scratch.two_layer_net import TwoLayerNet, structured_numerical_gradient

    task = make_task("float64", 1, 1, folder)
    net = TwoLayerNet(task.copied())
    x, t = task.data.x[task.batches[0]], task.data.t[task.batches[0]]
    fast, structured = _timed(lambda: structured_numerical_gradient(net, x, t))
    slow, naive = _timed(lambda: net.numerical_gradient(x, t), 1)
    off = max(float(np.abs(structured[name] - naive[name]).max()) for name in naive)
    name = "numerical gradient of 784-50-10 on 100 images"
    return [
        _row(name, "every parameter through the whole net", slow, 0.0, "timed once"),
        _row(name, "by structure", fast, off),
    ]


def seeds(folder: Path | None) -> list[dict]:
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
        _, trained = side.train(start, batches, training.learning_rate)
        return side.outputs(trained, "train")[:, 0]

    def stacked() -> list:
        return [members(training, range(i, i + STACK), folder) for i in range(0, SEEDS, STACK)]

    one, outputs = _timed(plain, 1)
    all_seeds, together = _timed(stacked, 1)
    last = training.steps
    own = [together[0][0][Measurement("output", row, last)] for row in range(len(outputs))]
    off = float(np.abs(outputs - own).max())
    name = f"{SEEDS:,} seeds of XOR 2-2-1, 10,000 epochs each"
    return [
        _row(name, "one after the other", [one[0] * SEEDS], 0.0, f"one timed, times {SEEDS:,}"),
        _row(name, f"in stacks of {STACK}", all_seeds, off),
    ]


PARTS = {"xor": xor, "gradient": gradient, "seeds": seeds}
"""The small benches by name."""
