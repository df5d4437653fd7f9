"""Replay names what it knows, in both precisions, and nothing else."""

from collections import Counter

import numpy as np
import pytest

from experiments.faults.replay import Dictionary, on_the_probe
from experiments.subjects import families
from scratch.functions import sigmoid

TWO_LAYER_NET = families()["two-layer-net"]
CASES = [(family, dtype) for family in families().values() for dtype in ("float64", "float32")]
IDS = [f"{family.name}, {dtype}" for family, dtype in CASES]
LONG = [
    ("two-layer-net", "float64"),
    ("two-layer-net", "float32"),
    ("sigmoid-mlp", "float64"),
    ("sigmoid-mlp", "float32"),
]
SOME_FAST = [
    pytest.param(*case, marks=[pytest.mark.slow] * ((case[0].name, case[1]) in LONG))
    for case in CASES
]


@pytest.fixture(scope="module")
def dictionaries():
    made = {}

    def get(family, dtype):
        if (family.name, dtype) not in made:
            compute, _ = on_the_probe(family, dtype)
            made[family.name, dtype] = Dictionary(family.formulas, family.mistakes, compute, dtype)
        return made[family.name, dtype]

    return get


@pytest.mark.parametrize(("family", "dtype"), SOME_FAST, ids=IDS)
def test_right_code_and_every_single_fault(family, dtype, dictionaries):
    dictionary = dictionaries(family, dtype)
    for entry in ((), *((fault,) for fault in family.mistakes)):
        observed = dictionary.observed(entry)
        found, runner_up = dictionary.diagnose_with_runner_up(observed)
        assert found.known
        assert found.faults == entry
        assert found.same == ()
        assert found.share <= 1 < runner_up


NEAR = 1e-3
"""How near an entry must come to be looked at closely, unless none that near explains."""


def outcome(dictionary, pair):
    """ "named" if the pair is, or fewer faults that compute the same to rounding; else why not.

    What float32 loses cannot be had back: where a training overflows, or takes the sign of what has
    underflowed, a pair's own numbers are "lost", far from what it computes exactly.
    """
    observed = dictionary.observed(pair)
    nearby = dictionary.diagnose(observed, NEAR)
    found = nearby if nearby.known else dictionary.diagnose(observed)
    if found.known:
        right = pair in (found.faults, *found.same) or len(found.faults) < len(pair)
        return "named" if right else "misnamed"
    return "lost" if dictionary.unexplained(observed, pair) > 1 else "missed"


@pytest.mark.parametrize(("family", "dtype"), [c for c in CASES if (c[0].name, c[1]) not in LONG])
def test_some_pairs(family, dtype, dictionaries):
    dictionary = dictionaries(family, dtype)
    for pair in dictionary.entries[len(family.mistakes) + 1 :: 97]:
        assert outcome(dictionary, pair) == "named", [fault.id for fault in pair]


@pytest.mark.slow
@pytest.mark.parametrize(("family", "dtype"), CASES, ids=IDS)
def test_all_pairs(family, dtype, dictionaries):
    dictionary = dictionaries(family, dtype)
    every = 3 if (family.name, dtype) in LONG and dtype == "float32" else 1
    pairs = dictionary.entries[len(family.mistakes) + 1 :: every]
    outcomes = Counter(outcome(dictionary, pair) for pair in pairs)
    assert outcomes.keys() <= {"named", "lost"}
    assert outcomes["lost"] <= (0 if dtype == "float64" else len(pairs) // 200)


STRANGE = {
    "slope cubed": {"slope": lambda v: (v.z1 * (1 - v.z1)) ** 3},
    "delta by 1.5": {"delta2": lambda v: 1.5 * (v.y - v.t) / len(v.x)},
    "W2 of another row": {"a2": lambda v: v.z1 @ v.W2[::-1] + v.b2},
    "sigmoid of 2a": {"z1": lambda v: sigmoid(2 * v.a1)},
    "one gradient 1e-6 off": {"gW1": lambda v: (1 + 1e-6) * (v.x.T @ v.delta1)},
    "rate 1.1": {"new_W2": lambda v: v.W2 - 1.1 * v.rate * v.gW2},
}


@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_not_in_the_dictionary_is_unknown(strange, dictionaries):
    family = TWO_LAYER_NET
    dictionary = dictionaries(family, "float64")
    compute, _ = on_the_probe(family, "float64")
    found = dictionary.diagnose(compute(family.formulas | STRANGE[strange], lambda array: array))
    assert not found.known
    assert found.faults == ()
    assert found.share > 1


def test_three_faults_are_not_taken_for_two(dictionaries):
    family = TWO_LAYER_NET
    dictionary = dictionaries(family, "float64")
    by_id = {fault.id: fault for fault in family.mistakes}
    three = tuple(by_id[name] for name in ("bias1-missing", "hidden-slope-missing", "b2-mean"))
    assert not dictionary.diagnose(dictionary.observed(three)).known


def test_a_part_of_the_numbers_is_enough(dictionaries):
    """Gradients alone name the fault; where only the loss is given, W1's gradient is not judged."""
    family = TWO_LAYER_NET
    dictionary = dictionaries(family, "float64")
    fault = next(fault for fault in family.mistakes if fault.id == "hidden-slope-missing")
    numbers = dictionary.observed((fault,))
    found = dictionary.diagnose({name: numbers[name] for name in ("gW1", "gb1", "gW2", "gb2")})
    assert found.faults == (fault,)
    assert dictionary.diagnose({"loss": numbers["loss"]}).faults == ()


def test_a_wrong_shape_is_unknown(dictionaries):
    dictionary = dictionaries(TWO_LAYER_NET, "float64")
    assert not dictionary.diagnose({"gW1": np.zeros((9, 12))}).known
