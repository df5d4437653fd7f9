"""Nets of layers as chapter 6 has them: their mistakes, and loops that train them on images.

Every mistake is put into a right text in one place; that the text is right is tested first.
"""

import pytest

from experiments.check.finding import Assessment

LAYERS = """\
from collections import OrderedDict
import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        return np.where(self.mask, 0, dout)


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-7)) / len(t)

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.t)


class MultiLayerNet:
    def __init__(self, input_size, hidden_size_list, output_size, weight_decay_lambda=0):
        self.decay = weight_decay_lambda
        sizes = [input_size, *hidden_size_list, output_size]
        self.params, self.layers, self.count = {}, OrderedDict(), len(sizes) - 1
        for i in range(1, self.count + 1):
            self.params["W" + str(i)] = 0.1 * np.random.randn(sizes[i - 1], sizes[i])
            self.params["b" + str(i)] = np.zeros(sizes[i])
            layer = Affine(self.params["W" + str(i)], self.params["b" + str(i)])
            self.layers["Affine" + str(i)] = layer
            if i < self.count:
                self.layers["Relu" + str(i)] = Relu()
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        weights = [self.params["W" + str(i)] for i in range(1, self.count + 1)]
        decay = 0.5 * self.decay * sum(np.sum(W ** 2) for W in weights)
        return self.last_layer.forward(self.predict(x), t) + decay

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t.argmax(axis=1))

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last_layer.backward(1)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        grads = {}
        for i in range(1, self.count + 1):
            layer = self.layers["Affine" + str(i)]
            grads["W" + str(i)] = layer.dW + self.decay * layer.W
            grads["b" + str(i)] = layer.db
        return grads

    def numerical_gradient(self, x, t):
        return {}
"""

TRAIN = """
from dataset.mnist import load_mnist
(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label=True)
network = MultiLayerNet(784, [50], 10)
for i in range(1000):
    rows = np.random.choice(60000, 100)
    grads = network.gradient(x_train[rows], t_train[rows])
    for key in grads:
        network.params[key] -= 0.1 * grads[key]
"""

WRONG = {
    "no L2 in the gradient": (" + self.decay * layer.W", "", "l2-in-the-loss-only", ""),
    "half of the L2 term in the loss": ("0.5 * self.decay", "self.decay", "", "slopes of its own"),
    "an accuracy that is not divided": ("np.mean(", "np.sum(", "accuracy-not-divided", "accuracy"),
    "a gradient of another layer": ("grads[\"b\" + str(i)] = layer.db", (
        "grads[\"b\" + str(i)] = 2 * layer.db"
    ), "", "slopes of its own"),
}  # fmt: skip

FAILS = {
    "layers in their first order": ("reversed(list(self.layers.values()))", "self.layers.values()"),
    "no loss before the way back": ("        self.loss(x, t)\n", "        self.predict(x)\n"),
}


def test_a_right_net_is_tried_with_its_l2_term_and_is_no_central_difference(check):
    checked = check(LAYERS)
    net, said = checked.explanations[-1], "\n".join(checked.lines())
    assert (net.subject, net.verdict) == ("MultiLayerNet.gradient", "right")
    assert "5–4–6–3" in said
    assert "λ = 0.1" in said
    assert "central difference" not in said
    assert checked.verdict is Assessment.RIGHT


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("kind", WRONG)
def test_its_mistakes_show(kind, check):
    right, wrong, fault, said = WRONG[kind]
    assert LAYERS.count(right) == 1
    checked = check(LAYERS.replace(right, wrong))
    assert checked.verdict in (Assessment.WRONG, Assessment.UNKNOWN)
    assert not fault or fault in {f for e in checked.explanations for f in e.faults}
    assert said in "\n".join(checked.lines())
    assert "reversed" not in "\n".join(checked.lines())  # which is there already


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("kind", FAILS)
def test_a_way_back_that_fails_is_told_though_differences_are_right(kind, check):
    right, wrong = FAILS[kind]
    assert LAYERS.count(right) == 1
    differences = "        return {}\n"
    own = (
        "        from common.gradient import numerical_gradient\n"
        "        f = lambda _: self.loss(x, t)\n"
        "        return {k: numerical_gradient(f, v) for k, v in self.params.items()}\n"
    )
    checked = check(LAYERS.replace(right, wrong).replace(differences, own))
    assert checked.verdict is Assessment.FAILED
    assert any("Error" in line for line in checked.lines())


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("rebinds", [True, False])
def test_layers_go_on_with_the_arrays_they_were_built_with(rebinds, check):
    text = LAYERS + TRAIN
    if rebinds:
        new = "network.params[key] = network.params[key] - 0.1 * grads[key]"
        text = text.replace("network.params[key] -= 0.1 * grads[key]", new)
    loop = next(e for e in check(text).explanations if e.subject.startswith("for i"))
    assert loop.verdict == ("wrong" if rebinds else "right")
    assert ("arrays they were built with" in " ".join(loop.sentences)) is rebinds


