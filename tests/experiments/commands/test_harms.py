"""What fresh eyes have found that would lose a file, hang, or end in a fault of the program."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from experiments import catalog, commands
from experiments.commands import exits
from experiments.compare.own import read_data
from experiments.data.weights import load_weights
from experiments.words import Problem

RIGHT = "def relu(x):\n    return x * (x > 0)\n"


@pytest.fixture(scope="module")
def once():
    """The folder that the first of the tests here has reported into."""
    return {}


@pytest.fixture
def reported(once, experiment, texts, monkeypatch, tmp_path, tmp_path_factory):
    """The folder of a report of one small experiment."""
    monkeypatch.setattr(catalog, "load", lambda: {"tiny": experiment})
    if not once:
        out = tmp_path_factory.mktemp("once") / "report"
        assert commands.main(["run", "--out", str(out)]) == exits.OK
        once["report"] = out
    return Path(shutil.copytree(once["report"], tmp_path / "report"))


@pytest.fixture
def student(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(RIGHT, "utf-8")
    return path


def test_half_a_character_is_written_as_its_code(tmp_path, capsys):
    file, page = tmp_path / "student.py", tmp_path / "page.html"
    file.write_text("def sigmoid(x):\n    raise ValueError('\\ud800')\n", "utf-8")
    assert commands.main(["check", str(file), "--out", str(page)]) == exits.ENVIRONMENT
    assert page.read_text("utf-8").rstrip().endswith("</html>")


def test_page_and_table_are_not_one_file(student, tmp_path, capsys):
    out = str(tmp_path / "out.html")
    assert commands.main(["check", str(student), "--out", out, "--csv", out]) == exits.USAGE
    assert "out.html" in capsys.readouterr().err
    assert not (tmp_path / "out.html").exists()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_link_to_nowhere_is_left_as_it_is(student, tmp_path, capsys):
    link = tmp_path / "page.html"
    link.symlink_to(tmp_path / "nowhere.html")
    assert commands.main(["check", str(student), "--out", str(link)]) == exits.USAGE
    assert link.is_symlink()
    assert not (tmp_path / "nowhere.html").exists()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_nothing_is_written_through_a_link_in_a_report(reported, tmp_path, capsys):
    mine = tmp_path / "mine"
    (reported / "tiny").rename(mine)
    (mine / "README.md").write_text("my own", "utf-8")
    (reported / "tiny").symlink_to(mine)
    assert commands.main(["report", "--out", str(reported)]) == exits.ENVIRONMENT
    assert (mine / "README.md").read_text("utf-8") == "my own"
    assert "tiny" in capsys.readouterr().err


def damaged(record, kind):
    (training,) = record["experiments"]["tiny"]["trainings"].values()
    if kind == "curves":
        training["loss"]["step"] = training["loss"]["step"][:-1]
    else:
        training["comparisons"][1]["state"] = "a/b"
    return record


@pytest.mark.parametrize("kind", ["curves", "state"])
def test_a_record_whose_parts_do_not_fit_is_told_and_nothing_written(reported, kind, capsys):
    record = json.loads((reported / "results.json").read_text("utf-8"))
    (reported / "results.json").write_text(json.dumps(damaged(record, kind)), "utf-8")
    (reported / "README.md").write_text("as it was", "utf-8")
    capsys.readouterr()
    assert commands.main(["report", "--out", str(reported)]) == exits.ENVIRONMENT
    assert "results.json" in capsys.readouterr().err
    assert (reported / "README.md").read_text("utf-8") == "as it was"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("command", [["report", "--out"], ["diff"]])
def test_a_pipe_in_the_records_place_is_not_waited_for(command, tmp_path, capsys):
    os.mkfifo(tmp_path / "results.json")
    more = [str(tmp_path)] if command == ["diff"] else []
    assert commands.main([*command, str(tmp_path), *more]) == exits.ENVIRONMENT
    assert "results.json" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes")
@pytest.mark.parametrize("option", ["--out", "--csv"])
def test_a_pipe_in_the_outputs_place_is_not_waited_for(option, student, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert commands.main(["check", str(student), option, str(tmp_path / "pipe")]) == exits.USAGE
    assert "pipe" in capsys.readouterr().err


def test_a_report_is_not_written_beside_files_of_others(reported, tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    (other / "report.html").write_text("precious", "utf-8")
    (reported / "results.json").rename(other / "results.json")
    assert commands.main(["report", "--out", str(other)]) == exits.USAGE
    assert (other / "report.html").read_text("utf-8") == "precious"
    (other / "report.html").unlink()
    assert commands.main(["report", "--out", str(other)]) == exits.OK


BEYOND = {
    "none": (np.zeros((0, 2)), np.zeros((0, 1))),
    "not a number": (np.full((4, 2), np.nan), np.zeros((4, 1))),
    "too large": (np.full((4, 2), 1e300), np.zeros((4, 1))),
    "complex": (np.full((4, 2), 1j), np.zeros((4, 1))),
}


@pytest.mark.parametrize("kind", BEYOND)
def test_data_that_say_nothing_are_refused(kind, tmp_path):
    x, t = BEYOND[kind]
    np.savez(tmp_path / "data.npz", x=x, t=t)
    with pytest.raises(Problem) as error:
        read_data(tmp_path / "data.npz")
    assert error.value.key.startswith("compare.data ")


@pytest.mark.parametrize("columns", ["0", "00", ""])
def test_a_terminal_of_no_columns_is_told_all_the_same(columns, student, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", columns)
    assert commands.main(["check", str(student)]) == exits.OK
    assert "relu" in capsys.readouterr().out


def test_a_name_for_what_no_file_defines_is_told(student, capsys):
    options = ["check", str(student), "--map", "softmx=softmax"]
    assert commands.main(options) == exits.USAGE
    assert "softmx" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_what_the_user_withholds_from_new_files_is_withheld(mask, mode, tmp_path):
    code = (
        "from pathlib import Path; from experiments.record import store; "
        "store.write(Path('page.html'), 'x')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, umask=mask, check=True)
    assert (tmp_path / "page.html").stat().st_mode & 0o777 == mode


def test_an_empty_name_is_no_file_and_not_the_present_folder(capsys):
    with pytest.raises(SystemExit) as ended:
        commands.main(["check", ""])
    assert ended.value.code == exits.USAGE


def test_a_dash_is_no_files_name(student, tmp_path, capsys):
    assert commands.main(["check", str(student), "--out", "-"]) == exits.USAGE
    assert not (tmp_path / "-").exists()


def test_a_folder_in_a_files_place_is_called_one(student, tmp_path, capsys):
    assert commands.main(["compare", str(tmp_path), str(student)]) == exits.USAGE
    assert "is a folder" in capsys.readouterr().err


@pytest.mark.parametrize("lost", ["trainings", "evaluations", "nothing"])
def test_what_one_report_lacks_is_a_difference(lost, reported, tmp_path, capsys):
    other = tmp_path / "other.json"
    record = json.loads((reported / "results.json").read_text("utf-8"))
    if lost != "nothing":
        record["experiments"]["tiny"][lost] = {}
    other.write_text(json.dumps(record), "utf-8")
    code = commands.main(["diff", str(reported), str(other)])
    assert (code == exits.OK) == (lost == "nothing")
    assert ("in one of the reports only" in capsys.readouterr().out) == (lost != "nothing")


def no_npz(path):
    with path.open("wb") as file:
        np.save(file, np.ones(3))


COUNTS = {
    "is no npz file": no_npz,
    "has no x": lambda path: np.savez(path, t=np.ones((3, 1))),
    "x has 3 samples and t 6": lambda path: np.savez(path, x=np.ones((3, 2)), t=np.ones((6, 1))),
    "x has 1 samples and t 2": lambda path: np.savez(path, x=np.float64(1), t=np.ones((2, 1))),
}


@pytest.mark.parametrize("said", COUNTS)
def test_what_is_wrong_with_data_is_said_in_words(said, tmp_path):
    COUNTS[said](tmp_path / "data.npz")
    with pytest.raises(Problem) as error:
        read_data(tmp_path / "data.npz")
    assert said in str(error.value)


def test_a_place_that_cannot_be_written_to_is_named_and_nothing_inner(student, tmp_path, capsys):
    (tmp_path / "file").write_text("", "utf-8")
    where = tmp_path / "file" / "page.html"
    assert commands.main(["check", str(student), "--out", str(where)]) != exits.OK
    said = capsys.readouterr().err
    assert "Errno" not in said
    assert ".page.html" not in said


def in_a_shell(command, folder):
    done = subprocess.run(
        command.format(python=sys.executable),
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="of a shell")
def test_too_little_memory_is_told_before_anything_is_loaded(student, tmp_path):
    command = "ulimit -v 900000; {python} -m experiments check student.py"
    code, said = in_a_shell(command, tmp_path)
    assert code == exits.ENVIRONMENT
    assert "ulimit -v" in said


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="of a shell")
def test_a_students_file_called_numpy_is_not_taken_for_it(tmp_path):
    (tmp_path / "numpy.py").write_text(RIGHT, "utf-8")
    code, said = in_a_shell("{python} -m experiments check numpy.py", tmp_path)
    assert code == exits.OK, said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("files.txt", b"my list\n"),
        ("files.txt", b"gates/my-notes.txt\n"),
        ("files.txt", b"\xff\xfe\x00"),
        ("results.json", b'{"my": [1, 2, 3]}'),
    ],
)
def test_a_folder_with_a_file_of_a_reports_name_is_no_report(name, content, tmp_path, capsys):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "my-notes.txt").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert commands.main(["run", "gates", "--out", str(tmp_path)]) == exits.USAGE
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert "no report's" in capsys.readouterr().err


def test_a_record_alone_of_a_users_own_is_kept(tmp_path):
    (tmp_path / "results.json").write_text('{"my": [1, 2, 3]}')
    assert commands.main(["run", "gates", "--out", str(tmp_path)]) == exits.USAGE
    assert json.loads((tmp_path / "results.json").read_text()) == {"my": [1, 2, 3]}


@pytest.mark.parametrize("member", [b"no array", b"\x93NUMPY\x01\x00\x10\x00{'descr': (\n", b""])
@pytest.mark.parametrize("compression", [0, 8, 14])
def test_whatever_an_archive_holds_is_told_in_a_sentence(member, compression, tmp_path):
    path = tmp_path / "data.npz"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name in ("x.npy", "t.npy"):
            archive.writestr(name, member)
    damaged = bytearray(path.read_bytes())
    for content in (bytes(damaged), bytes(damaged[:40] + b"\x07" * 4 + damaged[44:])):
        path.write_bytes(content)
        with pytest.raises(Problem):
            read_data(path)
        with pytest.raises(Problem):
            load_weights(path, [("x", (2, 3))], "float64")


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": np.ones((5, 0)), "t": np.ones((5, 1))},
        {"x": np.ones((5, 2)), "t": np.full((5, 1), np.nan)},
    ],
)
def test_data_of_no_columns_or_of_no_numbers(arrays, tmp_path):
    np.savez(tmp_path / "data.npz", **arrays)
    with pytest.raises(Problem):
        read_data(tmp_path / "data.npz")


def test_json_is_strict_whatever_is_told(student, capsys):
    student.write_text("import numpy as np\ndef relu(x):\n    return x * np.inf\n")
    commands.main(["check", "--json", str(student)])

    def refused(constant):
        raise ValueError(constant)

    assert json.loads(capsys.readouterr().out, parse_constant=refused)


def test_a_folder_that_is_gone(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    code = "import os, sys; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1]); os.execv(sys.executable, "
    code += "[sys.executable, '-m', 'experiments', 'list', '--json'])"
    root = str(Path(commands.__file__).parents[2])
    surroundings = os.environ | {"PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env=surroundings,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (exits.OK, False)


@pytest.mark.skipif(sys.platform != "linux", reason="of a shell and its limits")
def test_a_limit_of_files_is_not_blamed_on_the_file_that_is_checked(student):
    done = subprocess.run(
        f"ulimit -f 1; {sys.executable} -m experiments check {student}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == exits.ENVIRONMENT
    assert "the folder for temporary files (File too large)" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="of its C library")
def test_the_c_library_is_no_way_around(tmp_path):
    kept, file = tmp_path / "kept.txt", tmp_path / "student.py"
    kept.write_text("mine", "utf-8")
    file.write_text(
        f"import ctypes\nctypes.CDLL(None).unlink({str(kept).encode()!r})\n"
        "def relu(x):\n    return x * (x > 0)\n",
        "utf-8",
    )
    commands.main(["check", str(file)])
    assert kept.read_text("utf-8") == "mine"


def test_a_ratio_beyond_the_largest_number_is_no_warning(student, capsys, recwarn):
    student.write_text("def relu(x):\n    return x * 2\n", "utf-8")
    commands.main(["check", str(student)])
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]


def test_finished_work_is_kept_in_no_other_place(tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".store").symlink_to(tmp_path / "elsewhere")
    code = commands.main(["run", "gates", "--quick", "--out", str(tmp_path / "out")])
    assert code == exits.USAGE
    assert "is a link" in capsys.readouterr().err
    assert not list((tmp_path / "elsewhere").iterdir())
