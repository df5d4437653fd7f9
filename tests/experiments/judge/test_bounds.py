"""The running bounds against float32 and float64 evaluations of the same formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import xlog1py, xlogy

from experiments.judge.bounds import UNIT_ROUNDOFF, Bounded
from experiments.judge.conventions import epsilon_term, of_probabilities
from scratch import functions
from scratch.delta_rule import DeltaRule
from scratch.linear_regression import LinearRegression
from scratch.sigmoid_mlp import SigmoidMLP
from scratch.three_layer_net import ThreeLayerNet
from scratch.two_layer_net import TwoLayerNet

U = UNIT_ROUNDOFF["float32"]
ONE_SIDE = 1.3
NETS = {
    "two-layer net": (TwoLayerNet, "W1 b1 W2 b2"),
    "three-layer net": (ThreeLayerNet, "W1 b1 W2 b2 W3 b3"),
    "sigmoid MLP": (SigmoidMLP, "W1 W2"),
    "bias unit": (lambda p: SigmoidMLP(p, bias_unit=True), "W1 W2"),
    "mean squared": (lambda p: SigmoidMLP(p, error="mean_squared_error"), "W1 b1 W2 b2"),
    "binary": (lambda p: SigmoidMLP(p, error="binary_cross_entropy_error"), "W1 W2"),
    "delta rule": (DeltaRule, "W"),
    "line": (LinearRegression, "W b"),
}


def draw(kind, seed, hidden, samples, scale):
    rng = np.random.default_rng(seed)
    new, names = NETS[kind]
    layers = names.count("W")
    widths = (12, *(hidden, hidden + 1)[: layers - 1], 5)
    params = {}
    for name in names.split():
        layer = int(name[1:] or 1)
        shape = (widths[layer - 1], widths[layer]) if name[0] == "W" else (widths[layer],)
        params[name] = (scale * rng.normal(size=shape)).astype(np.float32)
    x = rng.normal(size=(samples, 12)).astype(np.float32)
    return new, params, x, np.eye(5)[rng.integers(5, size=samples)]


@settings(max_examples=120, derandomize=True)
@given(
    kind=st.sampled_from(list(NETS)),
    seed=st.integers(0, 10**6),
    hidden=st.sampled_from([2, 9, 50]),
    samples=st.sampled_from([1, 7, 100]),
    scale=st.sampled_from([0.01, 0.5, 3.0]),
)
def test_float32_stays_within_its_bound_of_float64(kind, seed, hidden, samples, scale):
    """The same inputs in both precisions: float64 stands for the exact value.

    One side alone may use 1.3 of the 2 u·E that the two may lie apart: √n for a sum of n terms is
    a probable bound, and the largest share seen over 50,000 of them is 1.27.
    """
    new, params, x, t = draw(kind, seed, hidden, samples, scale)
    bounded = new({name: Bounded(values, "float32") for name, values in params.items()})
    net = new(params)
    activations, t32 = net.forward(x), t.astype(np.float32)
    bounds = bounded.forward(x)
    pairs = [(activations[name], bounds[name]) for name in activations]
    pairs.append((net.error(activations["y"], t32), bounded.error(bounds["y"], t)))
    gradient, gradient_bounds = net.gradient(x, t32), bounded.gradient(x, t)
    pairs += [(gradient[name], gradient_bounds[name]) for name in gradient]
    for single, exact in pairs:
        assert np.all(np.abs(single - exact.value) <= ONE_SIDE * U * exact.error)


def test_values_are_those_of_float64():
    new, params, x, t = draw("two-layer net", 0, 9, 7, 0.5)
    params = {name: values.astype(float) for name, values in params.items()}
    x = x.astype(float)
    bounded = new({name: Bounded(values, "float64") for name, values in params.items()})
    for name, gradient in new(params).gradient(x, t).items():
        np.testing.assert_array_equal(bounded.gradient(x, t)[name].value, gradient)


OPERATIONS = {
    "add": (lambda a: a + 2.0, 3.0, 1 + 5),
    "subtract": (lambda a: a - 2.0, 3.0, 1 + 1),
    "multiply": (lambda a: a * 2.0, 3.0, 2 + 6),
    "divide": (lambda a: a / 2.0, 3.0, 0.5 + 1.5),
    "reciprocal": (lambda a: 1 / a, 2.0, 0.25 + 0.5),
    "square": (lambda a: a**2, 3.0, 6 + 9),
    "negative": (lambda a: -a, 3.0, 1),
    "absolute": (np.abs, -3.0, 1),
    "maximum": (lambda a: np.maximum(0, a), 3.0, 1),
    "exp": (np.exp, 1.0, 3 * np.e),
    "tanh": (np.tanh, 0.0, 1),
    "sqrt": (np.sqrt, 4.0, 0.25 + 2),
    "log": (np.log, 4.0, 0.25 + 2 * np.log(4)),
    "log2": (np.log2, 4.0, 0.25 / np.log(2) + 4),
    "log10": (np.log10, 100.0, 0.01 / np.log(10) + 4),
    "log1p": (np.log1p, 3.0, 0.25 + 2 * np.log(4)),
    "xlogy": (lambda a: xlogy(0.5, a), 4.0, 0.5 * (0.25 + 2 * np.log(4)) + np.log(2)),
    "xlog1py": (lambda a: xlog1py(0.5, a), 3.0, 0.5 * (0.25 + 2 * np.log(4)) + np.log(2)),
    "xlogy of nothing": (lambda a: xlogy(0.0, a), 4.0, 0),
    "where": (lambda a: np.where(a > 0, a, 7.0), 3.0, 1),
    "where not": (lambda a: np.where(a < 0, a, 7.0), 3.0, 0),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_adds_its_own_rounding_to_what_came_in(name):
    """The derivative times an error of 1 that came in, and roundings of the result, by hand."""
    operation, at, expected = OPERATIONS[name]
    result = operation(Bounded(at, "float64", error=1.0))
    assert result.error == pytest.approx(expected, rel=1e-12)
    assert result.value == pytest.approx(float(operation(np.float64(at))), rel=1e-15)


def test_sums_and_products_of_many_terms():
    """Four terms: as many roundings as terms. A hundred: their square root, ten."""
    a = Bounded(np.array([[3.0, -4.0, 0.0, 1.0]]), "float64", error=1.0)
    assert a.sum().error == 4 + 4 * 8
    assert a.mean().error == pytest.approx((4 + 4 * 8) / 4 + 0)
    np.testing.assert_allclose((a @ np.ones((4, 1))).error, [[4 * 8 + 4]])
    np.testing.assert_allclose((np.ones((1, 1)) @ a).error, np.abs(a.value) + 1)
    assert a.max().error == 1
    assert Bounded(np.ones(100), "float64").sum().error == 10 * 100


def test_products_too_small_for_a_number_may_each_be_flushed():
    """Six products of 1e-36 · 1e-3 in float32 are all below its smallest normal number, 1.2e-38."""
    small = np.full((1, 6), 1e-36, np.float32)
    product = Bounded(small, "float32") @ np.full((6, 1), 1e-3, np.float32)
    assert product.allowed >= 6e-39


def test_a_logarithm_of_what_may_be_zero_has_no_bound():
    tiny = Bounded(1e-8, "float32", error=1.0)
    assert np.log(tiny).error == np.inf
    assert (1 / tiny).error == np.inf


def test_a_sigmoid_far_below_zero_loses_only_what_is_flushed():
    far = functions.sigmoid(Bounded(-1000.0, "float64", error=5.0))
    assert far.value == 0
    assert far.allowed < 1e-300


def test_writing_and_reading_parts():
    a = Bounded(np.ones((2, 3)), "float64", error=4.0)
    a[..., -1] = 1
    np.testing.assert_array_equal(a.error, [[4, 4, 0], [4, 4, 0]])
    b = a
    b += 1.0
    assert b is a
    np.testing.assert_array_equal(a.error[0], [6, 6, 2])
    assert a[0].shape == (3,)
    assert a.T.shape == a.mT.shape == (3, 2)
    assert len(a) == 2
    assert a.reshape(6).ndim == 1
    assert np.size(a) == a.size == 6


def test_what_has_no_rule_is_refused():
    with pytest.raises(TypeError):
        np.arctan(Bounded(1.0, "float64"))
    with pytest.raises(TypeError):
        np.sort(Bounded(1.0, "float64"))


def test_epsilon_term_is_the_difference_of_the_two_logarithms():
    y = np.array([[0.5, 0.5], [1e-4, 1 - 1e-4]])
    t = np.array([[1, 0], [1, 0]])
    scores = np.log(y) + 3.0
    with_epsilon = -(np.log(0.5 + 1e-7) + np.log(1e-4 + 1e-7)) / 2
    without = -(np.log(0.5) + np.log(1e-4)) / 2
    assert epsilon_term(scores, t) == pytest.approx(without - with_epsilon, rel=1e-9)
    assert of_probabilities(y, t) == pytest.approx(without - with_epsilon, rel=1e-9)


def test_epsilon_term_of_a_probability_too_small_for_a_number():
    """log 1e-7 is what the source's loss stops at; Keras' goes on to 2000."""
    term = epsilon_term(np.array([[0.0, 2000.0]]), np.array([[1, 0]]))
    assert term == pytest.approx(2000 + np.log(1e-7), rel=1e-12)


@given(st.floats(1e-3, 10), st.integers(0, 10_000))
def test_a_product_with_inputs_of_a_lower_precision_is_within_its_bound(rate, seed):
    rng = np.random.default_rng(seed)
    x, delta = rng.normal(size=(7, 5)).astype(np.float32), rng.normal(size=(7, 3))
    by_numpy = (rate * x.T) @ delta  # the first product is rounded in float32
    exact = rate * (x.T.astype(np.longdouble) @ delta)
    allowed = (rate * Bounded.given(x, "float64").T @ delta).allowed
    assert (np.abs(by_numpy - exact) <= allowed).all()
    assert not Bounded.given(x, "float32").error.any()
    assert not Bounded.given(delta, "float64").error.any()
