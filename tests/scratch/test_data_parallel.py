"""Processes that work on shares of the same data."""

import multiprocessing
from contextlib import closing
from time import sleep

import numpy as np
import pytest

from scratch import data_parallel
from scratch.data_parallel import ALONE, AbsentError, Team

NUMBERS = np.arange(10.0)


def _mine(share, numbers):
    return numbers[share.of(len(numbers))]


def _shown(share, mine, times):
    """Multiples of the own sum; the ones with a lower rank look later at what is shown."""
    seen = []
    for time in range(times):
        shown = share.show(np.array([mine.sum() * time]))
        sleep(0.002 * (share.count - share.rank))
        seen.append(shown.copy())
    return seen


def _filled(share, mine):
    """Each writes its rank into its part of a common array; the ones of higher rank come later."""
    seen = []
    for start in (-1, -2):
        sleep(0.002 * share.rank)
        array = share.shared(np.full(7, start))
        array[share.of(7)] = share.rank
        share.meet()
        sleep(0.002 * share.rank)
        seen.append(array.copy())
    return seen


def _alone(share, mine):
    if share.rank:
        raise SystemExit
    share.meet()


def _wrong(share, mine):
    raise ValueError(share.rank)


@pytest.fixture(scope="module", params=[1, 2, 3])
def team(request):
    with closing(Team(request.param, 64, _mine, NUMBERS)) as made:
        yield made


def test_shares_are_all_there_is_and_nothing_twice(team):
    parts = team(_given)
    assert np.concatenate(parts).tolist() == NUMBERS.tolist()


def _given(share, mine):
    return mine


def test_everybody_sees_what_everybody_shows(team):
    sums = [part.sum() for part in team(_given)]
    for seen in team(_shown, 5):
        for time, values in enumerate(seen):
            assert values[:, 0].tolist() == [each * time for each in sums]


def test_a_common_array_has_what_each_wrote(team):
    arrays = [array for seen in team(_filled) for array in seen]
    ranks = range(team.share.count)
    expected = [
        rank for rank in ranks for _ in range(7 * rank // len(ranks), 7 * (rank + 1) // len(ranks))
    ]
    assert [array.tolist() for array in arrays] == [expected] * 2 * len(ranks)


def test_a_process_that_does_not_come_is_an_error(monkeypatch):
    monkeypatch.setattr(data_parallel, "PATIENCE", 0.1)
    with (
        closing(Team(2, 64, _mine, NUMBERS)) as two,
        pytest.raises(AbsentError, match="did not come"),
    ):
        two(_alone)


def test_after_an_error_a_team_is_none_any_more():
    with closing(Team(2, 64, _mine, NUMBERS)) as two:
        with pytest.raises(ValueError, match="0"):
            two(_wrong)
        with pytest.raises(OSError, match="closed"):
            two(_given)


def test_a_process_that_has_ended_is_an_error():
    before = set(multiprocessing.active_children())
    with closing(Team(2, 64, _mine, NUMBERS)) as two:
        (other,) = set(multiprocessing.active_children()) - before
        other.kill()
        other.join()
        with pytest.raises(AbsentError, match="ended"):
            two(_given)


def test_processes_end_with_their_team():
    before = set(multiprocessing.active_children())
    with closing(Team(3, 64, _mine, NUMBERS)):
        others = set(multiprocessing.active_children()) - before
        assert len(others) == 2
    for other in others:
        other.join(30)
        assert other.exitcode == 0


def test_alone_is_all():
    assert ALONE.of(5) == slice(0, 5)
    assert ALONE.show(NUMBERS).tolist() == [NUMBERS.tolist()]
    assert ALONE.shared(NUMBERS) is NUMBERS
    ALONE.meet()
