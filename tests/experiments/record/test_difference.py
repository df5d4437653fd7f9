"""What differs between two reports beyond rounding."""

from dataclasses import replace

import pytest

from experiments.judge.printed import Judgement
from experiments.judge.rungs import Verdict
from experiments.record.difference import compare_records
from experiments.record.results import JudgedFigure
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Measurement

FIRST = Measurement("output", 0, 30)


@pytest.fixture
def results(record):
    return record


def changed(results, **fields):
    tiny = results.experiments["tiny"]
    net = replace(tiny.trainings["tiny net"], **fields)
    return replace(results, experiments={"tiny": replace(tiny, trainings={"tiny net": net})})


def moved(results, by):
    """With both sides' first output moved."""
    measured = tuple(
        replace(m, scratch=m.scratch * by, keras=m.keras * by) if m.of == FIRST else m
        for m in results.experiments["tiny"].trainings["tiny net"].measured
    )
    return changed(results, measured=measured)


def test_the_same_record_is_the_same(results):
    found = compare_records(results, results)
    assert not found.matters
    assert (found.agreements, found.values, found.versions) == (1, 11, {})


def test_a_roundings_difference_is_none_and_a_larger_one_is(results):
    assert not compare_records(results, moved(results, 1 + 2.0**-52)).matters
    (change,) = compare_records(results, moved(results, 1 + 1e-12)).changes
    assert (change.kind, change.what) == ("value", "tiny net: output[0]@30")


def test_a_lost_agreement_another_version_and_another_training_are_named(results):
    net = results.experiments["tiny"].trainings["tiny net"]
    wrong = replace(net.comparisons[0], share=2.0)
    other = replace(net.provenance, versions=net.provenance.versions | {"numpy": "0.1"})
    found = compare_records(results, changed(results, comparisons=(wrong,), provenance=other))
    assert [(c.kind, c.before, c.after) for c in found.changes] == [("agreement", "True", "False")]
    assert found.versions["numpy"][1].endswith("0.1") or "0.1" in found.versions["numpy"][1]
    trained = changed(results, spec=replace(net.spec, learning_rate=0.3))
    assert [c.kind for c in compare_records(results, trained).changes] == ["spec"]


def test_another_verdict_is_named(results):
    figure = PrintedFigure("tiny", "tiny net", "003", "here", "1", FIRST, "repr", "digits")

    def judged(verdict):
        tiny = replace(
            results.experiments["tiny"],
            figures=(JudgedFigure(figure, Judgement(verdict, "as printed")),),
        )
        return replace(results, experiments={"tiny": tiny})

    (change,) = compare_records(judged(Verdict.EXACT), judged(Verdict.INCONSISTENT)).changes
    assert (change.kind, change.before, change.after) == ("verdict", "EXACT", "INCONSISTENT")


def test_experiments_of_one_record_alone_are_named(results):
    none = replace(results, experiments={})
    assert [c.kind for c in compare_records(results, none).changes] == ["only old"]
    assert [c.kind for c in compare_records(none, results).changes] == ["only new"]
    assert not compare_records(none, results, only=()).matters