@pytest.mark.slow
def test_a_net_with_sizes_of_its_own_is_tried_with_these(check):
    text = LAYERS.replace("input_size, hidden_size_list, output_size,", (
        "input_size=8, hidden_size_list=(5, 3), output_size=4,"
    ))  # fmt: skip
    said = "\n".join(check(text).lines())
    assert "Tried with 8–5–3–4 units" in said


def test_switches_are_turned_on(check):
    text = LAYERS.replace("weight_decay_lambda=0):", "use_batchnorm=False):").replace(
        "self.decay = weight_decay_lambda", "self.decay, self.wrong = 0, use_batchnorm"
    )
    text = text.replace("= layer.db", "= layer.db * (2 if self.wrong else 1)")
    assert check(text).verdict is Assessment.WRONG


LOOP = """\
import numpy as np
from dataset.mnist import load_mnist
(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True, one_hot_label=True)
W1, b1 = np.random.randn(784, 128) * 0.01, np.zeros(128)
W2, b2 = np.random.randn(128, 10) * 0.01, np.zeros(10)
lr = 0.1
for i in range(1000):
    rows = np.random.choice(60000, 100)
    x, t = x_train[rows], t_train[rows]
    z1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
    e = np.exp(z1 @ W2 + b2)
    y = e / e.sum(axis=1, keepdims=True)
    d2 = (y - t) / 100
    d1 = d2 @ W2.T * z1 * (1 - z1)
    W2 -= lr * z1.T @ d2
    b2 -= lr * d2.sum(axis=0)
    W1 {sign}= lr * x.T @ d1
    b1 -= lr * d1.sum(axis=0)
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("sign", "verdict"), [("-", "right"), ("+", "wrong")])
def test_a_loop_on_images_that_are_held_in_float32(sign, verdict, check):
    """`lr * x.T` is rounded in float32, everything else in float64."""
    (loop,) = check(LOOP.format(sign=sign)).explanations
    assert loop.verdict == verdict
    assert "784–128–10" in loop.sentences[0]
    if verdict == "wrong":
        assert loop.faults == ("update-uphill",)
        assert "W1." in loop.sentences[1]


IN_A_CLASS = """
x_train = np.random.rand(500, 6)
t_train = np.eye(3)[np.random.randint(3, size=500)]
network = MultiLayerNet(6, [5], 3)
losses = []
for i in range(1000):
    rows = np.random.choice(500, 100)
    x_batch, t_batch = x_train[rows], t_train[rows]
    grads = network.gradient(x_batch, t_batch)
    for key in grads:
        network.params[key] -= 0.1 * grads[key]
    losses.append(network.loss(x_batch, t_batch))
"""


def test_a_loss_after_the_update_hides_no_outputs(check):
    loop = next(e for e in check(LAYERS + IN_A_CLASS).explanations if "for i" in e.subject)
    assert loop.verdict == "right"
    assert "6–5–3" in " ".join(loop.sentences)
    assert "central difference" not in " ".join(loop.sentences)


def test_a_loop_over_nothing_is_no_error(check):
    text = "import matplotlib.pyplot as plt\nfor a in plt.subplots(2, 5)[1].flat:\n    a.plot()\n"
    assert check(text).verdict is Assessment.NOTHING
