import numpy as np
import pytest

from experiments.judge.printed import judge, write_value
from experiments.judge.rungs import Verdict
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Measurement


def figure(printed, judged="seeds", style="repr", **needs):
    of = Measurement("q", step=1)
    return PrintedFigure("e", "t", "004", "cell", printed, of, style, judged, needs=needs)


SEEDS = np.linspace(0.90, 0.94, 39)


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("0.92", Verdict.CONSISTENT),
        ("0.9", Verdict.CONSISTENT),
        ("0.945", Verdict.UNUSUAL),
        ("0.99", Verdict.INCONSISTENT),
    ],
)
def test_an_unknown_seed_is_judged_by_the_range(printed, verdict):
    assert judge(figure(printed), 0.92, SEEDS, {}).verdict == verdict


def test_rank_counts_the_seeds_below_and_at_the_printed_value():
    judgement = judge(figure("0.5"), 0.5, [0.1] * 5 + [0.5] * 4 + [0.9] * 30, {})
    assert judgement.rank == (5, 9)
    assert (judgement.low, judgement.high, judgement.seeds) == (0.1, 0.9, 39)


def test_outside_the_range_of_too_few_seeds_there_is_no_verdict():
    assert judge(figure("0.92"), 0.92, SEEDS[:18], {}).verdict == Verdict.INSUFFICIENT
    assert judge(figure("0.92"), 0.92, SEEDS[:19], {}).verdict != Verdict.INSUFFICIENT
    assert judge(figure("0.92"), 0.92, [], {}).verdict == Verdict.INSUFFICIENT


def test_within_the_range_of_few_seeds_the_verdict_is_certain():
    few = judge(figure("0.905"), 0.92, SEEDS[:9], {})
    assert few.verdict == judge(figure("0.905"), 0.92, SEEDS, {}).verdict == Verdict.CONSISTENT
    assert few.reason == "within few"


def test_a_known_seed_must_reproduce_every_digit():
    printed = figure("0.02391914", "digits", "numpy8")
    assert judge(printed, 0.0239191396, [], {}).verdict == Verdict.EXACT
    wrong = judge(printed, 0.0239191349, [], {})
    assert wrong.verdict == Verdict.INCONSISTENT
    assert wrong.value == "0.02391913"


def test_other_conditions_are_not_comparable():
    printed = figure("0.92", data="mnist")
    judgement = judge(printed, 0.92, SEEDS, {"data": "digits"})
    assert judgement.verdict == Verdict.NOT_COMPARABLE
    assert judgement.unmet == (("data", "digits", "mnist"),)


def test_the_range_of_39_seeds_covers_one_more_run_with_95_percent():
    """The claim behind the rule, by simulation with a distribution that is far from normal."""
    draws = np.random.default_rng(0).exponential(size=(20_000, 40))
    inside = (draws[:, 0] >= draws[:, 1:].min(axis=1)) & (draws[:, 0] <= draws[:, 1:].max(axis=1))
    assert inside.mean() == pytest.approx(0.95, abs=0.006)


def test_skewed_seeds_are_judged_by_their_number_and_not_by_students_t():
    """Of 300 exponential draws the largest possible surprise is 2 in 301, however far it lies."""
    skewed = np.random.default_rng(0).exponential(size=300)
    far = judge(figure("60"), 1.0, skewed, {})
    assert far.verdict == Verdict.UNUSUAL
    assert far.chance == pytest.approx(2 / 301)
    normal = np.random.default_rng(0).normal(size=300)
    assert judge(figure("60"), 1.0, normal, {}).verdict == Verdict.INCONSISTENT


def test_right_runs_are_seldom_called_inconsistent():
    """One of 501 skewed draws judged by the other 500, many times: never. By Student's t: often."""
    rng = np.random.default_rng(1)
    called = [
        judge(figure(repr(float(draws.max()))), 1.0, np.delete(draws, draws.argmax()), {}).verdict
        for draws in rng.lognormal(sigma=1.5, size=(100, 501))
    ]
    assert Verdict.INCONSISTENT not in called


def test_numbers_are_written_as_the_tools_write_them():
    assert write_value(np.float64(5923 / 60000), figure("")) == "0.09871666666666666"
    array = np.array([[0.02391914], [0.9757925]])
    assert write_value(0.9757925, figure("", style="numpy8")) in str(array)
    assert write_value(0.85304, figure("", style=".4f")) == "0.8530"
    assert write_value(2.718281828, figure("2.7182", style="cut")) == "2.7182"
    assert write_value((60000, 784), figure("", style="text")) == "(60000, 784)"


def test_what_a_hand_adds_to_a_shape_does_not_count():
    printed = figure("(n, 20, )", "digits", "shape")
    assert judge(printed, "(n, 20)", [], {}).verdict == Verdict.EXACT
    wrong = judge(printed, "(n, 2, 0)", [], {})
    assert (wrong.verdict, wrong.value) == (Verdict.INCONSISTENT, "(n, 2, 0)")


def test_what_nothing_can_judge_says_why():
    of = Measurement("time")
    printed = PrintedFigure("e", "p", "000", "cell", "0.2s", of, "text", "none", reason="a time")
    assert judge(printed, None, [], {}).verdict == Verdict.NOT_COMPARABLE
    unfinished = judge(figure("0.5"), None, SEEDS, {})
    assert unfinished.verdict == Verdict.INSUFFICIENT


def test_a_wide_range_is_called_weak_evidence():
    assert judge(figure("0.5"), 0.5, np.linspace(0.1, 0.9, 39), {}).reason == "wide"
    assert judge(figure("0.92"), 0.92, SEEDS, {}).reason == "within"
