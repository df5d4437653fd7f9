"""Starts and rates that give no numbers end in a verdict with step and layer, on both sides."""

from dataclasses import replace

import pytest

from experiments.catalog.xor_mlp_4 import TRAINING
from experiments.data import load
from experiments.pair.compare import BRIEF
from experiments.pair.training import run_training
from experiments.record.results import Divergence
from experiments.spec import normal

SHORT = replace(TRAINING, steps=8)
SHAPES = {"W1": (3, 4), "W2": (4, 1)}

ODD = {
    "a start that is no number": ({"start": normal(float("nan"), **SHAPES)}, 1, "a1"),
    "a start beyond the range": ({"start": normal(1e308, **SHAPES)}, 1, "a1"),
    "a rate that is no number": ({"learning_rate": float("nan")}, 2, "a1"),
    "an infinite rate": ({"learning_rate": float("inf")}, 2, "a1"),
}


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("changed", "step", "layer"), ODD.values(), ids=ODD)
def test_what_diverges_is_told_with_step_and_layer(changed, step, layer):
    training = replace(SHORT, **changed)
    result, _ = run_training(training, load("xor", "float64"), lambda *_: lambda _: None, BRIEF)
    assert result.diverged == tuple(Divergence(side, step, layer) for side in ("scratch", "keras"))
    assert result.comparisons == ()


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("scale", [1e-320, 0.0])
def test_a_start_of_almost_nothing_is_compared(scale):
    training = replace(SHORT, start=normal(scale, **SHAPES))
    result, _ = run_training(training, load("xor", "float64"), lambda *_: lambda _: None, BRIEF)
    assert result.diverged == ()
    assert result.comparisons
    assert all(comparison.passed for comparison in result.comparisons)
