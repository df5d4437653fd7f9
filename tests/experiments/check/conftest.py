"""Checks a text as if it were a student's file."""

import pytest

from experiments.check.files import check_files
from experiments.check.source import read_source


@pytest.fixture
def check(tmp_path, processes):
    def check(text, name="student.py", language="en", others=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (checked,) = check_files([path], [language], others, processes)
        return checked[language]

    return check


@pytest.fixture
def source_of(tmp_path):
    def source_of(text):
        path = tmp_path / "program.py"
        path.write_text(text)
        return read_source(path)

    return source_of
