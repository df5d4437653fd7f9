"""The subjects are complete, and consistent as a dictionary of mistakes."""

import re

import numpy as np
import pytest

from experiments import subjects, words
from experiments.faults.matrix import known_mistakes
from experiments.judge.rungs import RUNGS

FAMILIES = subjects.families()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_there_are_many_mistakes_and_each_has_its_words(language):
    say = words.of(language)
    known = known_mistakes()
    assert len(known) >= 177
    for mistake in known:
        assert re.fullmatch(r"[a-zA-Z0-9-]+", mistake.id)
        assert mistake.rung in RUNGS
        assert re.search(r"[.)]$", say.mistake(mistake.id)), mistake.id
        assert (language == "ko") == bool(re.search("[가-힣]", say.mistake(mistake.id)))
        assert say.mistake(mistake.id, "write")


def test_no_mistake_stands_twice_in_one_place():
    for mistakes in (*(family.mistakes for family in FAMILIES.values()), subjects.mistakes()):
        assert len({mistake.id for mistake in mistakes}) == len(mistakes)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_a_mistake_exchanges_formulas_that_the_model_has(family):
    for mistake in family.mistakes:
        own = {name for name in mistake.formulas if not name.startswith("carried_")}
        assert own <= family.formulas.keys(), mistake.id


def test_mistakes_of_functions_exchange_formulas_that_there_are():
    for mistake in subjects.mistakes():
        assert mistake.formulas.keys() <= subjects.formulas().keys(), mistake.id


@pytest.mark.parametrize("subject", subjects.load().values(), ids=lambda subject: subject.name)
def test_a_subject_asks_for_quantities_that_it_can_answer(subject):
    from experiments.subjects.inputs import function_inputs

    asked = set(subject.questions(function_inputs("float64")))
    known = set(subject.epoch.weights) if subject.epoch else set(subject.formulas)
    assert asked <= known
    assert asked or subject.is_training
    assert {*subject.of_batches, *subject.optional} <= asked


def test_no_formula_and_no_name_of_a_subject_is_another_ones():
    formulas = [name for s in subjects.load().values() for name in s.formulas]
    assert len(formulas) == len(set(formulas))
    shared = {name for name, meant in subjects.names().items() if len(meant) > 1}
    assert shared == {"calc_output"}  # told apart by the number of its arguments


def test_no_two_mistakes_of_a_family_are_the_same():
    from experiments.faults.replay import Dictionary, on_the_probe

    for family in FAMILIES.values():
        compute, names = on_the_probe(family, "float64")
        dictionary = Dictionary(family.formulas, (), compute, "float64")
        seen = []
        for mistake in family.mistakes:
            values = dictionary.observed((mistake,))
            seen.append(np.concatenate([values[name].ravel() for name in names]))
        for i, first in enumerate(seen):
            for other in seen[:i]:
                assert not np.allclose(first, other, rtol=1e-9, atol=0, equal_nan=True)
