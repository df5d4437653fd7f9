"""What a reader gets who pastes the sources' draws under `np.random.seed`."""

import numpy as np

from experiments.data.draws import draw_batches, draw_start
from experiments.spec import in_order, normal, uniform, with_replacement


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
