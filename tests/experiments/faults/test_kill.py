"""Every fault is caught at its rung; right variants never raise an alarm."""

import pytest

from experiments.faults.kill import ground_of, kill, kill_functions, variant
from experiments.faults.tolerances import USUAL, alarms, usual
from experiments.subjects import families

FAMILIES = families()
TWO_LAYER_NET, SIGMOID_MLP, DELTA_RULE = (
    FAMILIES[name] for name in ("two-layer-net", "sigmoid-mlp", "delta-rule")
)


@pytest.mark.slow
def test_all_faults_of_the_delta_rule():
    rows = kill(DELTA_RULE, "float64")
    assert [(row.mistake, row.caught) for row in rows] == [
        (row.mistake, row.belongs) for row in rows
    ]


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_all_faults_of_functions(dtype):
    assert all(row.caught == "values" for row in kill_functions(dtype))


def test_one_fault_of_the_two_layer_net_per_rung_and_none():
    ground = ground_of(TWO_LAYER_NET, "float32")
    assert all(comparison.passed for comparison in ground.climb())
    one_per_rung = {fault.rung: fault for fault in TWO_LAYER_NET.mistakes}
    for rung, fault in one_per_rung.items():
        climbed = ground.climb(variant(TWO_LAYER_NET, fault.formulas))
        first = next(c for c in climbed if not c.passed)
        assert first.rung == rung, fault.id


@pytest.mark.slow
def test_right_variants_of_the_delta_rule():
    rows = alarms(DELTA_RULE, "float32")
    assert sum(row.comparisons for row in rows) > 1000
    assert not any(row.failed for row in rows)


@pytest.mark.slow
def test_constant_tolerances_accept_faults_that_the_bound_rejects():
    rows = [row for row in usual("float64") if row.field == "probe" and row.mistake]
    assert not any(row.accepted["running bound"] for row in rows)
    assert sum(row.accepted["cosine 0.99"] for row in rows) > 10
    assert set(rows[0].accepted) == {"running bound", *USUAL}
