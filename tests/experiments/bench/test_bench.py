"""The bench: contestants compute the same thing, and the page's ratios are what they say."""

import math

import numpy as np
import pytest

from experiments.bench.contestants import CONTESTANTS, LIMIT, OURS, REFERENCE
from experiments.bench.rotate import reference_of
from experiments.bench.task import make_task
from experiments.judge.ladder import relative_difference
from experiments.report import bench as page


def outcome(contestant, cores, seconds, share=0.1):
    return {
        "contestant": contestant,
        "dtype": "float32",
        "cores": cores,
        "first": 9.0,
        "seconds": seconds,
        "share_of_bound": share,
        "accuracy": None if contestant == LIMIT else 0.9,
    }


@pytest.fixture
def results():
    training = [
        outcome(OURS, 1, [2.0, 2.2, 1.9]),
        outcome(LIMIT, 1, [1.6, 1.6, 1.7]),
        outcome("PyTorch", 1, [5.0, 4.0, 4.5]),
        outcome(OURS, 2, [1.0, 1.0, 1.0]),
        outcome(LIMIT, 2, [0.5, 0.5, 0.5]),
        outcome("PyTorch", 2, [3.0, 3.0, 3.0]),
    ]
    way = {"task": "XOR", "difference": None, "note": ""}
    return {
        "schema": 1,
        "data": "mnist",
        "steps": 600,
        "rounds": 3,
        "absent": ["JAX scan"],
        "peers": {"torch": "1"},
        "training": training,
        "small": [
            way | {"way": "slow", "seconds": [8.0, 6.0, 7.0]},
            way | {"way": "fast", "seconds": [0.07]},
        ],
        "provenance": {
            "date": "today",
            "command": "twins bench",
            "cpu": "a processor",
            "cores": 2,
            "system": "Linux",
            "blas": "a BLAS",
            "versions": {"python": "3", "numpy": "2", "tensorflow": "2"},
        },
    }


def test_ratios_are_those_of_medians_within_a_setting(results):
    table = page.training_table(results).set_index(["contestant", "cores"])
    assert math.isclose(table.to_ours["PyTorch", 1], 4.5 / 2.0)
    assert math.isclose(table.to_limit[OURS, 1], 2.0 / 1.6)
    assert math.isclose(table.to_ours["PyTorch", 2], 3.0)
    small = page.small_table(results).set_index("way")
    assert math.isclose(small.times_as_fast["fast"], 100)


def test_weights_beyond_the_bound_fail(results):
    assert page.summarise(results)["passed"]
    results["training"][2]["share_of_bound"] = 1.5
    assert not page.summarise(results)["passed"]


def test_the_page_names_who_is_absent_and_where_it_ran(results, tmp_path):
    text = page.render(results, tmp_path).read_text()
    assert "JAX scan" in text
    assert "a processor" in text
    assert "| PyTorch | 4.50 | 4.00 – 5.00 | 2.25 |" in text
    assert (tmp_path / "bench.png").stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_all_contestants_end_with_the_same_weights_and_accuracies(dtype):
    task = make_task(dtype, 2, 20, None)
    trained = {
        contestant.name: contestant.prepare(task)()
        for contestant in CONTESTANTS
        if contestant.name != LIMIT and not contestant.needs  # not two frameworks in one process
    }
    assert len(trained) >= 9
    weights, allowed = reference_of(task)  # by shadows of the readable loop
    _, accuracies = trained[REFERENCE]
    for params, others in trained.values():
        assert np.allclose(others, accuracies, atol=2 / 1797)  # two images may lie on the edge
        for name, values in weights.items():
            assert relative_difference(params[name], values) <= allowed[name]
