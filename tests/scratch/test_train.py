import math

import numpy as np

from scratch.delta_rule import DeltaRule
from scratch.train import train


def test_two_updates_against_plain_python():
    """The source's rule in plain floats: w ← w + α y (1 − y) (d − y) x."""
    x, d, rate = [[0.0, 1.0], [1.0, 1.0]], [0.0, 1.0], 0.9
    w, losses = [0.3, -0.2], []
    for sample in (1, 0):
        y = 1 / (1 + math.exp(-sum(wi * xi for wi, xi in zip(w, x[sample], strict=True))))
        losses.append((y - d[sample]) ** 2 / 2)
        delta = y * (1 - y) * (d[sample] - y)
        w = [wi + rate * delta * xi for wi, xi in zip(w, x[sample], strict=True)]

    unit = DeltaRule({"W": np.array([[0.3], [-0.2]])})
    returned = train(unit, np.array(x), np.array(d)[:, None], np.array([[1], [0]]), rate)
    np.testing.assert_allclose(unit.params["W"][:, 0], w, rtol=1e-14)
    np.testing.assert_allclose(returned, losses, rtol=1e-14)


def test_splitting_a_run_changes_nothing(rng):
    x, t = rng.normal(size=(6, 3)), rng.uniform(size=(6, 1))
    batches = rng.integers(6, size=(20, 2))
    start = rng.normal(size=(3, 1))
    whole, parts = DeltaRule({"W": start.copy()}), DeltaRule({"W": start.copy()})
    losses = train(whole, x, t, batches, 0.5)
    in_parts = [train(parts, x, t, part, 0.5) for part in (batches[:7], batches[7:])]
    np.testing.assert_array_equal(whole.params["W"], parts.params["W"])
    np.testing.assert_array_equal(losses, np.concatenate(in_parts))
