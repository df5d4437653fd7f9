"""The bench: contestants compute the same thing, and the page's ratios are what they say."""

import math
from dataclasses import replace

import numpy as np
import pytest

from experiments.bench import contestants, page, rotate
from experiments.bench.contestant import LIMIT, OURS, REFERENCE
from experiments.bench.growth import GROWING
from experiments.bench.record import BenchRecord, Point, Timed, Way, Workers
from experiments.bench.rotate import reference_of
from experiments.bench.task import make_task
from experiments.judge.ladder import relative_difference
from experiments.record.provenance import Provenance


def timed(contestant, cores, *seconds):
    accuracy = None if contestant == LIMIT else 0.9
    return Timed(contestant, "float32", cores, 9.0, seconds, 0.1, accuracy, 1.5)


@pytest.fixture
def record():
    versions = {"python": "3", "numpy": "2", "tensorflow": "2"}
    return BenchRecord(
        data="mnist",
        steps=600,
        rounds=3,
        absent=("JAX scan",),
        peers={"torch": "1"},
        training=(
            timed(OURS, 1, 2.0, 2.2, 1.9),
            timed(LIMIT, 1, 1.6, 1.6, 1.7),
            timed("PyTorch", 1, 5.0, 4.0, 4.5),
            timed(OURS, 2, 1.0, 1.0, 1.0),
            timed(LIMIT, 2, 0.5, 0.5, 0.5),
            timed("PyTorch", 2, 3.0, 3.0, 3.0),
        ),
        small=(Way("xor", "plain", (8.0, 6.0, 7.0), 0.0), Way("xor", "ours", (0.07,), None)),
        provenance=Provenance(
            "today", "twins bench", versions, "a processor", 2, "Linux", "a BLAS", {}
        ),
        growth=tuple(
            Point("batch", size, (2.0 * size, 3.0 * size, 9.0 * size), size**2, 5.0)
            for size in (10, 100, 1000)
        ),
        workers=(Workers(0, 3.0, 0.001, 36e-6), Workers(2, 5.0, 0.007, 72e-6)),
        check=0.06,
    )


def test_ratios_are_those_of_medians_within_a_setting(record):
    table = page.training_table(record).set_index(["contestant", "cores"])
    assert math.isclose(table.to_ours["PyTorch", 1], 4.5 / 2.0)
    assert math.isclose(table.to_limit[OURS, 1], 2.0 / 1.6)
    assert math.isclose(table.to_ours["PyTorch", 2], 3.0)
    small = page.small_table(record).set_index("way")
    assert math.isclose(small.times_as_fast["ours"], 100)


def test_weights_beyond_the_bound_fail(record):
    assert page.outcome(record)["passed"]
    far = replace(record.training[2], share_of_bound=1.5)
    training = (*record.training[:2], far, *record.training[3:])
    assert not page.outcome(replace(record, training=training))["passed"]


def test_the_page_names_who_is_absent_and_where_it_ran(record, tmp_path):
    text = page.render(record, tmp_path).read_text()
    assert "JAX scan" in text
    assert "a processor" in text
    assert "| PyTorch | 4.50 | 4.00 – 5.00 | 2.25 |" in text
    assert (tmp_path / "bench/bench.png").stat().st_size > 1000
    assert page.load(tmp_path) == record


def test_slopes_are_powers(record):
    assert page.slopes(page.growth_table(record)) == pytest.approx(
        {"seconds": 1, "products": 2, "megabytes": 0}, abs=1e-12
    )


def test_what_a_class_and_a_sweep_need(record):
    """3,000 files of 0.06 s; 10⁸ updates of 36 and 72 µs."""
    needs = page.needs(record)
    assert needs["minutes"] == pytest.approx(3)
    assert needs["hours"] == pytest.approx({0: 1, 2: 2})


@pytest.mark.slow
def test_what_was_measured_can_be_kept_and_shown(tmp_path, monkeypatch, record):
    """All that a run measures, by a few contestants, with the small parts as if they were done."""
    few = {name: contestants.load()[name] for name in (OURS, LIMIT, REFERENCE)}
    parts = {"growth": record.growth, "workers": record.workers, "check": record.check}

    def in_a_process(serve, arguments, threads):
        if serve is rotate._serve:
            return inner(serve, arguments, threads)
        return parts.get(arguments[0], record.small)

    inner = rotate._in_a_process
    monkeypatch.setattr(rotate, "_in_a_process", in_a_process)
    monkeypatch.setattr(rotate.contestants, "load", lambda: few)
    told = []
    found = rotate.run("twins bench", 2, 1, None, lambda label, count: told.append)
    assert {row.contestant for row in found.training} == few.keys()
    page.render(found, tmp_path)
    assert page.load(tmp_path) == found
    assert len(told) == len(rotate.ALONE) + len(found.training)


@pytest.mark.slow
@pytest.mark.parametrize(("against", "size", "products"), [
    ("batch", 10, {((10, 784), (784, 50)), ((10, 50), (50, 10)), ((10, 10), (10, 50)),
                   ((50, 10), (10, 10)), ((784, 10), (10, 50))}),
    ("samples", 60, {((60, 784), (784, 50)), ((60, 50), (50, 10))}),
])  # fmt: skip
def test_what_grows_has_the_products_of_its_size(against, size, products):
    make, _ = GROWING[against]
    work, found = make(None, size)
    work()
    assert set(found) == products


def test_whoever_is_compared_with_is_there():
    assert {OURS, LIMIT, REFERENCE} <= contestants.load().keys()


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_all_contestants_end_with_the_same_weights_and_accuracies(dtype):
    task = make_task(dtype, 2, 20, None)
    trained = {
        contestant.name: contestant.prepare(task)()
        for contestant in contestants.load().values()
        if contestant.name != LIMIT and not contestant.needs  # not two frameworks in one process
    }
    assert len(trained) >= 9
    weights, allowed = reference_of(task)  # by shadows of the readable loop
    _, accuracies = trained[REFERENCE]
    for params, others in trained.values():
        assert np.allclose(others, accuracies, atol=2 / 1797)  # two images may lie on the edge
        for name, values in weights.items():
            assert relative_difference(params[name], values) <= allowed[name]
