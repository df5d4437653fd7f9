from experiments.ensemble import member, run_ensemble
from experiments.store import FinishedWork


def test_seeds_differ_are_kept_one_by_one_and_not_run_again(training, tmp_path, monkeypatch):
    finished = FinishedWork(tmp_path)
    told = []
    first = run_ensemble(training, range(2), None, finished, {}, told.append)
    assert sum(told) == 2
    assert first[0] != first[1]
    assert len(list(tmp_path.iterdir())) == 2

    runs = []
    monkeypatch.setattr(
        "experiments.ensemble._numbered",
        lambda seed, training, folder: runs.append(seed) or (seed, member(training, folder)),
    )
    monkeypatch.setattr("experiments.ensemble.WORKERS", 1)
    again = run_ensemble(training, range(3), None, finished, {}, told.append)
    assert runs == [2]
    assert again[0] == first[0]
    assert again[1] == first[1]
