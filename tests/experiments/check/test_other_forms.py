"""Loops in the forms that courses and blogs have: what they train, and whether rightly."""

import numpy as np
import pytest

from keras_ref.runtime import keras

SIGMOID = "def squash(v): return 1 / (1 + np.exp(-v))\n"
HEAD = "import numpy as np\nrng = np.random.default_rng(8)\n" + SIGMOID

ADALINE = """
class Adaline:
    def fit(self, X, y):
        self.w_ = np.random.default_rng(1).normal(scale=0.01, size=1 + X.shape[1])
        for _ in range(30):
            error = y - self.output(X)
            self.w_[1:] += 0.02 * X.T.dot(error)
            self.w_[0] += 0.02 * error.sum()
        return self
    def output(self, X): return X @ self.w_[1:] + self.w_[0]
Adaline().fit(rng.normal(size=(12, 2)), rng.choice([-1, 1], 12))
"""
"""The bias is the first of the weights."""

WITH_ONES = """
def ones(a): return np.hstack([a, np.ones((len(a), 1))])
X = ones(rng.normal(size=(9, 3)))
T = (X[:, :1] > 0) * 1.0
V, W = rng.normal(size=(4, 5)), rng.normal(size=(6, 1))
for step in range(100):
    z = squash(X @ V)
    y = squash(ones(z) @ W)
    d = (y - T) * y * (1 - y)
    back = (d @ W.T)[:, :-1]
    W = W - 0.5 * ones(z).T @ d
    V = V - 0.5 * X.T @ (back * z * (1 - z))
"""
"""A column of ones before every layer."""

THRESHOLDS = """
w, theta = rng.normal(size=(3, 2)), rng.normal(size=3)
u, phi = rng.normal(size=(1, 3)), rng.normal(size=1)
for epoch in range(100):
    for x, t in zip(np.array([[0., 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.], [1], [1], [0]])):
        z = squash(w @ x - theta)
        y = squash(u @ z - phi)
        d = (t - y) * y * (1 - y)
        e = (u.T @ d) * z * (1 - z)
        u += 0.4 * np.outer(d, z)
        phi -= 0.4 * d
        w += 0.4 * np.outer(e, x)
        theta -= 0.4 * e
"""
"""Thresholds are taken off."""

PERCEPTRON = """
class Unit:
    def __init__(self): self.w, self.b = np.array([0.3, -0.2]), 0.4
    def fire(self, x): return 1 if x @ self.w + self.b > 0 else 0
    def learn(self, X, T):
        for _ in range(20):
            for x, t in zip(X, T):
                miss = t - self.fire(x)
                self.w = self.w + 0.1 * miss * x
                self.b = self.b + 0.1 * miss
Unit().learn(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([1, 1, 1, 0]))
"""
"""The perceptron rule."""

FROM_WHOLE_NUMBERS = """
x, y = np.array([1.0, 2, 3, 4]), np.array([3.1, 4.9, 7.2, 9.1])
slope = start = 0
for i in range(500):
    miss = y - (slope * x + start)
    slope = slope + 0.01 * 2 * (miss * x).mean()
    start = start + 0.01 * 2 * miss.mean()
"""
"""A line whose parameters start as the number 0."""

SUMMED_UP = """
class Net:
    def __init__(self, sizes):
        self.biases = [rng.normal(size=(n, 1)) for n in sizes[1:]]
        self.weights = [rng.normal(size=(n, m)) for m, n in zip(sizes, sizes[1:])]
    def learn(self, data, epochs, size, rate):
        for _ in range(epochs):
            np.random.shuffle(data)
            for batch in [data[k:k + size] for k in range(0, len(data), size)]:
                self.step(batch, rate)
    def step(self, batch, rate):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for x, t in batch:
            for n, (db, dw) in enumerate(zip(*self.back(x, t))):
                sum_b[n], sum_w[n] = sum_b[n] + db, sum_w[n] + dw
        self.weights = [w - rate / len(batch) * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - rate / len(batch) * s for b, s in zip(self.biases, sum_b)]
    def back(self, x, t):
        z = [x]
        for b, w in zip(self.biases, self.weights):
            z.append(squash(w @ z[-1] + b))
        d = (z[-1] - t) * z[-1] * (1 - z[-1])
        db, dw = [d], [d @ z[-2].T]
        for n in range(2, len(z)):
            d = (self.weights[-n + 1].T @ d) * z[-n] * (1 - z[-n])
            db.insert(0, d)
            dw.insert(0, d @ z[-n - 1].T)
        return db, dw
pairs = [(rng.normal(size=(4, 1)), np.eye(2)[:, [rng.integers(2)]]) for _ in range(30)]
Net([4, 5, 3, 2]).learn(pairs, 3, 6, 1.5)
"""
"""Samples in columns, one after the other; their gradients are summed up over a batch."""

