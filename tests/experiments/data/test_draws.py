"""What a reader gets who pastes the sources' draws under `np.random.seed`."""

import numpy as np

from experiments.data.draws import draw_batches, draw_start
from experiments.spec import (
    first_sample,
    glorot,
    in_order,
    normal,
    shuffled,
    uniform,
    uniform_by_unit,
    with_replacement,
)


def test_weights_then_batches_as_the_mnist_sources_draw_them():
    np.random.seed(11)
    w1 = np.random.randn(784, 20) * 0.01
    w2 = np.random.randn(20, 10) * 0.01
    batches = [np.random.choice(60000, 100) for _ in range(5)]

    rng = np.random.RandomState(11)
    start = draw_start(normal(0.01, W1=(784, 20), b1=(20,), W2=(20, 10), b2=(10,)), rng)
    np.testing.assert_array_equal(start["W1"], w1)
    np.testing.assert_array_equal(start["W2"], w2)
    assert not start["b1"].any()
    np.testing.assert_array_equal(draw_batches(with_replacement(100), 60000, 5, rng), batches)


def test_uniform_weights_as_the_xor_source_draws_them():
    np.random.seed(5)
    weight0 = 2 * np.random.random((3, 6)) - 1
    weight1 = 2 * np.random.random((6, 1)) - 1
    start = draw_start(uniform(W1=(3, 6), W2=(6, 1)), np.random.RandomState(5))
    np.testing.assert_array_equal(start["W1"], weight0)
    np.testing.assert_array_equal(start["W2"], weight1)


def test_in_order_walks_round_and_round():
    rng = np.random.RandomState(0)
    assert draw_batches(in_order(1), 4, 6, rng).ravel().tolist() == [0, 1, 2, 3, 0, 1]
    assert draw_batches(in_order(4), 4, 2, rng).tolist() == [[0, 1, 2, 3], [0, 1, 2, 3]]


def test_weights_by_unit_are_the_study_notes_weights_transposed():
    np.random.seed(2)
    w1 = 2 * np.random.random((4, 3)) - 1
    w2 = 2 * np.random.random((1, 4)) - 1
    start = draw_start(uniform_by_unit(W1=(3, 4), W2=(4, 1)), np.random.RandomState(2))
    np.testing.assert_array_equal(start["W1"], w1.T)
    np.testing.assert_array_equal(start["W2"], w2.T)


def test_glorot_weights_stay_within_their_limit_and_fill_it():
    weights = draw_start(glorot(W=(300, 100), b=(100,)), np.random.RandomState(0))["W"]
    limit = np.sqrt(6 / 400)
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.99 * limit


def test_shuffled_batches_are_a_permutation_in_every_epoch():
    rng = np.random.RandomState(0)
    batches = draw_batches(shuffled(4), 10, 7, rng)
    assert [len(batch) for batch in batches] == [4, 4, 2, 4, 4, 2, 4]
    epochs = [np.concatenate(batches[i : i + 3]) for i in (0, 3)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0].tolist() != epochs[1].tolist()
    assert draw_batches(shuffled(5), 10, 4, rng).shape == (4, 5)


def test_the_first_sample_never_leaves():
    assert not draw_batches(first_sample(), 4, 6, np.random.RandomState(0)).any()
