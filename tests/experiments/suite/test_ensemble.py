from dataclasses import replace

import pytest

from experiments import catalog
from experiments.data import load
from experiments.record.store import FinishedWork
from experiments.spec import Measurement
from experiments.suite.ensemble import _one, members, run_ensemble


@pytest.fixture(autouse=True)
def one_seed_a_part(monkeypatch):
    monkeypatch.setattr("experiments.suite.ensemble.STACK", 1)


def test_a_stack_of_nets_gives_what_each_net_gives_alone(training):
    """Bit for bit, with biases and a new order of the samples for every seed."""
    keras_xor = catalog.load()["keras-xor"].trainings[0]
    training = replace(keras_xor, steps=40, evaluate_at=(12,))
    stacked = members(training, [3, 4], None)
    alone = _one(replace(training, seed=4), load("xor-2-inputs", "float32"))
    assert all(alone[name] == value for name, value in stacked[4].items())
    assert stacked[3] != stacked[4]


def test_seeds_differ_are_kept_one_by_one_and_not_run_again(training, tmp_path, monkeypatch):
    finished = FinishedWork(tmp_path)
    told = []
    first = run_ensemble(training, range(2), None, finished, {}, told.append)
    assert sum(told) == 2
    assert first[0] != first[1]
    assert len(list(tmp_path.iterdir())) == 2

    runs = []
    monkeypatch.setattr(
        "experiments.suite.ensemble._keyed",
        lambda key, training, part, folder: (
            runs.extend(part) or (key, members(training, part, folder))
        ),
    )
    monkeypatch.setattr("experiments.suite.processes.WORKERS", 1)
    again = run_ensemble(training, range(3), None, finished, {}, told.append)
    assert runs == [2]
    assert again[0] == first[0]
    assert again[1] == first[1]


@pytest.mark.parametrize("name", ["linear-regression", "keras-model-100-64-10"])
def test_any_net_can_be_trained_under_other_seeds(name):
    training = replace(catalog.load()[name].trainings[0], steps=20, evaluate_at=(10, 20))
    found = members(training, [3, 4], None)
    assert found[3] != found[4]
    assert Measurement("loss", step=20) in found[3]


@pytest.mark.slow
def test_a_cluster_gives_what_one_process_gives(training, tmp_path):
    """Two workers of a local Dask cluster, processes of their own."""
    from distributed import LocalCluster

    folders = tmp_path / "here", tmp_path / "there"
    here, there = (FinishedWork(folder) for folder in folders)
    alone = run_ensemble(training, range(4), None, here, {}, lambda done: None)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        spread = run_ensemble(training, range(4), None, there, {}, lambda done: None, address)
    assert spread == alone
    assert len(list(folders[1].iterdir())) == 4
