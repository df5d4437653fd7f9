import json

from experiments import catalog
from experiments.sources import ledger


def test_the_ledger_is_complete_and_points_at_what_exists():
    experiments = catalog.load()
    for block in ledger._ledger()["figures"]:
        experiment = experiments[block["experiment"]]
        names = [part.name for part in (*experiment.trainings, *experiment.evaluations)]
        assert block["part"] in names
        assert block["source"] in ledger.sources()
        assert len(block["measures"]) == len(block["printed"]) == len(set(block["measures"]))
    for erratum in ledger._ledger()["errata"]:
        assert erratum["experiment"] in experiments
    assert sum(len(block["printed"]) for block in ledger._ledger()["figures"]) > 100
    rows = ledger.figures("two-layer-net-20")
    assert len(rows) == 34
    assert [f.printed for f in rows if f.counts] == ["0.9418333333333333", "0.9389"]
    assert json.dumps([f.printed for f in ledger.figures("xor-mlp-6")]) == (
        '["0.02391914", "0.9757925", "0.97343127", "0.03041428"]'
    )
