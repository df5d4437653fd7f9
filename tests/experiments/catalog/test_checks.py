"""A contributor's slips are told in a sentence, and the other experiments still run."""

import re
import sys
from dataclasses import replace

import pytest

from experiments import catalog, commands, words
from experiments.catalog.checks import problems_of
from experiments.catalog.xor_mlp_4 import EXPERIMENT, TRAINING
from experiments.commands import exits
from experiments.spec import Evaluation, Order, Start, in_order, uniform_by_unit

SLIPS = {
    "model": ({"model": "sigmoid_mlp.SigmoidMPL"}, "model: .*SigmoidMPL"),
    "file of the model": ({"model": "sigmoid_mpl.SigmoidMLP"}, "model: .*sigmoid_mpl"),
    "data": ({"data": "xorr"}, "data: .*xorr; there are .*xor"),
    "option": ({"options": {"bias": True}}, "options: .*bias"),
    "shape": ({"start": uniform_by_unit(W1=(3, 5), W2=(4, 1))}, "start: "),
    "no shapes": ({"start": Start("uniform", ())}, "start: |options: "),
    "steps": ({"steps": 0}, "steps is 0; it may be 1, 2, 3"),
    "batch": ({"order": in_order(0)}, "batch_size is 0"),
    "order": ({"order": Order("in_order", 4)}, "order is in_order; it may be in order, "),
    "distribution": ({"start": Start("gauss", (("W1", (3, 4)),))}, "distribution is gauss"),
    "seed": ({"seed": -1}, "seed is -1"),
    "dtype": ({"dtype": "float16"}, "dtype is float16; it may be float64, float32"),
    "rate": ({"learning_rate": "0.1"}, "learning_rate is 0.1"),
}


def told(experiment):
    """What is said of an experiment, in both languages."""
    return [
        problem.told(words.of(lang)) for problem in problems_of(experiment) for lang in ["en", "ko"]
    ]


@pytest.mark.parametrize(("changed", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_field(changed, said):
    slipped = replace(EXPERIMENT, trainings=(replace(TRAINING, **changed),))
    problem, *_ = problems_of(slipped)
    assert re.search(said, problem.told(words.of("en")))


def test_the_catalog_itself_has_none():
    assert [said for experiment in catalog.load().values() for said in told(experiment)] == []
    assert catalog.broken() == ()


def test_parts_of_one_name_and_params_of_nothing():
    twice = replace(EXPERIMENT, trainings=(TRAINING, TRAINING))
    assert "called 3-4-1" in told(twice)[0]
    evaluation = Evaluation("outputs", compute=dict, params_of="3-4-2", picture="curve")
    params, picture = told(replace(EXPERIMENT, evaluations=(evaluation,)))[::2]
    assert "params_of is 3-4-2; it may be 3-4-1" in params
    assert "picture is curve; it may be curves, " in picture


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lesson": "a"}, "lesson is a"),
        ({"sources": "002"}, "sources is str"),
        ({"trainings": TRAINING}, "trainings is Training"),
    ],
)
def test_a_field_of_another_type(changed, said):
    assert said in told(replace(EXPERIMENT, **changed))[0]


FILES = {
    "leaves": ("import sys\nsys.exit(5)\n", "SystemExit"),
    "syntax": ("x = (\n", "line 1: "),
    "keyword": ("import experiments.spec as s\nEXPERIMENT = s.Experiment(nam='mine')\n", "nam"),
    "nothing": ("", "EXPERIMENT"),
    "another thing": ("EXPERIMENT = 3\n", "EXPERIMENT is int"),
    "another's name": ("from experiments.catalog.gates import EXPERIMENT\n", "called gates"),
    "raises": ("raise SystemError('mine')\n", "SystemError: mine"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), FILES.values(), ids=FILES)
def test_a_broken_file_takes_no_other_experiment_with_it(text, said, tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(text, "utf-8")
    before = dict(catalog.load())
    monkeypatch.setattr(catalog, "__path__", [*catalog.__path__, str(tmp_path)])
    catalog._catalog.cache_clear()
    try:
        (problem,) = catalog.broken()
        assert catalog.load() == before
    finally:
        sys.modules.pop("experiments.catalog.mine", None)
        catalog._catalog.cache_clear()
    assert "catalog/mine.py" in str(problem)
    assert said in str(problem)


def test_a_broken_experiment_that_is_to_be_run_is_told_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "mine_too.py").write_text("EXPERIMENT = 3\n", "utf-8")
    monkeypatch.setattr(catalog, "__path__", [*catalog.__path__, str(tmp_path)])
    catalog._catalog.cache_clear()
    try:
        assert commands.main(["run", "mine-too", "--out", str(tmp_path)]) == exits.ENVIRONMENT
    finally:
        sys.modules.pop("experiments.catalog.mine_too", None)
        catalog._catalog.cache_clear()
    (line,) = capsys.readouterr().err.splitlines()
    assert "mine_too.py" in line
