"""Small nets with awkward shapes, on which bugs cannot hide."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("under load", deadline=None)
settings.load_profile("under load")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Of a table marked `mostly_slow(n)` all rows but the first n are slow."""
    seen = Counter()
    for item in items:
        if marker := item.get_closest_marker("mostly_slow"):
            seen[item.function] += 1
            if seen[item.function] > marker.args[0]:
                item.add_marker("slow")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    """What is said is said in English, whatever the developer's own locale is."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def probe(rng):
    """Parameters and a batch whose sizes B, D, H, C all differ; no bias is zero."""
    samples, inputs, hidden, classes = 7, 12, 9, 5
    params = {
        "W1": rng.normal(size=(inputs, hidden)) * 0.4,
        "b1": rng.normal(size=hidden) * 0.4,
        "W2": rng.normal(size=(hidden, classes)) * 0.4,
        "b2": rng.normal(size=classes) * 0.4,
    }
    x = rng.normal(size=(samples, inputs))
    t = np.eye(classes)[rng.integers(classes, size=samples)]
    return params, x, t
