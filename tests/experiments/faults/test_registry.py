"""The registry is complete and consistent as a dictionary."""

import re

import numpy as np
import pytest

from experiments.faults.functions import FUNCTION_FAULTS, FUNCTIONS
from experiments.faults.matrix import fault_table
from experiments.faults.registry import FAMILIES


def test_there_are_many_and_each_has_its_texts():
    table = fault_table()
    assert len(table) >= 60
    for fault in table:
        assert re.fullmatch(r"[a-zA-Z0-9-]+", fault["id"])
        assert fault["en"].endswith(".")
        assert re.search("[가-힣]", fault["ko"])
        assert fault["correction"]


def test_a_fault_shared_by_families_says_the_same_in_each():
    texts = {}
    for faults in (*(family.faults for family in FAMILIES), FUNCTION_FAULTS):
        assert len({fault.id for fault in faults}) == len(faults)
        for fault in faults:
            assert texts.setdefault(fault.id, (fault.en, fault.ko)) == (fault.en, fault.ko)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_fault_exchanges_formulas_that_the_model_has(family):
    for fault in family.faults:
        own = {name for name in fault.formulas if not name.startswith("carried_")}
        assert own <= family.formulas.keys(), fault.id


def test_function_faults_exchange_functions_that_there_are():
    for fault in FUNCTION_FAULTS:
        assert fault.formulas.keys() <= FUNCTIONS.keys(), fault.id


def test_no_two_faults_of_a_family_are_the_same():
    from experiments.faults.replay import Dictionary, on_the_probe

    for family in FAMILIES:
        compute, names = on_the_probe(family, "float64")
        dictionary = Dictionary(family.formulas, (), compute, "float64")
        seen = []
        for fault in family.faults:
            values = dictionary.observed((fault,))
            seen.append(np.concatenate([values[name].ravel() for name in names]))
        for i, first in enumerate(seen):
            for other in seen[:i]:
                assert not np.allclose(first, other, rtol=1e-9, atol=0, equal_nan=True)
