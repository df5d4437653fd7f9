"""Batch normalisation against sums by hand and against differences."""

import numpy as np
import pytest

from scratch.batch_norm_net import BatchNormNet


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def net_of(rng, inputs=4, hidden=3, classes=2):
    return BatchNormNet(
        {  # a small W2, so that no probability comes near ε, which the gradient leaves out
            "W1": rng.normal(size=(inputs, hidden)),
            "gamma1": rng.uniform(0.5, 2, hidden),
            "beta1": rng.normal(size=hidden),
            "mean1": rng.normal(size=hidden),
            "var1": rng.uniform(0.5, 2, hidden),
            "W2": 0.2 * rng.normal(size=(hidden, classes)),
            "b2": rng.normal(size=classes),
        }
    )


def test_every_unit_has_the_mean_beta_and_the_deviation_gamma(rng):
    net, x = net_of(rng), rng.normal(size=(50, 4))
    n1 = net.forward(x)["n1"]
    assert n1.mean(axis=0) == pytest.approx(net.params["beta1"])
    assert n1.std(axis=0) == pytest.approx(net.params["gamma1"], rel=1e-6)  # ε


def test_running_statistics_are_a_tenth_of_the_batch(rng):
    net, x = net_of(rng), rng.normal(size=(50, 4))
    before = dict(net.params)
    a1 = net.forward(x)["a1"]
    assert net.params["mean1"] == pytest.approx(0.9 * before["mean1"] + 0.1 * a1.mean(axis=0))
    assert net.params["var1"] == pytest.approx(0.9 * before["var1"] + 0.1 * a1.var(axis=0))


def test_an_answer_does_not_depend_on_the_other_samples(rng):
    net, x = net_of(rng), rng.normal(size=(6, 4))
    one_by_one = np.concatenate([net.predict(row) for row in x[:, np.newaxis]])
    assert net.predict(x) == pytest.approx(one_by_one, rel=1e-12)


def test_the_gradient_by_differences(rng):
    net, x, t = net_of(rng), rng.normal(size=(7, 4)), np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    numerical = net.numerical_gradient(x, t)
    gradient = net.gradient(x, t)
    assert gradient.keys() == net.params.keys() - {"mean1", "var1"}
    for name, values in gradient.items():
        np.testing.assert_allclose(values, numerical[name], atol=1e-6)
