"""Every sentence is there in both languages, with the same values to be filled in."""

import ast
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from experiments import words
from experiments.data import DataError

ROOT = Path(words.__file__).parents[1]
EN, KO = (words.of(language).sentences for language in ("en", "ko"))


def fields(sentence):
    if "{{" in sentence:  # filled by a template and not here
        return sorted(re.findall(r"\[.*?\]+", sentence))
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def test_both_languages_have_the_same_sentences():
    assert EN.keys() == KO.keys()
    assert len(EN) > 500


@pytest.mark.parametrize("key", EN)
def test_a_sentence_is_filled_with_the_same_values_in_both(key):
    assert fields(EN[key]) == fields(KO[key])


SAME = (
    *("mistake.", "contestant.", "check name.", "quantity.", "source.", "where.", "errata."),
    *("measurement.", "page.other", "page.this", "page.slides.file", "order.", "start."),
)


def test_korean_sentences_are_korean():
    """Names, code and quotations may be the same; whole sentences may not."""
    same = [key for key in EN if EN[key] == KO[key] and EN[key].count(" ") > 3]
    assert [key for key in same if not key.startswith(SAME)] == []


def literal_keys():
    """Every key that the program's text names whole."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                if name in ("say", "Problem", "DataError", "RecordError", "SourceError"):
                    yield node.args[0].value
    for path in ROOT.rglob("*.j2"):
        yield from re.findall(r'say\("([^"]+)"(?! ~)', path.read_text("utf-8"))


def test_every_sentence_that_the_program_says_is_there():
    assert [key for key in literal_keys() if key not in EN] == []


def test_a_problem_is_told_in_either_language_and_crosses_processes():
    inner = DataError("data.damaged", path="x.gz", why="torn")
    error = pickle.loads(pickle.dumps(DataError("data.elsewhere", why=inner)))
    assert error.told(words.of("en")) == "x.gz is damaged (torn); looking elsewhere"
    assert "x.gz" in error.told(words.of("ko"))
    assert str(inner) == "x.gz is damaged (torn)"


@pytest.mark.parametrize(("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"),
                                             (["a", "b", "c"], "a, b and c")])  # fmt: skip
def test_names_are_listed(names, said):
    assert words.of("en").listed(names) == said
