import json
import os
import shutil
import subprocess
import sys
from functools import partial

import pytest

from experiments import catalog, commands
from experiments.commands import exits


@pytest.fixture
def tiny(experiment, texts, monkeypatch):
    monkeypatch.setattr(catalog, "load", lambda: {"tiny": experiment})


def test_run_ends_with_verdicts_and_the_report(tiny, capsys):
    assert commands.main(["run"]) == exits.OK
    out = capsys.readouterr().out
    assert "tiny" in out
    assert "Report: reports/report.html" in out


def test_json_on_standard_output_is_json_alone(tiny, capsys):
    assert commands.main(["run", "--json"]) == exits.OK
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["experiments"]["tiny"]["agrees"] is True


@pytest.mark.slow
def test_report_renders_again_without_training(tiny, capsys, monkeypatch):
    assert commands.main(["run"]) == exits.OK
    monkeypatch.setattr("experiments.suite.parts.Parts.made", None)
    assert commands.main(["report"]) == exits.OK
    assert "Report: " in capsys.readouterr().out


def test_a_list_in_a_narrow_terminal_has_whole_names(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert commands.main(["list"]) == exits.OK
    out = capsys.readouterr().out
    assert all(name in out for name in catalog.load())


def test_a_locale_that_is_not_installed_does_not_matter(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "ko_XX.UTF-8")
    file = tmp_path / "gate.py"
    file.write_text("def AND(x1, x2):\n    return int(x1 + x2 > 1.5)\n")
    assert commands.main(["check", str(file)]) == exits.OK
    assert "맞음" in capsys.readouterr().out


@pytest.mark.parametrize("passed", [True, False])
def test_faults_prints_what_was_caught(passed, monkeypatch, capsys):
    from experiments.faults import matrix, page

    summary = {
        "faults": 2,
        "injections": 8,
        "caught": 8,
        "at_their_rung": 8 if passed else 7,
        "comparisons": 1000,
        "false_alarms": 0,
        "replayed": 9,
        "named": 9,
        "passed": passed,
    }
    monkeypatch.setattr(matrix, "run", lambda command, todo, advance: None)
    monkeypatch.setattr(matrix, "with_kept", lambda record, present: record)
    monkeypatch.setattr(page, "render", lambda record, out: out / "faults/README.md")
    monkeypatch.setattr(page, "outcome", lambda record: summary)
    assert commands.main(["faults", "--json"]) == (exits.OK if passed else exits.DISAGREED)
    assert json.loads(capsys.readouterr().out)["injections"] == 8


def test_a_damaged_matrix_is_one_sentence(tiny, capsys):
    assert commands.main(["run"]) == exits.OK
    os.makedirs("reports/faults")  # noqa: PTH103
    with open("reports/faults/results.json", "w") as file:  # noqa: PTH123
        file.write("{")
    assert commands.main(["report"]) == exits.ENVIRONMENT
    assert "`twins faults` makes it anew" in capsys.readouterr().err


def test_a_disagreement_exits_with_1(tiny, monkeypatch):
    from scratch.sigmoid_mlp import SigmoidMLP

    monkeypatch.setattr(SigmoidMLP, "loss", lambda self, x, t: 0.0)
    assert commands.main(["run"]) == exits.DISAGREED


def test_an_interrupt_exits_with_130_and_leaves_a_readable_report(tiny, monkeypatch, capsys):
    from experiments.suite import experiments as suite

    original = suite.run

    def interrupted(*arguments):
        yield from original(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(suite, "run", interrupted)
    assert commands.main(["run", "--out", "r"]) == exits.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err
    assert "tiny" in open("r/README.md").read()  # noqa: PTH123, SIM115


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["run", "nonsense"], exits.USAGE, "there are tiny"),
        (["run", "--weights", "w.npz"], exits.USAGE, "is of use to"),
        (["report", "--out", "empty"], exits.ENVIRONMENT, "does not exist"),
        (["run", "--out", "/dev/null/reports"], exits.ENVIRONMENT, "cannot write"),
        (["faults", "--out", "/dev/null/reports"], exits.ENVIRONMENT, "cannot write"),
    ],
)
def test_errors_are_one_sentence_with_their_code(arguments, code, says, tiny, capsys):
    assert commands.main(arguments) == code
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


