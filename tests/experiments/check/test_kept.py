"""Keras' answers are kept from one check to the next, and believed only if they are whole."""

import json
import subprocess
import sys

import numpy as np
import pytest

from experiments.check import kept, references

ANSWER = {
    "numbers": np.array([[0.1, np.nan], [np.inf, 1 / 3]]),
    "labels": np.array([1, 2, 3]),
    "truth": np.array([True, False]),
    "single": np.array(2.5, np.float32),
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of the user's caches, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept.say_once.cache_clear()
    return tmp_path / kept.FOLDER


@pytest.fixture
def question():
    """A question, and the arguments with which it came through."""
    asked = []

    @kept.kept
    def answer(*given):
        asked.append(given)
        return ANSWER

    return answer, asked


def test_the_same_question_is_asked_once(cache, question):
    answer, asked = question
    first, second = answer(np.ones(3), "relu"), answer(np.ones(3), "relu")
    assert len(asked) == 1
    for found in (first, second):
        assert found.keys() == ANSWER.keys()
        for name, values in ANSWER.items():
            assert (found[name].dtype, found[name].shape) == (values.dtype, values.shape)
            np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize(
    "other", [(np.ones(4), "relu"), (np.ones(3, np.float32), "relu"), (np.ones(3), "tanh")]
)
def test_another_question_is_another_one(cache, question, other):
    answer, asked = question
    answer(np.ones(3), "relu")
    answer(*other)
    assert len(asked) == 2


def test_other_code_asks_anew(cache, question, monkeypatch):
    answer, asked = question
    answer(1)
    monkeypatch.setattr(kept, "_surroundings", lambda: "another version")
    answer(1)
    assert len(asked) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("0.1", "0.2"),
        lambda text: json.dumps(json.loads(text) | {"result": {"numbers": 1}}),
        lambda text: "[" * 100_000,
    ],
)
def test_a_damaged_answer_is_asked_for_anew(cache, question, damage):
    answer, asked = question
    answer(1)
    (file,) = cache.iterdir()
    file.write_text(damage(file.read_text()))
    np.testing.assert_array_equal(answer(1)["numbers"], ANSWER["numbers"])
    assert len(asked) == 2


def test_of_many_answers_the_latest_are_kept(cache, question, monkeypatch):
    answer, _ = question
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(4):
        answer(number)
    assert len(list(cache.iterdir())) == 2


def test_where_nothing_can_be_kept_the_answer_comes_with_a_warning(cache, question, caplog):
    answer, asked = question
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file where the folder should be")
    answer(1)
    np.testing.assert_array_equal(answer(1)["labels"], ANSWER["labels"])
    assert len(asked) == 2
    assert "cannot be kept" in caplog.text


def test_with_kept_answers_a_check_needs_no_tensorflow(cache, check, tmp_path):
    text = "import numpy as np\n\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
    references.functions.cache_clear()
    assert check(text).explanations[0].verdict == "right"
    again = (
        "import sys; from pathlib import Path; from experiments.check.files import check_files; "
        f"(c,) = check_files([Path({str(tmp_path / 'student.py')!r})]); "
        "assert c['en'].explanations[0].verdict == 'right'; assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", again], check=True)
