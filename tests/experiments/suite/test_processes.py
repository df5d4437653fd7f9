"""Worker processes end with the process that has started them, however that ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from experiments.suite.processes import _listen, end_with_parent

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


def test_what_is_no_worker_watches_nothing():
    """A report that is started by a shell goes on when the shell is closed."""
    before = set(threading.enumerate())
    end_with_parent()
    assert set(threading.enumerate()) <= before


def test_who_listens_ends_when_what_hands_on_is_gone():
    class Gone:
        def get(self):
            raise EOFError

    _listen(Gone(), lambda label, total: lambda steps: None)