WRONG = [["run", "--seed", "x"], ["run", "--seeds", "-1"], ["run", "--seeds", "10" * 9], []]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_exits_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        commands.main(arguments)
    assert stop.value.code == exits.USAGE


def test_a_named_folder_without_mnist_exits_with_3(capsys, tmp_path):
    assert commands.main(["run", "two-layer-net-20", "--data", str(tmp_path)]) == exits.ENVIRONMENT
    assert "has no MNIST" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "faults", "bench"])
def test_a_folder_with_other_files_is_not_taken_for_a_report(command, tiny, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("my thesis")
    assert commands.main([command, "--out", "mine"]) == exits.USAGE
    assert "files that are no report's (README.md)" in capsys.readouterr().err
    assert (tmp_path / "mine" / "README.md").read_text() == "my thesis"


@pytest.mark.slow
def test_a_run_says_how_it_compares_with_the_report_that_was_there(tiny, capsys):
    assert commands.main(["run"]) == exits.OK
    assert "Compared with" not in capsys.readouterr().out
    assert commands.main(["run"]) == exits.OK
    said = capsys.readouterr().out
    assert "the same 1 agreements and 0 verdicts; of 11 values none differs" in said
    assert commands.main(["diff", "reports", "reports/results.json"]) == exits.OK
    assert commands.main(["run", "--seed", "8", "--out", "other"]) == exits.OK
    capsys.readouterr()
    assert commands.main(["diff", "reports", "other", "--json"]) == exits.DISAGREED
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [change["kind"] for change in changes] == ["spec"]
    shutil.copy("other/results.json", "reports/kept.json")  # a record of any name
    assert commands.main(["diff", "reports/kept.json", "other"]) == exits.OK


@pytest.mark.parametrize("command", ["run", "report", "faults", "bench", "corpus"])
def test_a_name_that_no_folder_can_have_is_told(command, capsys):
    assert commands.main([command, "--out", "a\0b"]) == exits.ENVIRONMENT
    assert capsys.readouterr().err.count("\n") == 1


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        commands.main(["--version"])
    assert stop.value.code == exits.OK
    assert capsys.readouterr().out.startswith("twins ")


@pytest.mark.parametrize("command", commands.commands())
@pytest.mark.parametrize("locale", ["C.UTF-8", "ko_KR.UTF-8"])
def test_every_help_ends_with_its_own_exit_codes(command, locale, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setattr("locale.setlocale", lambda *_: locale)
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit):
        commands.main([command, "--help"])
    last = capsys.readouterr().out.strip().split("\n")[-1]
    codes = [*commands.commands()[command].EXITS, *exits.ALWAYS]
    assert all(f"{code} " in last for code in codes)


@pytest.mark.parametrize("command", ["run", "list"])
def test_with_json_nothing_else_is_printed(command, tiny, capsys):
    assert commands.main([command, "--json"]) == exits.OK
    json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_report_is_written_again_into_its_own_folder(tiny, tmp_path):
    assert commands.main(["run"]) == exits.OK
    (tmp_path / "reports" / "notes.md").write_text("mine")
    assert commands.main(["run"]) == exits.OK
    assert (tmp_path / "reports" / "notes.md").read_text() == "mine"
    assert "notes.md" not in (tmp_path / "reports" / "files.txt").read_text()
    assert "tiny/README.md" in (tmp_path / "reports" / "files.txt").read_text()


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("option", ["--csv", "--out"])
@pytest.mark.parametrize("name", ["second.py", "notes.txt", "note.ipynb"])
def test_an_output_that_would_replace_a_file_of_the_users_is_refused(option, name, tmp_path):
    first, other = tmp_path / "first.py", tmp_path / name
    first.write_text("def AND(x1, x2):\n    return int(x1 + x2 > 1.5)\n")
    other.write_text("mine")
    assert commands.main(["check", option, str(other), str(first)]) == exits.USAGE
    assert other.read_text() == "mine"
    other.unlink()
    table = tmp_path / "result.txt"
    for _ in range(2):  # the second time it is our own that is replaced
        assert commands.main(["check", option, str(table), str(first)]) == exits.OK


slow = partial(pytest.param, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("encoding", "arguments", "said"),
    [
        slow("cp949", ["check", "gate.py"], "x AND: wrong"),
        slow("cp949", ["check", "--lang", "ko", "gate.py"], "x AND: 틀림"),
        slow("ascii", ["check", "--lang", "ko", "gate.py"], "x AND: ??"),
        ("latin-1", ["list"], "xor-mlp-6"),
    ],
)
def test_a_console_of_another_encoding_is_written_to(encoding, arguments, said, tmp_path):
    (tmp_path / "gate.py").write_text("def AND(x1, x2):\n    return int(x1 + x2 > 0.5)\n")
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *arguments],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": encoding},
    )
    assert done.returncode == (arguments[0] == "check"), done.stderr
    assert b"Error" not in done.stderr  # a first check says that Keras is started
    assert said in done.stdout.decode(encoding)


