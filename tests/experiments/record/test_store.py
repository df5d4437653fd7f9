import json
import os
import signal
import subprocess
import sys
import time

import pytest

from experiments.record import store


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "file"
    store.write(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space.*file"):
        store.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_killed_writer_never_leaves_a_part(tmp_path):
    code = (
        "import sys; from pathlib import Path; from experiments.record import store\n"
        "i = 0\n"
        "while True: i += 1; store.write(Path(sys.argv[1]), str(i % 10) * 2_000_000)"
    )
    path = tmp_path / "file"
    for _ in range(10):
        writer = subprocess.Popen([sys.executable, "-c", code, str(path)])
        time.sleep(0.4)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        text = path.read_text()
        assert len(text) == 2_000_000
        assert len(set(text)) == 1


def test_json_can_be_read_back_and_keeps_number_lists_on_a_line():
    value = {
        "curve": [i / 7 for i in range(50)],
        "rows": [{"name": "가" * 80, "n": 1}] * 3,
        "e": {},
    }
    text = store.to_json(value)
    assert json.loads(text) == value
    assert len(text.splitlines()) < 20
    assert "가" in text


def test_what_json_cannot_hold_is_written_as_text():
    numbers = {"loss": float("nan"), "row": [1.0, float("inf"), -float("inf")]}
    assert json.loads(store.to_json(numbers)) == {"loss": "nan", "row": [1.0, "inf", "-inf"]}


def test_finished_work_is_found_again_by_its_fingerprint_only(tmp_path):
    finished = store.FinishedWork(tmp_path)
    finished.put("work", "a" * 64, {"answer": 42})
    assert finished.get("work", "a" * 64) == {"answer": 42}
    assert finished.get("work", "a" * 16 + "b" * 48) is None
    assert finished.get("work", "c" * 64) is None


@pytest.mark.parametrize("content", ["", "[]", '{"fingerprint": "', "null"])
def test_a_damaged_record_counts_as_absent(content, tmp_path):
    finished = store.FinishedWork(tmp_path)
    finished.put("work", "a" * 64, 1)
    next(tmp_path.iterdir()).write_text(content)
    assert finished.get("work", "a" * 64) is None


def test_a_fingerprint_changes_with_description_and_code(tmp_path):
    code = tmp_path / "code.py"
    code.write_text("a = 1")
    prints = [store.fingerprint({"x": 1}, [code]), store.fingerprint({"x": 2}, [code])]
    code.write_text("a = 2")
    prints.append(store.fingerprint({"x": 1}, [code]))
    assert len(set(prints)) == 3
