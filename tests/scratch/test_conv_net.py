"""The convolutional net, against sums by hand and against differences."""

import numpy as np
import pytest

from scratch.conv_net import ConvNet


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def net_of(rng, filters=2, window=2, windows=4, classes=3):
    side = 2 * (windows - 1) + window
    params = {  # small, so that no probability comes near ε, which the gradient leaves out
        "W1": rng.normal(size=(filters, 1, window, window)),
        "b1": rng.normal(size=filters),
        "W2": 0.05 * rng.normal(size=(filters * (windows // 2) ** 2, classes)),
        "b2": 0.1 * rng.normal(size=classes),
    }
    return ConvNet(params), rng.normal(size=(5, side**2)), np.eye(classes)[[0, 2, 1, 1, 0]]


def test_a_pass_by_loops(rng):
    net, x, _ = net_of(rng)
    params, y = net.params, net.predict(x)
    for image, answer in zip(x.reshape(5, 8, 8), y, strict=True):
        kept = []
        for number, filter_ in enumerate(params["W1"][:, 0]):
            hit = [
                [max(0.0, (image[r : r + 2, c : c + 2] * filter_).sum() + params["b1"][number])
                 for c in range(0, 8, 2)]
                for r in range(0, 8, 2)
            ]  # fmt: skip
            kept += [
                max(hit[r][c], hit[r][c + 1], hit[r + 1][c], hit[r + 1][c + 1])
                for r in (0, 2)
                for c in (0, 2)
            ]
        scores = [
            sum(k * w for k, w in zip(kept, params["W2"][:, o], strict=True)) + params["b2"][o]
            for o in range(3)
        ]
        shares = np.exp(scores) / np.exp(scores).sum()
        assert answer == pytest.approx(shares, rel=1e-12)


def test_the_gradient_by_differences(rng):
    net, x, t = net_of(rng)
    numerical = net.numerical_gradient(x, t)
    for name, gradient in net.gradient(x, t).items():
        np.testing.assert_allclose(gradient, numerical[name], atol=1e-5)
