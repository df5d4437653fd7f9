"""The same scratch training under many seeds: what a result of unknown seed is judged by."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from experiments import data
from experiments.measure import epoch_measurements, measure, table_measurements
from experiments.processes import over_processes
from experiments.run import follow, prepare
from experiments.sides import Scratch, stacked
from experiments.spec import Training
from experiments.store import FinishedWork, fingerprint, slug

DTYPE = "float32"
"""Rounding is far below what a seed changes, and float32 takes half the time."""

STACK = 500
"""Seeds of a tiny net that are trained at once, as one stack of arrays."""

Members = dict[int, dict[str, float]]
"""Measurements by seed."""


def members(training: Training, seeds: Sequence[int], folder: Path | None) -> Members:
    """Measurements of scratch trainings in float32."""
    dataset = data.load(training.data, DTYPE, folder)
    with threadpool_limits(1, "blas"):
        if dataset.kind == "truth table":
            return _stacked(training, seeds, dataset)
        return {seed: _one(replace(training, seed=seed), dataset) for seed in seeds}


def _one(training: Training, dataset: data.Dataset) -> dict[str, float]:
    start, batches = prepare(training, dataset)
    side = Scratch(training, start, dataset, loop="fast")
    history = follow(training, side, batches)
    measured = measure(training, dataset, side, history.checkpoints)
    if training.order.kind == "shuffled":
        measured |= epoch_measurements(training, dataset, history.losses, measured)
    return measured


def _stacked(training: Training, seeds: Sequence[int], dataset: data.Dataset) -> Members:
    """All seeds as one model whose parameters and batches have a leading axis for the seed."""
    prepared = [prepare(replace(training, seed=seed), dataset) for seed in seeds]
    side = Scratch(training, stacked([start for start, _ in prepared]), dataset)
    batches = np.stack([batches for _, batches in prepared], axis=1)
    history = follow(training, side, batches)
    result = {seed: {} for seed in seeds}
    for step in sorted({*training.evaluate_at, training.steps - 1, training.steps}):
        side.set_params(history.checkpoints[step])
        for seed, y in zip(seeds, side.outputs("train"), strict=True):
            result[seed] |= table_measurements(y[:, 0], dataset.t[:, 0], step)
    return result


def run_ensemble(
    training: Training,
    seeds: Sequence[int],
    folder: Path | None,
    finished: FinishedWork,
    record: dict,
    advance: Callable[[int], None],
    cluster: str | None = None,
) -> Members:
    """Measurements by seed, over worker processes; whatever is finished is kept at once.

    Args:
        training: what is trained; its own seed is not used.
        seeds: the seeds.
        folder: where the user says MNIST lies.
        finished: where finished seeds are looked up and kept.
        record: what the results depend on beside the spec: code, data, versions.
        advance: called with the number of seeds finished since the last call.
        cluster: address of a Dask scheduler whose workers train; this machine's cores if not given.

    Raises:
        OSError: if the cluster cannot be reached.
    """
    chunk = STACK if data.load(training.data, DTYPE, folder).kind == "truth table" else 1
    spec = asdict(replace(training, seed=0, seeds=0, curtailed=False, dtype=DTYPE))
    name = slug(f"seeds-{training.name}")
    results: Members = {}
    missing = {}
    for first in range(0, len(seeds), chunk):
        part = list(seeds[first : first + chunk])
        key = fingerprint({"ensemble": spec, "seeds": part, "dtype": DTYPE, **record})
        if kept := finished.get(name, key):
            results |= {int(seed): values for seed, values in kept.items()}
            advance(len(part))
        else:
            missing[key] = part
    if missing:
        with connected(cluster):
            work = joblib.delayed(_keyed)
            for key, found in over_processes(
                work(key, training, part, folder) for key, part in missing.items()
            ):
                finished.put(name, key, found)
                results |= found
                advance(len(found))
    return {seed: results[seed] for seed in seeds}


@contextmanager
def connected(cluster: str | None) -> Iterator[None]:
    """Have joblib's work in the body done by a Dask cluster, if there is one.

    Raises:
        OSError: if it cannot be reached within ten seconds.
    """
    if cluster is None:
        yield
        return
    from distributed import Client

    with Client(cluster, timeout=10) as client, joblib.parallel_config("dask", client=client):
        yield


def _keyed(
    key: str, training: Training, seeds: Sequence[int], folder: Path | None
) -> tuple[str, Members]:
    return key, members(training, seeds, folder)