DRAWN_ANEW = """
class Net:
    def __init__(self): self.wih, self.who = rng.normal(size=(5, 4)), rng.normal(size=(3, 5))
    def train(self, x, t):
        x, t = np.array(x, ndmin=2).T, np.array(t, ndmin=2).T
        z = squash(self.wih @ x)
        y = squash(self.who @ z)
        miss = (t - y) * y * (1 - y)
        back = self.who.T @ miss
        self.who += 0.2 * miss @ z.T
        self.wih += 0.2 * (back * z * (1 - z)) @ x.T
net = Net()
shapes = rng.random((3, 4))
for _ in range(40):
    kind = rng.integers(3)
    wanted = np.zeros(3) + 0.01
    wanted[kind] = 0.99
    net.train(shapes[kind] + 0.1 * rng.normal(size=4), wanted)
"""
"""Every sample is made in its turn."""

LEAKY = """
X = rng.normal(size=(10, 3))
T = (X[:, :1] > 0) * 1.0
W1, b1, W2, b2 = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)
for _ in range(50):
    a = X @ W1 + b1
    z = np.where(a > 0, a, 0.1 * a)
    y = squash(z @ W2 + b2)
    d = (y - T) / len(X)
    e = d @ W2.T * np.where(a > 0, 1, 0.1)
    W2 -= 0.3 * z.T @ d
    b2 -= 0.3 * d.sum(axis=0)
    W1 -= 0.3 * X.T @ e
    b1 -= 0.3 * e.sum(axis=0)
"""

RIGHT = {
    "adaline": (ADALINE, ("2–1 units", "half the squared error", "rate 0.02")),
    "ones": (WITH_ONES, ("4–5–1 units", "half the squared error", "rate 0.5", "a column of ones")),
    "thresholds": (THRESHOLDS, ("2–3–1 units", "half the squared error", "rate 0.4")),
    "perceptron": (PERCEPTRON, ("2–1 units", "step (1 above 0)", "rate 0.1")),
    "whole numbers": (FROM_WHOLE_NUMBERS, ("1–1 units", "squared error, mean", "rate 0.01")),
    "summed up": (SUMMED_UP, ("4–5–3–2 units", "half the squared error, mean", "rate 1.5")),
    "drawn anew": (DRAWN_ANEW, ("4–5–3 units", "half the squared error", "rate 0.2")),
    "leaky": (LEAKY,
              ("leaky ReLU, slope 0.1", "binary cross-entropy, mean", "rate 0.3")),
}  # fmt: skip


@pytest.mark.mostly_slow(4)
@pytest.mark.parametrize("form", RIGHT)
def test_a_right_loop_is_right_and_described(form, check):
    text, traits = RIGHT[form]
    checked = check(HEAD + text)
    assert checked.verdict == "right"
    (found,) = (e for e in checked.explanations if "It trains" in e.sentences[0])
    for trait in traits:
        assert trait in found.sentences[0]


L2_IN_THE_LOSS = """
X = rng.normal(size=(10, 3))
T = (X[:, 0] > 0) * 1.0
w, b = np.zeros(3) + 0.1, 0.1
for _ in range(50):
    y = squash(X @ w + b)
    loss = -(T * np.log(y) + (1 - T) * np.log(1 - y)).mean() + 0.5 * 0.3 * (w ** 2).sum()
    w = w - 0.2 * X.T @ (y - T) / 10
    b = b - 0.2 * (y - T).mean()
"""

