"""Whatever stands in a file, or comes back from its process: an answer or a sentence."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import words
from experiments.check.apart import Outcome, run_apart
from experiments.check.files import check_files
from experiments.check.finding import Assessment
from experiments.check.keras_program import program
from experiments.check.source import Source, SourceError, read_source

GOOD = "import numpy as np\n\ndef relu(x):\n    return np.maximum(0, x)\n"

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)

FIELDS = {
    "kind": st.sampled_from(
        ["asking", "value", "failed", "done", "turn", "skipped", "running", "subject", "slopes"]
    ),
    "shape": st.lists(st.integers(-1, 3), max_size=2) | ANYTHING,
    "data": st.sampled_from(["", "AAAAAAAA8D8=", "AAA", "?"]) | ANYTHING,
    **dict.fromkeys(["subject", "quantity", "dtype", "why", "first", "last", "line"], ANYTHING),
}
LINE = st.fixed_dictionaries({}, optional=FIELDS)


def made_or_said(make):
    """What is made of something, or the problem that is told in its place."""
    try:
        return make()
    except words.Problem as problem:
        return problem


@given(lines=st.lists(LINE | ANYTHING, max_size=5))
def test_no_answers_whatever_end_in_another_error(lines):
    source = Source(Path("student.py"), GOOD, ())

    def forged():
        return SimpleNamespace(answers=lambda *_, **__: (json.loads(json.dumps(lines)), None))

    for made in (
        made_or_said(lambda: run_apart(forged(), source, {}, [], {})),
        made_or_said(lambda: program.run(forged(), source)),
    ):
        is_said = isinstance(made, words.Problem) and made.key == "check.why.unreadable"
        assert is_said or isinstance(made, Outcome | program.KerasProgram)


@settings(max_examples=200)
@given(content=st.binary(max_size=200), suffix=st.sampled_from([".py", ".ipynb"]))
def test_no_bytes_whatever_end_in_another_error(content, suffix, tmp_path_factory):
    path = tmp_path_factory.mktemp("student") / f"student{suffix}"
    path.write_bytes(content)
    assert isinstance(made_or_said(lambda: read_source(path)), Source | SourceError)


@settings(max_examples=200)
@given(content=ANYTHING)
def test_no_notebook_whatever_ends_in_another_error(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("student") / "student.ipynb"
    path.write_text(json.dumps({"cells": content}), "utf-8")
    assert isinstance(made_or_said(lambda: read_source(path)), Source | SourceError)


WRITES = """
import os

def relu(x):
    for number in range(3, 60):
        try:
            os.{call}(number{rest})
        except OSError:
            pass
    return x
"""

TAMPERED = {
    "a value without asking": WRITES.format(call="write", rest=', b\'{"kind": "value"}\\n\''),
    "no text": WRITES.format(call="write", rest=", b'\\xff\\xfe}\\n'"),
    "no JSON": WRITES.format(call="write", rest=", b'{]}\\n'"),
    "nothing": WRITES.format(call="ftruncate", rest=", 0"),
    "no file": WRITES.format(call="close", rest=""),
}


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("text", TAMPERED.values(), ids=TAMPERED)
def test_a_file_that_tampers_with_its_answers_takes_no_others_with_it(text, tmp_path):
    names = ["bad.py", "good.py"]
    for name, content in zip(names, [text, GOOD], strict=True):
        (tmp_path / name).write_text(content, "utf-8")
    bad, good = (told["en"] for told in check_files([tmp_path / name for name in names]))
    assert good.verdict is Assessment.RIGHT
    assert bad.verdict is not Assessment.RIGHT
