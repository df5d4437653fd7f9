"""The matrix's page and outcome, from rows written by hand."""

from dataclasses import replace

import pytest

from experiments.faults import page
from experiments.faults.matrix import DTYPES, TASKS, known_mistakes, named
from experiments.faults.record import Accepted, Alarms, FaultsRecord, Kill, Named
from experiments.record.provenance import Provenance
from experiments.record.results import RecordError
from experiments.subjects import families

PROVENANCE = Provenance("today", "twins faults", {}, "a processor", 2, "Linux", "a BLAS", {})


@pytest.fixture
def record():
    known = tuple(m for m in known_mistakes() if m.id in ("hidden-slope-missing", "b1-mean"))
    margins = (("float64", 1e14), ("float32", 3e5))
    return FaultsRecord(
        mistakes=known,
        kills=tuple(
            Kill("two-layer-net", mistake.id, dtype, "gradient", "gradient", "probe", "W1", margin,
                 {"layers": 0.25, "gradient": margin})
            for mistake in known
            for dtype, margin in margins
        ),
        named=(Named("two-layer-net", "", "float64", True, 0.1, 9.0, 7),),
        usual=tuple(
            Accepted(field, dtype, mistake,
                     {"running bound": mistake == "", "cosine 0.99": mistake != "b1-mean"})
            for field in ("book", "probe")
            for dtype in DTYPES
            for mistake in ("", "hidden-slope-missing", "b1-mean")
        ),
        alarms=tuple(
            Alarms("two-layer-net", "as it is", dtype, 30, 780, 0,
                   {"layers": 0.5, "gradient": 0.25}, {"running bound": 0, "cosine 0.99": 2})
            for dtype in DTYPES
        ),
        provenance=PROVENANCE,
    )  # fmt: skip


def test_the_page_counts_what_the_rows_say(record, tmp_path):
    text = page.render(record, tmp_path).read_text()
    assert "**4 of 4 were caught, 4 of them" in text
    assert "1,560 comparisons" in text
    assert "| **running bound** | 0 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| cosine 0.99 | 1 | 1 | 2 | 1 | 1 | 2 |" in text
    assert "| gradient | 1e+14 | 3e+05 |" in text
    assert (tmp_path / "faults/kill-matrix.png").stat().st_size > 1000
    assert (tmp_path / "faults/kill-matrix.csv").read_text().count("\n") == 5
    assert "은닉층의 델타" in (tmp_path / "faults/README.ko.md").read_text()
    assert page.load(tmp_path) == record


def test_a_damaged_matrix_is_told(tmp_path):
    assert page.load(tmp_path) is None
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults/results.json").write_text("{")
    with pytest.raises(RecordError, match="`twins faults` makes it anew"):
        page.load(tmp_path)


def other_kill(record, **fields):
    return replace(record, kills=(replace(record.kills[0], **fields), *record.kills[1:]))


def test_a_mistake_that_gets_away_or_is_caught_elsewhere_fails(record):
    assert page.outcome(record)["passed"]
    escaped = page.outcome(other_kill(record, caught=""))
    assert not escaped["passed"]
    assert escaped["caught"] == 3
    assert not page.outcome(other_kill(record, caught="trajectory"))["passed"]


def test_a_false_alarm_or_a_wrong_name_fails(record):
    alarmed = replace(record, alarms=(record.alarms[0], replace(record.alarms[1], failed=1)))
    assert not page.outcome(alarmed)["passed"]
    misnamed = replace(record, named=(replace(record.named[0], right=False),))
    assert not page.outcome(misnamed)["passed"]


def test_every_family_and_precision_is_worked_on():
    parts = {(part, family.name if family else None, dtype) for part, family, dtype in TASKS}
    assert len(parts) == len(TASKS) == 3 * len(families()) * 2 + 2 * 2


def test_replay_names_every_mistake_of_the_delta_rule():
    family = families()["delta-rule"]
    rows = named(family, "float64")
    assert [row.mistake for row in rows if not row.right] == []
    assert len(rows) == 1 + len(family.mistakes)
