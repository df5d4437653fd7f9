"""Batch normalisation against sums by hand and against differences."""

import numpy as np
import pytest

from scratch.batch_norm_net import BatchNormNet

RNG = np.random.default_rng(4)


def net_of(inputs=4, hidden=3, classes=2):
    return BatchNormNet(
        {
            "W1": RNG.normal(size=(inputs, hidden)),
            "gamma1": RNG.uniform(0.5, 2, hidden),
            "beta1": RNG.normal(size=hidden),
            "mean1": RNG.normal(size=hidden),
            "var1": RNG.uniform(0.5, 2, hidden),
            "W2": RNG.normal(size=(hidden, classes)),
            "b2": RNG.normal(size=classes),
        }
    )


def test_every_unit_has_the_mean_beta_and_the_deviation_gamma():
    net, x = net_of(), RNG.normal(size=(50, 4))
    n1 = net.forward(x)["n1"]
    assert n1.mean(axis=0) == pytest.approx(net.params["beta1"])
    assert n1.std(axis=0) == pytest.approx(net.params["gamma1"], rel=1e-6)  # ε


def test_running_statistics_are_a_tenth_of_the_batch():
    net, x = net_of(), RNG.normal(size=(50, 4))
    before = dict(net.params)
    a1 = net.forward(x)["a1"]
    assert net.params["mean1"] == pytest.approx(0.9 * before["mean1"] + 0.1 * a1.mean(axis=0))
    assert net.params["var1"] == pytest.approx(0.9 * before["var1"] + 0.1 * a1.var(axis=0))


def test_an_answer_does_not_depend_on_the_other_samples():
    net, x = net_of(), RNG.normal(size=(6, 4))
    one_by_one = np.concatenate([net.predict(row) for row in x[:, np.newaxis]])
    assert net.predict(x) == pytest.approx(one_by_one, rel=1e-12)


def test_the_gradient_by_differences():
    net, x, t = net_of(), RNG.normal(size=(7, 4)), np.eye(2)[[0, 1, 1, 0, 1, 0, 0]]
    numerical = net.numerical_gradient(x, t)
    gradient = net.gradient(x, t)
    assert gradient.keys() == net.params.keys() - {"mean1", "var1"}
    for name, values in gradient.items():
        np.testing.assert_allclose(values, numerical[name], atol=1e-6)
