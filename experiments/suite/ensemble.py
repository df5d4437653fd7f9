"""The same scratch training under many seeds: what a result of unknown seed is judged by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from experiments import data
from experiments.pair.follow import follow
from experiments.pair.measure import Values, measure, table_measurements
from experiments.pair.pair import prepare
from experiments.pair.sides import Scratch, stacked
from experiments.record.store import FinishedWork, fingerprint, slug
from experiments.spec import Measurement, Training
from experiments.suite.processes import over_processes

DTYPE = "float32"
"""Rounding is far below what a seed changes, and float32 takes half the time."""

STACK = 500
"""Seeds of a tiny net that are trained at once, as one stack of arrays."""

Members = dict[int, Values]
"""Measurements by seed."""


def members(training: Training, seeds: Sequence[int], folder: Path | None) -> Members:
    """Measurements of scratch trainings in float32."""
    dataset = data.load(training.data, DTYPE, folder)
    with threadpool_limits(1, "blas"):
        if Scratch(training, dataset).can_be_stacked:
            return _stacked(training, seeds, dataset)
        return {seed: _one(replace(training, seed=seed), dataset) for seed in seeds}


def _one(training: Training, dataset: data.Dataset) -> Values:
    start, batches = prepare(training, dataset)
    side = Scratch(training, dataset, terms=False).quickly()
    history = follow(training, side, start, batches)
    return measure(training, dataset, side, history, batches)


def _stacked(training: Training, seeds: Sequence[int], dataset: data.Dataset) -> Members:
    """All seeds as one model whose parameters and batches have a leading axis for the seed."""
    prepared = [prepare(replace(training, seed=seed), dataset) for seed in seeds]
    side = Scratch(training, dataset)
    batches = np.stack([batches for _, batches in prepared], axis=1)
    history = follow(training, side, stacked([start for start, _ in prepared]), batches)
    result: Members = {seed: {} for seed in seeds}
    for step in sorted({*training.evaluate_at, training.steps - 1, training.steps}):
        outputs = side.outputs(history.checkpoints[step], "train")
        for seed, y in zip(seeds, outputs, strict=True):
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
    dataset = data.load(training.data, DTYPE, folder)
    chunk = STACK if Scratch(training, dataset).can_be_stacked else 1
    spec = asdict(replace(training, seed=0, seeds=0, curtailed=False, dtype=DTYPE))
    name = slug(f"seeds-{training.name}")
    results: Members = {}
    missing = {}
    for first in range(0, len(seeds), chunk):
        part = list(seeds[first : first + chunk])
        key = fingerprint({"ensemble": spec, "seeds": part, "dtype": DTYPE, **record})
        if kept := finished.get(name, key):
            results |= _read(kept)
            advance(len(part))
        else:
            missing[key] = part
    if missing:
        with connected(cluster):
            work = joblib.delayed(_keyed)
            for key, found in over_processes(
                work(key, training, part, folder) for key, part in missing.items()
            ):
                finished.put(name, key, _plain(found))
                results |= found
                advance(len(found))
    return {seed: results[seed] for seed in seeds}


def _plain(found: Members) -> dict[str, dict[str, float]]:
    return {str(seed): {str(of): v for of, v in values.items()} for seed, values in found.items()}


def _read(kept: Mapping[str, Mapping[str, float]]) -> Members:
    return {
        int(seed): {Measurement.parse(of): float(v) for of, v in values.items()}
        for seed, values in kept.items()
    }


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
