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


def test_evaluations_find_their_trainings():
    for experiment in catalog.load().values():
        names = {training.name for training in experiment.trainings}
        for evaluation in experiment.evaluations:
            assert evaluation.params_of in {"", *names}
