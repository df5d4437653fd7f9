import re
from importlib import import_module

import pytest

from experiments import catalog
from experiments.data import load


def test_every_file_is_found_and_lessons_are_in_order():
    lessons = [experiment.lesson for experiment in catalog.load().values()]
    assert len(lessons) >= 18
    assert lessons == sorted(set(lessons))


@pytest.mark.parametrize("experiment", catalog.load().values(), ids=lambda e: e.name)
def test_both_packages_have_every_model_under_the_same_name(experiment):
    for training in experiment.trainings:
        module, model = training.model.split(".")
        assert hasattr(import_module(f"scratch.{module}"), model)
        assert hasattr(import_module(f"keras_ref.{module}"), model)
        load(training.data, "float64")


@pytest.mark.parametrize("side", ["scratch", "keras_ref"])
def test_lines_that_give_a_gate_are_counted_exactly(side):
    """Among 41³ lines in whole numbers; in fractions, rounding decided ties on both sides alike."""
    from experiments.catalog.gates import lines_tried
    from experiments.pair.evaluate import package

    counts = lines_tried(package(side))
    assert counts == {"AND": 1540, "OR": 2870, "NAND": 1330, "XOR": 0, "lines": 41**3}


def test_evaluations_find_their_trainings():
    for experiment in catalog.load().values():
        names = {training.name for training in experiment.trainings}
        for evaluation in experiment.evaluations:
            assert evaluation.params_of in {"", *names}


def _tags(text):
    """The placeholders of a text, without the words that join a list."""
    tags = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
    return sorted(re.sub(r'join\(".*?"\)', "join", " ".join(tag.split())) for tag in tags)


@pytest.mark.parametrize("name", catalog.load())
def test_an_experiment_has_its_text_in_both_languages_with_the_same_figures(name):
    english, korean = (catalog.text(name, language) for language in ("en", "ko"))
    assert english.title != name
    assert re.search("[가-힣]", korean.title)
    assert re.search("[가-힣]", korean.discussion)
    assert _tags(english.discussion) == _tags(korean.discussion)
    assert english.discussion.count("|---") == korean.discussion.count("|---")
