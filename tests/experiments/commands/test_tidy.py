"""Nothing temporary is left, and what is told to end ends, however that is told."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.record.leftovers import MACHINE, mark, sweep

ROOT = Path(__file__).parents[3]
TWINS = [sys.executable, "-m", "experiments"]

HANGING = "import numpy as np\n\ndef sigmoid(x):\n    while True:\n        pass\n"

needs_posix = pytest.mark.skipif(os.name != "posix", reason="other signals")


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()


def hear_all():
    """Hear what whoever has started the tests may have had them ignore, as `nohup` does."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@pytest.fixture
def checking(tmp_path):
    """A check of a file that hangs, when it has begun to run it; everything temporary is below."""
    (tmp_path / "student.py").write_text(HANGING, "utf-8")
    (tmp_path / "tmp").mkdir()
    surroundings = os.environ | {
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    with subprocess.Popen(
        [*TWINS, "check", str(tmp_path / "student.py")],
        cwd=ROOT,
        env=surroundings,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_all,
    ) as process:
        wait_for(lambda: [*(tmp_path / "tmp").glob("*/twins-check-*/answers")])
        yield process, tmp_path / "tmp", surroundings
        process.kill()


@needs_posix
@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_check_that_is_told_to_end_leaves_nothing(ending, checking):
    process, folder, _ = checking
    process.send_signal(getattr(signal, ending))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert list(folder.iterdir()) == []


@needs_posix
def test_what_a_killed_one_leaves_the_next_one_removes(checking):
    process, folder, surroundings = checking
    process.kill()
    process.wait()
    (left,) = folder.iterdir()
    assert left.name.startswith(MACHINE)
    subprocess.run([*TWINS, "list", "--json"], cwd=ROOT, env=surroundings, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    assert list(folder.iterdir()) == []


@needs_posix
def test_what_others_have_is_left_alone(tmp_path):
    names = [f"{mark()}of-this-process", "twins-elsewhere-1-x", f"{MACHINE}notes", "mine"]
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = f".results.json.{MACHINE}{ended.pid}-half"
    for name in (*names, dead):
        (tmp_path / name).write_text("", "utf-8")
    sweep(tmp_path.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@needs_posix
def test_a_command_that_ignores_its_terminal_goes_on_ignoring_it():
    """As one that is started by `nohup`."""
    code = (
        "import signal; from experiments.commands.tidy import hear_endings\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); hear_endings()\n"
        "assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN\n"
        "assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
