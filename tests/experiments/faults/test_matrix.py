"""The matrix's page and summary, from rows written by hand."""

import json

import pytest

from experiments.faults.matrix import DTYPES, TASKS, fault_table, named
from experiments.faults.registry import FAMILIES
from experiments.report import faults as page


def kill_row(fault, dtype, caught, margin):
    return {
        "family": "two-layer-net",
        "fault": fault,
        "dtype": dtype,
        "belongs": "gradient",
        "caught": caught,
        "state": "probe",
        "quantity": "W1",
        "margin": margin,
        "shares": {"layers": 0.25, "gradient": margin},
    }


@pytest.fixture
def results():
    known = [f for f in fault_table() if f["id"] in ("hidden-slope-missing", "b1-mean")]
    usual = [
        {
            "field": field,
            "dtype": dtype,
            "fault": fault,
            "accepted": {"running bound": fault == "", "cosine 0.99": fault != "b1-mean"},
        }
        for field in ("book", "probe")
        for dtype in DTYPES
        for fault in ("", "hidden-slope-missing", "b1-mean")
    ]
    return {
        "faults": known,
        "kills": [
            kill_row(fault["id"], dtype, "gradient", margin)
            for fault in known
            for dtype, margin in (("float64", 1e14), ("float32", 3e5))
        ],
        "named": [{"family": "two-layer-net", "fault": "", "right": True, "entries": 7}],
        "usual": usual,
        "alarms": [
            {
                "family": "two-layer-net",
                "variant": "as it is",
                "dtype": dtype,
                "nets": 30,
                "comparisons": 780,
                "failed": 0,
                "shares": {"layers": 0.5, "gradient": 0.25},
                "alarms": {"running bound": 0, "cosine 0.99": 2},
            }
            for dtype in DTYPES
        ],
        "provenance": {"command": "twins faults", "date": "today"},
    }


def test_the_page_counts_what_the_rows_say(results, tmp_path):
    text = page.render(results, tmp_path).read_text()
    assert "**4 of 4 were caught, 4 of them" in text
    assert "1,560 comparisons" in text
    assert "| **running bound** | 0 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| cosine 0.99 | 1 | 1 | 2 | 1 | 1 | 2 |" in text
    assert "| gradient | 1e+14 | 3e+05 |" in text
    assert (tmp_path / "kill-matrix.png").stat().st_size > 1000
    assert (tmp_path / "kill-matrix.csv").read_text().count("\n") == 5


def test_a_fault_that_gets_away_or_is_caught_elsewhere_fails(results):
    assert page.summarise(results)["passed"]
    escaped = json.loads(json.dumps(results))
    escaped["kills"][0] |= {"caught": ""}
    assert not page.summarise(escaped)["passed"]
    assert page.summarise(escaped)["caught"] == 3
    late = json.loads(json.dumps(results))
    late["kills"][0] |= {"caught": "trajectory"}
    assert not page.summarise(late)["passed"]


def test_a_false_alarm_or_a_wrong_name_fails(results):
    alarmed = json.loads(json.dumps(results))
    alarmed["alarms"][1]["failed"] = 1
    assert not page.summarise(alarmed)["passed"]
    misnamed = json.loads(json.dumps(results))
    misnamed["named"][0]["right"] = False
    assert not page.summarise(misnamed)["passed"]


def test_every_family_and_precision_is_worked_on():
    parts = {(part, family.name if family else None, dtype) for part, family, dtype in TASKS}
    assert len(parts) == len(TASKS) == 3 * len(FAMILIES) * 2 + 2 * 2


def test_replay_names_every_fault_of_the_delta_rule():
    rows = named(FAMILIES[2], "float64")
    assert [row["fault"] for row in rows if not row["right"]] == []
    assert len(rows) == 1 + len(FAMILIES[2].faults)
