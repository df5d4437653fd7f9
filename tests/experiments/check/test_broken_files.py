"""Whatever stands in a file, or comes back from its process: an answer or a sentence."""

import json
import os
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from experiments import words
from experiments.check.apart import Outcome, run_apart
from experiments.check.files import check_files
from experiments.check.finding import Assessment, fitted
from experiments.check.inside import landlock
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
@example(lines=[{"kind": "running", "line": None, "last": None, "first": []}])
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


def enlarge(path):
    """Make a file of six billion bytes that takes no room."""
    path.touch()
    os.truncate(path, 6 * 10**9)


UNREADABLE = {
    "deep.ipynb": lambda path: path.write_text(f'{{"cells": {"[" * 100_000}{"]" * 100_000}}}'),
    "big.py": enlarge,
    "pipe.py": os.mkfifo,
    "folder.py": Path.mkdir,
    "zero.py": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_file_of_a_program_is_told(name, tmp_path):
    UNREADABLE[name](tmp_path / name)
    with pytest.raises(SourceError) as told:
        read_source(tmp_path / name)
    assert name in told.value.told(words.of("ko"))


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
    "a pipe": """
import os

def relu(x):
    fd = os.open(os.path.join(os.environ["TMPDIR"], ".."), os.O_RDONLY)
    import ctypes
    libc = ctypes.CDLL(None)
    libc.unlinkat(fd, b"answers", 0)
    libc.mkfifoat(fd, b"answers", 0o600)
    return x
""",
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


INTRUSIONS = {
    "removes by a folder": "fd = os.open(here, os.O_RDONLY); os.chdir(os.environ['TMPDIR']); "
    "os.remove('kept.txt', dir_fd=fd)",
    "writes by a folder": "fd = os.open(here, os.O_RDONLY); os.chdir(os.environ['TMPDIR']); "
    "os.open('kept.txt', os.O_WRONLY | os.O_TRUNC, dir_fd=fd)",
    "makes a pipe": "os.mkfifo(os.path.join(here, 'made'))",
    "gives it to everybody": "os.setxattr(os.path.join(here, 'kept.txt'), 'user.mine', b'x')",
    "sets its flags": (
        "import fcntl; f = open(os.path.join(here, 'kept.txt')); "
        "fcntl.ioctl(f, 0x40086602, bytes(8))"
    ),
    "slows its parent down": "os.sched_setaffinity(os.getppid(), {0})",
    "limits its parent": (
        "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_NICE, (0, 0))"
    ),
    "shuts what it reads": ("f = open(os.path.join(here, 'kept.txt')); os.fchmod(f.fileno(), 0)"),
    "sends a packet": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
    ".sendto(b'x', ('127.0.0.1', 9))",
    "looks a name up": "import socket; socket.gethostbyname('localhost')",
}


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("line", INTRUSIONS.values(), ids=INTRUSIONS)
def test_a_file_changes_nothing_and_reaches_nowhere(line, tmp_path, english):
    (tmp_path / "kept.txt").write_text("kept", "utf-8")
    text = (
        f"import os\nhere = os.path.dirname(__file__)\n\ndef relu(x):\n    {line}\n    return x\n"
    )
    (tmp_path / "student.py").write_text(text, "utf-8")
    (told,) = check_files([tmp_path / "student.py"])
    (said,) = told["en"].explanations
    assert said.verdict == "failed"
    assert any(
        why in str(said)
        for why in ("a check changes no file", "reaches for no network", "for another process")
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept.txt", "student.py"]
    assert (tmp_path / "kept.txt").read_text("utf-8") == "kept"


AROUND_PYTHON = {
    "of HDF5": "import h5py\nh5py.File(here + '/kept.txt', 'w')",
    "of TensorFlow": "import tensorflow as tf\ntf.io.write_file(here + '/made', 'x')",
    "of a program that is started": (
        "import multiprocessing\nmultiprocessing.get_context('spawn').Process(target=print).start()"
    ),
    "of shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\n"
        "SharedMemory('twins-test', create=True, size=8)"
    ),
}


@pytest.mark.skipif(not landlock.version(), reason="of what a kernel with Landlock keeps")
@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("lines", AROUND_PYTHON.values(), ids=AROUND_PYTHON)
def test_what_goes_around_pythons_own_guards_changes_nothing(lines, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "kept.txt").write_text("kept", "utf-8")
    text = f"import os\nhere = os.path.dirname(__file__)\nif True:\n{indent(lines, ' ')}\n\n{GOOD}"
    (folder / "student.py").write_text(text, "utf-8")
    (told,) = check_files([folder / "student.py"])
    assert told["en"].explanations[-1].verdict == "right"
    assert sorted(p.name for p in folder.iterdir()) == ["kept.txt", "student.py"]
    assert (folder / "kept.txt").read_text("utf-8") == "kept"
    assert not Path("/dev/shm/twins-test").exists()


def test_an_array_of_nothing_has_the_shape_of_no_other():
    """As of lists in lists in lists, deeper than an array can be."""
    assert fitted(np.zeros((4, 0)), np.ones(4)).shape == (4, 0)
    assert fitted(np.zeros((4, 1)), np.ones(4)).shape == (4,)


def test_a_file_sees_no_secrets_and_may_use_folders_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("MY_SECRET_TOKEN", "hush")
    text = (
        "import os, tempfile\nimport numpy as np\n\ndef relu(x):\n"
        "    with tempfile.TemporaryDirectory() as folder:\n"
        "        open(os.path.join(folder, 'log'), 'w').close()\n"
        "    return np.maximum(0, x)\n\n"
        "def sigmoid(x):\n    raise ValueError(os.environ.get('MY_SECRET_TOKEN', 'unseen'))\n"
    )
    (tmp_path / "student.py").write_text(text, "utf-8")
    (told,) = check_files([tmp_path / "student.py"])
    verdicts = {said.subject: (said.verdict, str(said)) for said in told["en"].explanations}
    assert verdicts["relu"][0] == "right"
    assert "unseen" in verdicts["sigmoid"][1]
    assert "hush" not in verdicts["sigmoid"][1]


def test_an_error_that_cannot_be_told_takes_no_others_with_it(tmp_path):
    text = (
        "import numpy as np\n\nclass Odd(Exception):\n"
        "    def __str__(self):\n        raise ValueError\n\n"
        "def sigmoid(x):\n    raise Odd\n\ndef relu(x):\n    return np.maximum(0, x)\n"
    )
    (tmp_path / "student.py").write_text(text, "utf-8")
    (told,) = check_files([tmp_path / "student.py"])
    verdicts = {said.subject: said.verdict for said in told["en"].explanations}
    assert verdicts == {"sigmoid": "failed", "relu": "right"}


def test_a_file_that_ends_its_process_is_told_so(tmp_path):
    text = "import os\nimport numpy as np\n\ndef relu(x):\n    os._exit(0)\n"
    (tmp_path / "student.py").write_text(text, "utf-8")
    (told,) = check_files([tmp_path / "student.py"])
    assert told["en"].stopped
    assert told["en"].verdict is Assessment.FAILED
