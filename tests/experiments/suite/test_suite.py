import json
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from experiments.record.kept import ResultsError
from experiments.suite.run import ROUND

from experiments.sources import ledger
from experiments.sources.ledger import Figure
from experiments.spec import Evaluation
from experiments.suite import run as suite
from experiments.suite.ensemble import members
from experiments.suite.parts import Options


def silent(label, total):
    return lambda steps: None


def run(experiment, options):
    return dict(suite.run([experiment], options, silent))[experiment.name]


def timeless(result):
    for part in (result["trainings"] | result["evaluations"]).values():
        for key in ("seconds", "provenance"):
            part.pop(key, None)
    return json.dumps(result)


def kept(result):
    return [training["kept"] for training in result["trainings"].values()]


def test_finished_work_is_kept_until_its_spec_changes_or_force(experiment, tmp_path):
    options = Options(out=tmp_path)
    first = run(experiment, options)
    assert kept(first) == [False]
    second = run(experiment, options)
    assert kept(second) == [True]
    assert second["trainings"]["tiny net"]["loss"] == first["trainings"]["tiny net"]["loss"]
    assert kept(run(experiment, replace(options, force=True))) == [False]
    assert kept(run(experiment, replace(options, seed=4))) == [False]
    assert kept(run(experiment, replace(options, dtype="float32"))) == [False]
    (training,) = experiment.trainings
    changed = replace(experiment, trainings=(replace(training, learning_rate=0.3),))
    assert kept(run(changed, options)) == [False]


def test_results_of_other_experiments_stay(experiment, tmp_path):
    options = Options(out=tmp_path)
    run(experiment, options)
    run(replace(experiment, name="other"), options)
    assert set(suite.load_results(tmp_path)["experiments"]) == {"tiny", "other"}


def test_many_experiments_give_what_each_gives_alone_and_tell_their_steps(experiment, tmp_path):
    alone = run(experiment, Options(tmp_path / "alone"))
    told = Counter()
    runs = suite.run(
        [experiment, replace(experiment, name="second")],
        Options(tmp_path / "both"),
        lambda label, total: lambda steps: told.update({label: steps}),
    )
    both = dict(runs)
    assert (
        both.keys()
        == {"tiny", "second"}
        == suite.load_results(tmp_path / "both")["experiments"].keys()
    )
    assert timeless(both["second"]) == timeless(alone) == timeless(both["tiny"])
    assert told["second: tiny net, scratch"] == told["tiny: tiny net, keras"] == 30


def test_an_interrupt_keeps_what_is_finished(experiment, tmp_path):
    def interrupted(package):
        while not (tmp_path / suite.RESULTS).exists():
            time.sleep(0.1)
        raise KeyboardInterrupt

    stopped = Evaluation(name="stopped", compute=interrupted, compared=False)
    second = replace(experiment, name="second", trainings=(), evaluations=(stopped,))
    runs = suite.run([experiment, second], Options(tmp_path), silent)
    with pytest.raises(KeyboardInterrupt):
        list(runs)
    assert list(suite.load_results(tmp_path)["experiments"]) == ["tiny"]


UNUSABLE = ["{", "[]", '{"schema": 0}', '{"schema": 2}', '{"schema": 2, "experiments": {"a": {}}}']


@pytest.mark.parametrize("content", UNUSABLE)
def test_unusable_results_are_refused_with_what_to_do(content, tmp_path):
    (tmp_path / suite.RESULTS).write_text(content)
    with pytest.raises(ResultsError, match="`twins run` makes it anew"):
        suite.load_results(tmp_path)


def test_a_run_replaces_unusable_results_and_says_so(experiment, tmp_path, caplog):
    (tmp_path / suite.RESULTS).write_text("{")
    run(experiment, Options(out=tmp_path))
    assert "it is replaced" in caplog.text
    assert list(suite.load_results(tmp_path)["experiments"]) == ["tiny"]


def test_results_are_the_same_on_a_second_run_but_for_time(experiment, tmp_path):
    runs = [run(experiment, Options(tmp_path / name)) for name in "ab"]
    assert timeless(runs[0]) == timeless(runs[1])


def test_a_figure_of_unknown_seed_is_judged_by_an_ensemble(experiment, tmp_path, monkeypatch):
    """Our own run under seed 3 must lie within the range of seeds 0 to 18, seed 3 among them."""
    own = run(experiment, Options(out=tmp_path))["trainings"]["tiny net"]["measurements"]
    printed = f"{own['output[0]@30']['scratch']:.4f}"
    figure = Figure(
        "tiny", "tiny net", "003", "here", printed, "output[0]@30", ".4f", "seeds", counts=True
    )
    far = replace(figure, printed="0.0001")
    monkeypatch.setattr(ledger, "figures", lambda name: [figure, far])
    result = run(experiment, Options(out=tmp_path, seeds=19))
    assert [f["verdict"] for f in result["figures"]] == ["CONSISTENT", "INCONSISTENT"]
    values = result["ensembles"]["tiny net"]["values"]["output[0]@30"]
    assert len(values) == 19
    assert values[3] == pytest.approx(float(printed), abs=1e-4)
    few = run(experiment, Options(out=tmp_path, quick=True))
    assert few["figures"][1]["verdict"] == "INSUFFICIENT"


def test_a_curtailed_ensemble_stops_once_more_seeds_cannot_change_a_verdict(
    experiment, tmp_path, monkeypatch
):
    whole = replace(experiment.trainings[0], seeds=19)
    values = sorted(member["output[0]@30"] for member in members(whole, range(2, 5), None).values())
    between = Figure(
        "tiny", whole.name, "003", "here", str(values[1]), "output[0]@30", ".4f", "seeds"
    )
    figures = [between]
    monkeypatch.setattr(ledger, "figures", lambda name: figures)

    def judged(training):
        result = run(replace(experiment, trainings=(training,)), Options(out=tmp_path))
        verdicts = [figure["verdict"] for figure in result["figures"]]
        return verdicts, len(result["ensembles"][whole.name]["seeds"])

    curtailed = replace(whole, curtailed=True)
    assert judged(curtailed) == (["CONSISTENT"], 1 + ROUND)
    assert judged(whole) == (["CONSISTENT"], 19)
    figures.append(replace(between, printed="0.0001"))
    assert judged(curtailed) == judged(whole) == (["CONSISTENT", "INCONSISTENT"], 19)


def test_an_evaluation_may_use_trained_or_given_weights(experiment, tmp_path):
    def outputs(package, params):
        return {"W1[0, 0]": float(params["W1"][0, 0])}

    evaluation = Evaluation("weights", outputs, params_of="tiny net")
    experiment = replace(experiment, evaluations=(evaluation,))
    result = run(experiment, Options(out=tmp_path))
    final = result["trainings"]["tiny net"]["final_weights"]["W1"][0][0]
    assert result["evaluations"]["weights"]["values"]["W1[0, 0]"]["scratch"] == final
    np.savez(tmp_path / "mine.npz", W1=np.full((3, 6), 0.25), W2=np.zeros((6, 1)))
    result = run(experiment, Options(out=tmp_path, weights=tmp_path / "mine.npz"))
    assert result["evaluations"]["weights"]["values"]["W1[0, 0]"]["keras"] == 0.25
