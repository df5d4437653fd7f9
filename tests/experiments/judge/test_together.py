"""All figures of one printed run, judged as one."""

import numpy as np
import pytest

from experiments.judge.rungs import Verdict
from experiments.judge.together import as_far, farness, independent, judge_together


def test_farness_by_hand():
    """Ranks of five runs: 1 to 5 in both figures, so that ((2 r − 6) / 4)² is 1, ¼, 0, ¼, 1."""
    runs = np.array([[1.0, 10], [2, 30], [3, 20], [4, 40], [7, 99]])
    np.testing.assert_allclose(farness(runs), [1, 0.125, 0.125, 0.25, 1])


def test_equal_values_share_their_rank():
    runs = np.array([[1.0], [2], [2], [3]])
    np.testing.assert_allclose(farness(runs), [1, 0, 0, 1])


def test_a_run_in_the_middle_is_nearer_than_all_and_one_outside_farther():
    others = np.arange(40.0)[:, np.newaxis] * [1, -2]
    assert as_far(np.array([19.5, -39.0]), others) == 40
    assert as_far(np.array([50.0, -99.0]), others) == 1  # the one at the other end
    assert as_far(np.array([38.5, -77.0]), others) == 3


def test_right_runs_are_unusual_one_time_in_twenty_however_skewed(rng):
    """Two thousand runs of four dependent, skewed figures; the binomial's 99.9% is 0.067."""
    common = rng.exponential(size=(2000, 40, 1))
    runs = np.exp(common + 0.3 * rng.standard_normal((2000, 40, 4)))
    unusual = [as_far(run[0], run[1:]) + 1 <= 2 for run in runs]
    assert 0.035 < np.mean(unusual) < 0.067


def test_figures_that_say_the_same_are_worth_one(rng):
    once = rng.standard_normal((50, 1))
    assert independent(np.tile(once, 5)) == pytest.approx(1)
    assert independent(rng.standard_normal((2000, 5))) == pytest.approx(5, abs=0.05)


def test_a_shift_that_is_seen_is_seen_and_half_of_it_is_not(rng):
    others = rng.standard_normal((60, 6))
    found = judge_together("net", None, np.zeros(6), others)
    assert found.verdict is Verdict.CONSISTENT
    shifted = rng.standard_normal((300, 6)) + found.seen_from
    noticed = [judge(run, others) is Verdict.UNUSUAL for run in shifted]
    assert 0.6 < np.mean(noticed) < 0.95
    nearer = [judge(run - found.seen_from / 2, others) is Verdict.UNUSUAL for run in shifted]
    assert np.mean(nearer) < 0.5


def judge(run, others):
    chance = (as_far(run, others) + 1) / (len(others) + 1)
    return Verdict.UNUSUAL if chance <= 0.05 else Verdict.CONSISTENT


def test_of_few_runs_none_contradicts(rng):
    found = judge_together("net", None, np.full(3, 99.0), rng.standard_normal((7, 3)))
    assert (found.verdict, found.as_far, found.seen_from) == (Verdict.INSUFFICIENT, 0, None)
    assert found.chance == 1 / 8


def test_single_verdicts_on_right_runs_are_counted(rng):
    """Only the smallest and the largest of each figure can be out of the others' range."""
    found = judge_together("net", None, np.zeros(10), rng.standard_normal((40, 10)))
    assert found.judged == 400
    assert 0 < found.unusual + found.inconsistent <= 20
