"""The program as it is installed: built, put elsewhere, and used outside of the checkout."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("scratch", "keras_ref", "experiments", "pyproject.toml", "README.md")


@pytest.mark.slow
def test_a_wheel_has_all_that_it_needs(tmp_path):
    source, site, elsewhere = (tmp_path / name for name in ("source", "site", "elsewhere"))
    elsewhere.mkdir()
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (source / part).parent.mkdir(exist_ok=True)
        copy(ROOT / part, source / part)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    if subprocess.run([*build[:3], "--version"], capture_output=True).returncode:
        pytest.skip("no pip in this environment")
    subprocess.run([*build, "-w", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    (elsewhere / "student.py").write_text("def relu(x):\n    return x * (x > 0)\n", "utf-8")

    def twins(*arguments):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "experiments", *arguments],
            cwd=elsewhere,
            env=os.environ | {"PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert len(twins("list", "--json")) > 15
    assert twins("check", "student.py", "--json")[0]["verdict"] == "right"
    assert twins("run", "gates", "--json")["experiments"]["gates"]["agrees"]
    assert (elsewhere / "reports" / "report.html").is_file()
