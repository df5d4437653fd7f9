"""The valley's paths against what is known of them otherwise, and what their bounds would see."""

import numpy as np
import pytest

from experiments.catalog import optimizers as catalog
from experiments.pair.evaluate import package, run_evaluation
from keras_ref import optimizers as keras_optimizers
from keras_ref.runtime import use_dtype
from scratch import optimizers

(EVALUATION,) = catalog.EXPERIMENT.evaluations


@pytest.fixture(autouse=True)
def float64():
    use_dtype("float64")


def test_gradient_descent_is_a_geometric_series_in_each_direction():
    steps = np.arange(31)[:, np.newaxis]
    closed = catalog.START * (1 - 0.95 * np.array([1 / 10, 2.0])) ** steps
    assert np.allclose(catalog.paths(package("scratch"))["SGD"], closed, rtol=1e-13, atol=0)


def test_the_slope_is_that_of_the_valley():
    point, h = np.array([-3.0, 0.7]), 1e-5
    moved = (np.array(step) for step in ((h, 0), (0, h)))
    slope = [
        (optimizers.valley(point + by) - optimizers.valley(point - by)) / (2 * h) for by in moved
    ]
    assert np.allclose(optimizers.valley_gradient(point), slope, atol=1e-9)
    assert np.allclose(keras_optimizers.valley_gradient(point), slope, atol=1e-9)


def test_keras_adagrad_has_its_epsilon_under_the_root():
    """A third formula gives Keras' numbers, and not the book's."""
    point, h = catalog.START, np.zeros(2)
    for _ in range(catalog.STEPS):
        g = point * np.array([1 / 10, 2.0])
        h = h + g**2
        point = point - 1.5 * g / np.sqrt(h + 1e-7)
    keras, book = (catalog.paths(package(name))["AdaGrad"][-1] for name in ("keras_ref", "scratch"))
    assert np.allclose(keras, point, rtol=1e-12, atol=1e-16)
    assert abs(book[0] - point[0]) > 1e-9


@pytest.mark.parametrize(("name", "part"), [("SGD", 1e-13), ("Momentum", 1e-13), ("Adam", 1e-12)])
def test_a_rate_that_is_a_trifle_too_large_would_be_seen(name, part):
    right = optimizers.descend_valley(name, catalog.START, catalog.RATES[name], catalog.STEPS)
    wrong = optimizers.descend_valley(
        name, catalog.START, catalog.RATES[name] * (1 + part), catalog.STEPS
    )
    assert (np.abs(np.subtract(right, wrong)) > catalog.bounds()[name]).any()


def test_both_sides_agree_within_the_bounds():
    assert all(comparison.passed for comparison in run_evaluation(EVALUATION).comparisons)