WRONG = {
    "idle bias": (
        FROM_WHOLE_NUMBERS.replace("    start = start", "    begin = start").replace(
            "slope = start = 0", "slope = bias = 0"
        ).replace("+ start)", "+ bias)").replace("begin = start", "begin = bias"),
        "b2-never-updated",
    ),
    "l2": (L2_IN_THE_LOSS, "l2-in-the-loss-only"),
    "leak": (
        LEAKY.replace(
            "np.where(a > 0, 1, 0.1)", "(a > 0)"
        ),
        "hidden-slope-of-relu",
    ),
    "another loss": (
        L2_IN_THE_LOSS.replace(" + 0.5 * 0.3 * (w ** 2).sum()", "").replace(
            "(y - T)", "((y - T) * y * (1 - y))"
        ),
        "cross-entropy-delta-with-slope",
    ),
    "ones": (WITH_ONES.replace("z * (1 - z)", "1"), "hidden-slope-missing"),
}  # fmt: skip


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("form", WRONG)
def test_what_is_wrong_in_it_is_named(form, check):
    text, fault = WRONG[form]
    checked = check(HEAD + text)
    assert checked.verdict == "wrong"
    assert fault in {name for e in checked.explanations for name in e.faults}


@pytest.mark.slow
def test_momentum_that_gathers_the_weights_is_not_called_right(check):
    text = LEAKY.replace("for _ in", "v = np.zeros((4, 1))\nfor _ in").replace(
        "    W2 -= 0.3 * z.T @ d", "    v = 0.9 * v - 0.3 * W2\n    W2 += v"
    )
    assert text.count("v = 0.9 * v") == 1
    assert check(HEAD + text).verdict not in ("right", "convention")


def test_the_twin_of_a_perceptron_learns_by_the_perceptron_rule():
    """Frank Rosenblatt's rule by hand: w += (t − y) x for the one sample that is missed."""
    from keras_ref.dense_net import DenseNet
    from keras_ref.gradients import loss_and_gradient

    keras.backend.set_floatx("float64")
    params = {"W1": np.array([[0.3], [-0.2]]), "b1": np.array([0.4])}
    net = DenseNet(params, "identity", "step", "perceptron criterion", "sum")
    x, t = np.array([[0.0, 0], [1, 1]]), np.array([[1.0], [0]])
    _, gradient = loss_and_gradient(net, x, t)
    np.testing.assert_allclose(gradient["W1"], [[1.0], [1.0]])
    np.testing.assert_allclose(gradient["b1"], [1.0])


OF_ONE_SAMPLE = """
def softmax(a): return np.exp(a - np.max(a)) / np.sum(np.exp(a - np.max(a)))
X = rng.normal(size=(6, 3))
T = np.eye(2)[[0, 1, 0, 1, 1, 0]]
W = rng.normal(size=(3, 2))
def predict(a, W): return {outputs}
for _ in range(40):
    y = predict(X, W)
    W = W - 0.1 * X.T @ (y - T) / 6
"""


@pytest.mark.parametrize(
    ("outputs", "verdict"),
    [("np.array([softmax(row @ W) for row in a])", "one sample"), ("softmax(a @ W)", "wrong")],
)
def test_a_softmax_of_one_sample_is_wrong_where_a_loop_hands_it_a_batch(outputs, verdict, check):
    checked = check(HEAD + OF_ONE_SAMPLE.format(outputs=outputs))
    (found,) = (e for e in checked.explanations if e.subject == "softmax")
    assert found.verdict == verdict


def test_logarithms_of_the_data_do_not_make_a_cross_entropy(check):
    text = L2_IN_THE_LOSS.replace("X = rng", "X = np.log(1 + rng.random((10, 3))) + 0 * rng")
    lines = [line for line in text.split("\n") if "loss =" not in line]
    squared = "\n".join(lines).replace("(y - T)", "((y - T) * y * (1 - y))")
    (found,) = (e for e in check(HEAD + squared).explanations if "It trains" in e.sentences[0])
    assert found.verdict == "right"
    assert "squared error" in found.sentences[0]


def test_a_perceptron_that_is_right_at_first_is_watched_until_it_learns(check):
    text = PERCEPTRON.replace("np.array([1, 1, 1, 0])", "np.array([1, 1, 1, 1, 1, 0])").replace(
        "[0, 1], [1, 0], [1, 1]]", "[0, 1], [1, 0], [0, 0], [0, 1], [1, 1]]"
    ).replace("np.array([0.3, -0.2]), 0.4", "np.array([0.1, 0.1]), 0.4")  # fmt: skip
    checked = check(HEAD + text)
    assert checked.verdict == "right"
    assert any("step (1 above 0)" in e.sentences[0] for e in checked.explanations if e.sentences)