def test_help_and_list_do_not_import_tensorflow():
    code = (
        "import sys; from experiments import commands; code = commands.main(['list']); "
        "assert 'tensorflow' not in sys.modules and 'scipy.stats' not in sys.modules; "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    assert "xor-mlp-6" in done.stdout


def test_what_commands_a_terminal_is_shown_and_not_obeyed(tmp_path, capsys):
    said = r"\x1b[31mred\x1b]0;title\x07 \x9b31m :x: [/b] \ud800"
    (tmp_path / "student.py").write_text(f'def relu(x):\n    raise ValueError("{said}")\n', "utf-8")
    assert commands.main(["check", str(tmp_path / "student.py")]) == exits.ENVIRONMENT
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)
    assert "[31mred" in shown
    assert ":x: [/b]" in shown


SURROUNDINGS = {
    "threads that are no number": ({"TWINS_TF_THREADS": "abc"}, "", 3, "TWINS_TF_THREADS is abc"),
    "no threads": ({"TWINS_TF_THREADS": "-1"}, "", 3, "it may be 1, 2, 3"),
    "a backend of nonsense": ({"MPLBACKEND": "nonsense"}, "", 0, ""),
    "warnings are errors": ({"PYTHONWARNINGS": "error"}, "", 0, ""),
    "columns of nonsense": ({"COLUMNS": "²"}, "", 0, ""),
    "lines of nonsense": ({"LINES": "²"}, "", 0, ""),
    "no standard error": ({}, "2>&-", 0, ""),
    "no standard streams": ({}, "<&- >&- 2>&-", 0, ""),
    "a full standard error": ({}, "2>/dev/full", 0, ""),
}


@pytest.mark.mostly_slow(2)
@pytest.mark.skipif(sys.platform != "linux", reason="of a shell and its files")
@pytest.mark.parametrize(
    ("given", "redirected", "code", "said"), SURROUNDINGS.values(), ids=SURROUNDINGS
)
def test_odd_surroundings_are_none_of_a_faults_business(given, redirected, code, said, tmp_path):
    done = subprocess.run(
        f"{sys.executable} -m experiments run gates --out {tmp_path}/out {redirected}",
        shell=True,
        env=os.environ | given,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "report.html").is_file() == (code == 0)


@pytest.mark.parametrize("package", ["keras", "numpy"])
def test_a_stranger_that_is_called_as_a_package_is_named(package, tmp_path):
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("", "utf-8")
    (tmp_path / "student.py").write_text("def relu(x):\n    return x * (x > 0)\n", "utf-8")
    surroundings = os.environ | {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "check", str(tmp_path / "student.py")],
        env=surroundings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == exits.ENVIRONMENT
    assert str(tmp_path / package) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"]])
def test_a_reader_who_has_read_enough_is_no_error(arguments):
    """As with `| head`: nobody reads any more when something is written."""
    with subprocess.Popen(
        [sys.executable, "-m", "experiments", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (exits.OK, "")
