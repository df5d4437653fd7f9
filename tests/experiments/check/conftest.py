"""Checks a text as if it were a student's file."""

import pytest

from experiments.check.files import check_files


@pytest.fixture
def check(tmp_path):
    def check(text, name="student.py", language="en", others=None):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (checked,) = check_files([path], [language], others)
        return checked[language]

    return check
