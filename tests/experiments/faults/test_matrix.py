"""The matrix's page and outcome, from rows written by hand."""

from dataclasses import replace

import pytest

from experiments.faults import page
from experiments.faults.edits import GROUNDS
from experiments.faults.matrix import DTYPES, known_mistakes, named, tasks, with_kept
from experiments.faults.record import Accepted, Alarms, Along, Edited, FaultsRecord, Kill, Named
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
        edits=(
            Edited("two-layer-net", "train", "-=", "+=", "float64", "update", "", "update", "probe",
                   "W1", 1e9, 30),
            Edited("two-layer-net", "train", "-= a", "-= a | 1", "float32", "", "rounding", "", "",
                   "", 0.5, 90),
            Edited("two-layer-net", "train", "-= a", "-= b", "float32", "", "", "", "",
                   "", 0.5, 90),
        ),
        along=(Along("xor-mlp-6: 3-6-1", "float64", 3, 9, 27, 0, 0.125),
               Along("xor-mlp-6: 3-6-1", "float32", 3, 9, 27, 0, 0.25)),
        provenance=PROVENANCE,
        along_provenance=PROVENANCE,
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
    done = [(part, str(getattr(of, "name", of)), dtype) for part, of, dtype in tasks()]
    assert len(set(done)) == len(done) == (3 * len(families()) + 2 + len(GROUNDS)) * 2
    assert len(tasks(seeds=2)) > len(done) + 20


def test_an_edit_that_gets_away_or_a_right_one_that_alarms_fails(record):
    escaped = replace(record.edits[0], caught="", quantity="")
    assert not page.outcome(replace(record, edits=(escaped, *record.edits[1:])))["passed"]
    accused = replace(record.edits[2], caught="update")
    assert not page.outcome(replace(record, edits=(*record.edits[:2], accused)))["passed"]
    strayed = replace(record.along[0], alarms=1)
    assert not page.outcome(replace(record, along=(strayed,)))["passed"]


def test_the_page_says_what_is_not_caught_and_keeps_what_was_measured_before(record, tmp_path):
    text = page.render(record, tmp_path).read_text()
    assert (
        "| train | `-= a`<br>→ `-= a \\| 1` | float32 | less than rounding may do there |" in text
    )
    assert "18 other right ways" in text
    assert "| xor-mlp-6: 3-6-1 | 18 | 54 | 0 | 0.12 | 0.25 |" in text
    again = replace(record, along=(), along_provenance=None)
    assert with_kept(again, record) == record
    assert with_kept(again, None) == again


def test_replay_names_every_mistake_of_the_delta_rule():
    family = families()["delta-rule"]
    rows = named(family, "float64")
    assert [row.mistake for row in rows if not row.right] == []
    assert len(rows) == 1 + len(family.mistakes)
