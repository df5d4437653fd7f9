"""Processes that work on shares of the same data."""

from time import sleep

import numpy as np
import pytest

from scratch import data_parallel
from scratch.data_parallel import ALONE, Share, Team

NUMBERS = np.arange(10.0)


def _mine(share, numbers):
    return numbers[share.of(len(numbers))]


def _shown(share, mine, times):
    """Multiples of the own sum; the ones with a lower rank look later at what is shown."""
    seen = []
    for time in range(times):
        shown = share.all(np.array([mine.sum() * time]))
        sleep(0.002 * (share.count - share.rank))
        seen.append(shown.copy())
    return seen


def _filled(share, mine):
    """Each writes its rank into its part of a common array."""
    array = share.together(np.full(7, -1))
    array[share.of(7)] = share.rank
    share.meet()
    return array.copy()


def _alone(share, mine):
    if share.rank:
        raise SystemExit
    share.meet()


@pytest.fixture(scope="module", params=[1, 2, 3])
def team(request):
    with Team(request.param, 64, _mine, NUMBERS) as made:
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
    arrays = team(_filled)
    assert all(np.array_equal(array, arrays[0]) for array in arrays)
    counts = np.bincount(arrays[0])
    assert len(counts) == team.share.count
    assert counts.sum() == 7


def test_a_process_that_does_not_come_is_an_error(monkeypatch):
    monkeypatch.setattr(data_parallel, "PATIENCE", 0.1)
    with Team(2, 64, _mine, NUMBERS) as two, pytest.raises(RuntimeError, match="did not come"):
        two(_alone)


def test_alone_is_all():
    assert ALONE.of(5) == slice(0, 5)
    assert ALONE.all(NUMBERS).tolist() == [NUMBERS.tolist()]
    assert ALONE.together(NUMBERS) is NUMBERS
    ALONE.meet()
    assert Share(0, 1).count == 1
