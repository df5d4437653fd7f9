"""What a run takes is told beside the products of matrices that it cannot do without."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from experiments.pair.products import products_of
from experiments.record.results import Cost, load
from experiments.suite import experiments as suite
from experiments.suite.options import Options
from scratch.convolution import convolve
from scratch.two_layer_net import TwoLayerNet


def test_the_products_of_a_step_of_the_books_net():
    shapes = {"W1": (7, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)}
    net = TwoLayerNet({name: np.ones(shape) for name, shape in shapes.items()})
    found = products_of(lambda x: net.gradient(x, np.ones((4, 3))), np.ones((4, 7)))
    forth = [((4, 7), (7, 5)), ((4, 5), (5, 3))]
    back = [((4, 3), (3, 5)), ((5, 4), (4, 3)), ((7, 4), (4, 5))]
    assert found == Counter(forth + back)


def test_the_product_of_a_convolution_has_a_row_for_every_place_of_every_image():
    filters, biases = np.ones((10, 1, 5, 5)), np.ones(10)
    found = products_of(lambda x: convolve(x, filters, biases), np.ones((2, 1, 28, 28)))
    assert found == {((2 * 24 * 24, 25), (25, 10)): 1}


def test_what_is_noted_changes_no_number():
    x = np.random.default_rng(0).normal(size=(4, 3))
    found = []
    assert products_of(lambda noted: found.append(np.exp(noted @ x.T).sum()), x) == {
        ((4, 3), (3, 4)): 1
    }
    assert found == [np.exp(x @ x.T).sum()]


def test_the_ratio_is_of_core_seconds():
    assert Cost("", 10.0, 18.0, 12.0).ratio == 1.5


@pytest.mark.slow
def test_only_what_was_done_anew_and_whole_has_a_cost(experiment, tmp_path, monkeypatch):
    monkeypatch.setattr(suite, "product_seconds", lambda experiments, folder: 0.5)

    def run(name="tiny", **given):
        named = [replace(experiment, name=name)]
        list(suite.run(named, Options(tmp_path, **given), lambda label, total: lambda steps: None))
        return load(tmp_path).cost

    first = run()
    assert first.core_seconds > 0 < first.seconds
    assert run() == first  # all is kept
    anew = run(force=True)
    assert anew != first
    assert run("another", force=True) == anew  # a part of the record only
