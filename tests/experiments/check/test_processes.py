"""Strangers' files run in forks of a server; nothing of them outlives the check."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from experiments.check import processes
from experiments.check.files import check_files
from experiments.check.finding import Assessment
from experiments.check.processes import Processes

FORKS = sys.platform == "linux"
ROOT = Path(__file__).parents[3]

needs_proc = pytest.mark.skipif(not FORKS, reason="processes are looked up in /proc")


@pytest.fixture
def hanging(tmp_path):
    """Arguments for a run that does not come back: its request is a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "request")
    return [str(tmp_path / "request"), str(tmp_path / "answers")]


def is_there(process):
    """Whether a process runs, and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds=30):
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def children_of(process):
    """Numbers of the processes that a process has started."""
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in path.read_text().split()] if path.exists() else []


@needs_proc
def test_a_worker_that_fails_is_told_with_its_code(tmp_path):
    with Processes() as several:
        why = several.run([str(tmp_path / "none"), str(tmp_path / "answers")], str(tmp_path))
    assert (why.key, why.values["code"]) == ("check.why.ended", 1)


@needs_proc
def test_a_run_that_hangs_is_stopped(tmp_path, monkeypatch, hanging):
    monkeypatch.setattr(processes, "SECONDS", 1)
    with Processes() as several:
        assert several.run(hanging, str(tmp_path)).key == "check.why.stopped"
        again = several.run([str(tmp_path / "none"), ""], str(tmp_path))
    assert again.key == "check.why.ended"  # the server goes on


@needs_proc
def test_a_server_that_is_killed_is_replaced(tmp_path):
    nothing = [str(tmp_path / "none"), ""]
    with Processes() as several:
        several.run(nothing, str(tmp_path))
        several._servers[0]._process.kill()
        several._servers[0]._process.wait()
        assert several.run(nothing, str(tmp_path)).values["code"] == -signal.SIGKILL
        assert several.run(nothing, str(tmp_path)).values["code"] == 1


@needs_proc
def test_who_goes_before_the_end_ends_what_runs(tmp_path, hanging):
    ended = []
    with Processes() as several:
        run = threading.Thread(target=lambda: ended.append(several.run(hanging, str(tmp_path))))
        run.start()
        server = several._servers
        assert wait_for(lambda: server and server[0]._child)
    run.join(30)
    assert ended[0].values["code"] == -signal.SIGKILL


@needs_proc
def test_nothing_is_left_when_the_check_itself_is_killed(tmp_path, hanging):
    program = f"""
from experiments.check.processes import Processes
with Processes() as several:
    several.run({hanging!r}, {str(tmp_path)!r})
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as check:
        server = wait_for(lambda: children_of(check.pid))
        fork = wait_for(lambda: children_of(server[0]))
        check.kill()
    assert fork
    assert wait_for(lambda: not is_there(fork[0]))
    assert wait_for(lambda: not is_there(server[0]))


def test_where_nothing_can_be_forked_the_answers_are_the_same(check, tmp_path, monkeypatch):
    text = "import numpy as np\n\n\ndef sigmoid(x):\n    return 1 / (1 + np.exp(x))\n"
    forked = check(text)
    monkeypatch.setattr(processes, "READY", "never")
    (anew,) = check_files([tmp_path / "student.py"])
    assert anew["en"] == forked
    assert forked.explanations[0].verdict is Assessment.WRONG


DAEMON = """
import os, time

def leave():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)

left = leave()
"""


@needs_proc
def test_a_daemon_does_not_outlive_its_file(tmp_path):
    marked = tmp_path / "student.py"
    marked.write_text(f"{DAEMON}\ndef relu(x):\n    return x * (x > 0)\n", "utf-8")
    with Processes() as several:
        (told,) = check_files([marked], processes=several)
        assert told["en"].explanations[0].verdict is Assessment.RIGHT
        assert [children_of(server._process.pid) for server in several._servers] == [[]]
