"""A disk that is full, and a process that is killed, at any of a run's writes: nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

RUN = """
import os, sys
from pathlib import Path
from experiments.commands import main

at, ending, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
done, genuine = 0, Path.replace

def replace(self, target):
    global done
    done += 1
    if done == at and ending == "killed":
        os.kill(os.getpid(), 9)
    if done == at:
        raise OSError(28, "No space left on device")
    return genuine(self, target)

Path.replace = replace
code = main(["run", "gates", "--out", out, "--json"])
print(f"writes: {done}", file=sys.stderr)
sys.exit(code)
"""

WRITES = range(1, 15)
"""Of a run whose work is kept from before: the record, pages, pictures, tables, the list."""

CODES = {"refused": 3, "killed": -9}


def run(out, at=0, ending=""):
    return subprocess.run(
        [sys.executable, "-c", RUN, str(at), ending, str(out)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(out.parent)},
        capture_output=True,
        text=True,
    )


def content(folder):
    """Every file of a report by its name, of the record what does not say what was kept."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".store" not in path.parts and path.name != ".lock"
    }
    found["results.json"] = found["results.json"].replace(b'"kept": false', b'"kept": true')
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert run(out).returncode == 0
    return out


@pytest.mark.slow
def test_these_are_all_writes(undisturbed, tmp_path):
    shutil.copytree(undisturbed / ".store", tmp_path / "out" / ".store")
    done = run(tmp_path / "out")
    assert f"writes: {len(WRITES)}" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("ending", CODES)
@pytest.mark.parametrize("at", WRITES)
def test_the_next_run_is_as_if_nothing_had_been(at, ending, undisturbed, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(undisturbed / ".store", out / ".store")
    broken = run(out, at, ending)
    assert broken.returncode == CODES[ending], broken.stderr
    assert "Traceback" not in broken.stderr
    if (out / "results.json").exists():
        json.loads((out / "results.json").read_text("utf-8"))
    if ending == "refused":
        assert not list(out.rglob(".*.twins-*"))
    assert run(out).returncode == 0
    assert content(out) == content(undisturbed)
