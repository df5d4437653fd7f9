"""What the documents say of the tests is so."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

DOCUMENTS = [ROOT / "docs" / name for name in ("RELIABILITY.md", "RELIABILITY.ko.md")]


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_at_least_as_many_cases_as_are_said(document):
    said = {
        f"tests/{'' if file.startswith('test_') else 'experiments/'}{file}": int(count)
        for file, count in re.findall(r"`([\w/]+\.py)` \((\d+)", document.read_text("utf-8"))
    }
    assert len(said) == 14
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:xdist", *said],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    counted = Counter(line.partition("::")[0] for line in found.splitlines() if "::" in line)
    assert counted.keys() == said.keys()
    assert [file for file, count in said.items() if counted[file] < count] == []
