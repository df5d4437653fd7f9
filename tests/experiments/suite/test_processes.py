"""Worker processes end with the process that has started them, however that ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import joblib
import pytest

from experiments.suite.processes import end_with_parent, end_workers, over_processes
from experiments.suite.relay import relayed

ROOT = Path(__file__).parents[3]

SLEEPING = """
import os, time, joblib
from experiments.suite.processes import over_processes

def work(seconds):
    print(os.getpid(), flush=True)
    time.sleep(seconds)

for _ in over_processes(joblib.delayed(work)(600) for _ in range(2)):
    pass
"""


def is_there(process):
    """Whether a process runs, and is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM], ids=lambda s: s.name)
def test_workers_do_not_outlive_what_has_started_them(ending):
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPING], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        worker = int(started.stdout.readline())
        assert is_there(worker)
        os.kill(started.pid, ending)
    until = time.monotonic() + 30
    while is_there(worker) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_there(worker)


def not_heard():
    """What a worker does not hear."""
    return {s.name for s in signal.pthread_sigmask(signal.SIG_BLOCK, ())}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="of a terminal's signals")
def test_workers_leave_what_ends_them_to_their_parent():
    """A terminal sends it to all of them, and each would tell of it by a traceback."""
    heard_before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    (found,) = over_processes([joblib.delayed(not_heard)()])
    end_workers()
    assert {"SIGINT", "SIGTERM", "SIGHUP"} <= found
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == heard_before


def test_what_is_no_worker_watches_nothing():
    """A report that is started by a shell goes on when the shell is closed."""
    before = set(threading.enumerate())
    end_with_parent()
    assert set(threading.enumerate()) <= before


def test_what_another_process_tells_is_heard_before_it_goes_on():
    told = []

    def progress(label, total):
        told.append((label, total))
        return told.append

    with relayed(progress) as relay:
        code = (
            "from experiments.suite.relay import Relay\n"
            f"advance = Relay({relay.address!r}, {relay.key!r})('mine', 7)\nadvance(3)\nadvance(4)"
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert told == [("mine", 7), 3, 4]


def test_telling_nobody_is_no_error():
    with relayed(lambda label, total: lambda steps: None) as relay:
        pass
    relay("mine", 1)(1)
