import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from experiments.data import DataError
from experiments.record.results import load
from experiments.record.store import RESULTS
from experiments.sources import ledger
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Evaluation, Measurement
from experiments.suite import experiments as suite
from experiments.suite.ensemble import members
from experiments.suite.experiments import ROUND
from experiments.suite.options import Options


def silent(label, total):
    return lambda steps: None


def run(experiment, options):
    return dict(suite.run([experiment], options, silent))[experiment.name]


def timeless(result):
    """The same result without what differs from run to run: times, machine, what was kept."""

    def part(of):
        return replace(of, provenance=None, kept=False, seconds={})

    return replace(
        result,
        trainings={name: part(of) for name, of in result.trainings.items()},
        evaluations={name: part(of) for name, of in result.evaluations.items()},
    )


def kept(result):
    return [training.kept for training in result.trainings.values()]


@pytest.mark.slow
def test_finished_work_is_kept_until_its_spec_changes_or_force(experiment, tmp_path):
    options = Options(out=tmp_path)
    first = run(experiment, options)
    assert kept(first) == [False]
    second = run(experiment, options)
    assert kept(second) == [True]
    assert second.trainings["tiny net"].loss == first.trainings["tiny net"].loss
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
    assert set(load(tmp_path).experiments) == {"tiny", "other"}


@pytest.mark.slow
def test_many_experiments_give_what_each_gives_alone_and_tell_their_steps(experiment, tmp_path):
    alone = run(experiment, Options(tmp_path / "alone"))
    told = Counter()
    runs = suite.run(
        [experiment, replace(experiment, name="second")],
        Options(tmp_path / "both"),
        lambda label, total: lambda steps: told.update({label: steps}),
    )
    both = dict(runs)
    assert both.keys() == {"tiny", "second"} == load(tmp_path / "both").experiments.keys()
    assert timeless(both["second"]) == timeless(alone) == timeless(both["tiny"])
    assert told["second: tiny net, scratch"] == told["tiny: tiny net, keras"] == 30


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_finished(experiment, tmp_path):
    def interrupted(package):
        while not (tmp_path / RESULTS).exists():
            time.sleep(0.1)
        raise KeyboardInterrupt

    stopped = Evaluation(name="stopped", compute=interrupted, compared=False)
    second = replace(experiment, name="second", trainings=(), evaluations=(stopped,))
    runs = suite.run([experiment, second], Options(tmp_path), silent)
    with pytest.raises(KeyboardInterrupt):
        list(runs)
    assert list(load(tmp_path).experiments) == ["tiny"]


@pytest.mark.slow
def test_results_are_the_same_on_a_second_run_but_for_time(experiment, tmp_path):
    runs = [run(experiment, Options(tmp_path / name)) for name in "ab"]
    assert timeless(runs[0]) == timeless(runs[1])


@pytest.mark.slow
def test_a_figure_of_unknown_seed_is_judged_by_an_ensemble(experiment, tmp_path, monkeypatch):
    """Our own run under seed 3 must lie within the range of seeds 0 to 18, seed 3 among them."""
    first = Measurement("output", 0, 30)
    own = run(experiment, Options(out=tmp_path)).trainings["tiny net"].value(first, "scratch")
    printed = f"{own:.4f}"
    figure = PrintedFigure("tiny", "tiny net", "003", "here", printed, first, ".4f", "seeds")
    far = replace(figure, printed="0.0001")
    monkeypatch.setattr(ledger, "figures_of", lambda name: [figure, far])
    result = run(experiment, Options(out=tmp_path, seeds=19))
    assert [f.judgement.verdict for f in result.figures] == ["CONSISTENT", "INCONSISTENT"]
    values = result.ensembles["tiny net"].values(first)
    assert len(values) == 19
    assert values[3] == pytest.approx(float(printed), abs=1e-4)
    few = run(experiment, Options(out=tmp_path, quick=True))
    assert few.figures[1].judgement.verdict == "INSUFFICIENT"


def test_a_curtailed_ensemble_stops_once_more_seeds_cannot_change_a_verdict(
    experiment, tmp_path, monkeypatch
):
    whole = replace(experiment.trainings[0], seeds=19)
    first = Measurement("output", 0, 30)
    values = sorted(member[first] for member in members(whole, range(2, 5), None).values())
    between = PrintedFigure(
        "tiny", whole.name, "003", "here", str(values[1]), first, ".4f", "seeds"
    )
    figures = [between]
    monkeypatch.setattr(ledger, "figures_of", lambda name: figures)

    def judged(training):
        result = run(replace(experiment, trainings=(training,)), Options(out=tmp_path))
        verdicts = [figure.judgement.verdict for figure in result.figures]
        return verdicts, len(result.ensembles[whole.name].seeds)

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
    final = result.trainings["tiny net"].final_weights["W1"][0][0]
    assert result.evaluations["weights"].values["W1[0, 0]"]["scratch"] == final
    assert not result.evaluations["weights"].on_given_weights
    np.savez(tmp_path / "mine.npz", W1=np.full((3, 6), 0.25), W2=np.zeros((6, 1)))
    result = run(experiment, Options(out=tmp_path, weights=tmp_path / "mine.npz"))
    assert result.evaluations["weights"].values["W1[0, 0]"]["keras"] == 0.25
    assert result.evaluations["weights"].on_given_weights


def test_weights_that_do_not_fit_are_told_before_anything_is_trained(
    experiment, tmp_path, monkeypatch
):
    evaluation = Evaluation("weights", lambda package, params: {}, params_of="tiny net")
    experiment = replace(experiment, evaluations=(evaluation,))
    np.savez(tmp_path / "mine.npz", W1=np.zeros((3, 5)))
    monkeypatch.setattr("experiments.suite.parts.run_training", None)
    with pytest.raises(DataError, match="must hold"):
        run(experiment, Options(out=tmp_path, weights=tmp_path / "mine.npz"))


def test_a_training_that_an_evaluation_follows_is_in_its_key_and_takes_the_users_seed(
    training, experiment, tmp_path
):
    """The kept result goes when the training changes, wherever it is written."""

    def seed(package, followed):
        return {"seed": followed.seed, "steps": followed.steps}

    def values(of, **options):
        evaluation = Evaluation("seed", seed, training=of)
        only = replace(experiment, trainings=(), evaluations=(evaluation,))
        result = run(only, Options(out=tmp_path, **options)).evaluations["seed"]
        return result.kept, result.values["seed"]["scratch"], result.values["steps"]["scratch"]

    assert values(training) == (False, 3, 30)
    assert values(training) == (True, 3, 30)
    assert values(replace(training, steps=31)) == (False, 3, 31)
    assert values(training, seed=8) == (False, 8, 30)


@pytest.mark.slow
def test_two_runs_into_one_folder_lose_nothing_of_each_other(tmp_path):
    """Eight writers at once, each adding an experiment of its own to the record."""
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from experiments.record.results import ExperimentResult, change\n"
        "for i in range(5):\n"
        "    name = f'{sys.argv[2]}-{i}'\n"
        "    add = lambda p: replace(p, experiments={**p.experiments,"
        " name: ExperimentResult(1, ())})\n"
        "    change(Path(sys.argv[1]), add, print)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(number)])
        for number in range(8)
    ]
    assert [writer.wait() for writer in writers] == [0] * 8
    assert len(load(tmp_path).experiments) == 40
