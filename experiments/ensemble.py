"""The same scratch training under many seeds: what a result of unknown seed is judged by."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import joblib
from threadpoolctl import threadpool_limits

from experiments import data
from experiments.measure import measure
from experiments.run import follow, prepare
from experiments.sides import Scratch
from experiments.spec import Training
from experiments.store import FinishedWork, fingerprint

DTYPE = "float32"
"""Rounding is far below what a seed changes, and float32 takes half the time."""

WORKERS = -1
"""Worker processes: one per core."""


def member(training: Training, folder: Path | None) -> dict[str, float]:
    """Measurements of one scratch training in float32."""
    dataset = data.load(training.data, DTYPE, folder)
    start, batches = prepare(training, dataset)
    side = Scratch(training, start, dataset)
    with threadpool_limits(1, "blas"):
        history = follow(training, side, batches)
        return measure(training, dataset, side, history.checkpoints)


def run_ensemble(
    training: Training,
    seeds: Sequence[int],
    folder: Path | None,
    finished: FinishedWork,
    record: dict,
    advance: Callable[[int], None],
) -> dict[int, dict[str, float]]:
    """Measurements by seed, over worker processes; every finished seed is kept at once.

    Args:
        training: what is trained; its own seed is not used.
        seeds: the seeds.
        folder: where the user says MNIST lies.
        finished: where finished seeds are looked up and kept.
        record: what the results depend on beside the spec: code, data, versions.
        advance: called with the number of seeds finished since the last call.
    """
    runs = {seed: replace(training, seed=seed) for seed in seeds}
    keys = {
        seed: fingerprint({"ensemble": asdict(run), "dtype": DTYPE, **record})
        for seed, run in runs.items()
    }
    name = f"seed-{training.name}"
    results = {seed: stored for seed, key in keys.items() if (stored := finished.get(name, key))}
    advance(len(results))
    missing = [seed for seed in seeds if seed not in results]
    parallel = joblib.Parallel(n_jobs=WORKERS, return_as="generator_unordered")
    work = (joblib.delayed(_numbered)(seed, runs[seed], folder) for seed in missing)
    for seed, measurements in parallel(work) if missing else ():
        finished.put(name, keys[seed], measurements)
        results[seed] = measurements
        advance(1)
    return {seed: results[seed] for seed in seeds}


def _numbered(seed: int, training: Training, folder: Path | None) -> tuple[int, dict[str, float]]:
    return seed, member(training, folder)
