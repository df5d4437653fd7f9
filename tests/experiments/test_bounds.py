"""The derived bounds against float32 and float64 evaluations of the same net, and against bugs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.judge.bounds import UNIT_ROUNDOFF, epsilon_term, running_bounds
from scratch.sigmoid_mlp import SigmoidMLP
from scratch.two_layer_net import TwoLayerNet

U = UNIT_ROUNDOFF["float32"]
ONE_SIDE = 1.3
KINDS = (
    "two-layer net",
    "sigmoid MLP",
    "bias unit",
    "mean squared, biases",
    "binary cross-entropy",
)


def net_and_batch(kind, seed, hidden, samples, scale):
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(12, hidden)) * scale,
        "b1": rng.normal(size=hidden) * scale,
        "W2": rng.normal(size=(hidden, 5)) * scale,
        "b2": rng.normal(size=5) * scale,
    }
    x = rng.normal(size=(samples, 12))
    t = np.eye(5)[rng.integers(5, size=samples)]
    if kind == "two-layer net":
        return TwoLayerNet, params, x, t, ("softmax", "cross_entropy_error")
    weights = {name: params[name] for name in ("W1", "W2")}
    bias_unit = kind == "bias unit"
    if kind == "mean squared, biases":
        names = ("sigmoid", "mean_squared_error")
        return lambda p: SigmoidMLP(p, error=names[1]), params, x, t, names
    if kind == "binary cross-entropy":
        names = ("sigmoid", "binary_cross_entropy_error")
        return lambda p: SigmoidMLP(p, error=names[1]), weights, x, t, names
    return lambda p: SigmoidMLP(p, bias_unit), weights, x, t, ("sigmoid", "half_squared_error")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 10**6),
    hidden=st.sampled_from([2, 9, 50]),
    samples=st.sampled_from([1, 7, 100]),
    scale=st.sampled_from([0.01, 0.5, 3.0]),
)
def test_float32_stays_within_its_bound_of_float64(kind, seed, hidden, samples, scale):
    """The same inputs in both precisions: float64 stands for the exact value.

    One side alone may use 1.3 of the 2 u·E that the two may lie apart; the largest seen over
    50,000 such comparisons is 1.27.
    """
    build, params, x, t, names = net_and_batch(kind, seed, hidden, samples, scale)
    single = {name: values.astype(np.float32) for name, values in params.items()}
    x32 = x.astype(np.float32)
    net32 = build(single)
    net64 = build({name: values.astype(float) for name, values in single.items()})
    x64 = x32.astype(float)
    bounds = running_bounds(single, x32, t, net32.forward(x32), *names)
    for name, exact in net64.forward(x64).items():
        assert np.all(
            np.abs(net32.forward(x32)[name] - exact) <= ONE_SIDE * U * bounds.activations[name]
        )
    assert (
        abs(net32.loss(x32, t.astype(np.float32)) - net64.loss(x64, t))
        <= ONE_SIDE * U * bounds.loss
    )
    for name, exact in net64.gradient(x64, t).items():
        off = np.abs(net32.gradient(x32, t.astype(np.float32))[name] - exact)
        assert np.all(off <= ONE_SIDE * U * bounds.gradient[name])


BUGS = {
    "δ2 not divided by B": lambda p, x, z, t, d2: (7 * d2, None),
    "σ′ left out": lambda p, x, z, t, d2: (d2, d2 @ p["W2"].T),
    "only z1 of σ′": lambda p, x, z, t, d2: (d2, d2 @ p["W2"].T * z["z1"]),
    "σ′ at z1": lambda p, x, z, t, d2: (
        d2,
        d2 @ p["W2"].T * (s := 1 / (1 + np.exp(-z["z1"]))) * (1 - s),
    ),
    "extra y(1 − y)": lambda p, x, z, t, d2: (d2 * z["y"] * (1 - z["y"]), None),
}


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_wrong_gradient_leaves_the_bound(bug, dtype, probe):
    params, x, t = ({n: v.astype(dtype) for n, v in probe[0].items()}, *probe[1:])
    net = TwoLayerNet(params)
    z = net.forward(x.astype(dtype))
    bounds = running_bounds(params, x, t, z, "softmax", "cross_entropy_error")
    right = net.backward(x, z, t)
    d2, d1 = BUGS[bug](params, x, z, t, (z["y"] - t) / len(x))
    if d1 is None:
        d1 = d2 @ params["W2"].T * z["z1"] * (1 - z["z1"])
    off = np.abs(x.T @ d1 - right["W1"])
    assert np.any(off > 100 * UNIT_ROUNDOFF[dtype] * bounds.gradient["W1"])


def test_epsilon_term_is_the_difference_of_the_two_logarithms():
    y = np.array([[0.5, 0.5], [1e-4, 1 - 1e-4]])
    t = np.array([[1, 0], [1, 0]])
    with_epsilon = -(np.log(0.5 + 1e-7) + np.log(1e-4 + 1e-7)) / 2
    without = -(np.log(0.5) + np.log(1e-4)) / 2
    assert epsilon_term(y, t) == pytest.approx(without - with_epsilon, rel=1e-9)
