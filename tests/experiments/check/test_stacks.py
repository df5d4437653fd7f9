"""Nets that keep their layers in a list: each layer against Keras'."""

import pytest

NET = """
import numpy as np

class Conv:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad

    def forward(self, x):
        p = self.pad
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        FN, C, FH, FW = self.W.shape
        s = self.stride
        OH, OW = (self.x.shape[2] - FH) // s + 1, (self.x.shape[3] - FW) // s + 1
        out = np.zeros((len(x), FN, OH, OW))
        for i in range(OH):
            for j in range(OW):
                window = self.x[:, :, i * s:i * s + FH, j * s:j * s + FW]
                out[:, :, i, j] = np.einsum("nchw,fchw->nf", window, self.W) + self.b
        return out

    def backward(self, dout):
        FN, C, FH, FW = self.W.shape
        s, p = self.stride, self.pad
        self.dW, dx = np.zeros_like(self.W), np.zeros_like(self.x)
        self.db = dout.sum(axis=(0, 2, 3))
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                d = dout[:, :, i, j]
                window = self.x[:, :, i * s:i * s + FH, j * s:j * s + FW]
                self.dW += np.tensordot(d.T, window, 1)
                dx[:, :, i * s:i * s + FH, j * s:j * s + FW] += np.tensordot(d, self.W, 1)
        return dx[:, :, p:dx.shape[2] - p, p:dx.shape[3] - p]

class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask

class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return self.x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        return (dout @ self.W.T).reshape(self.shape)

class SmallNet:
    def __init__(self):
        self.params = {
            "W1": 0.1 * np.random.randn(3, 1, 3, 3), "b1": np.zeros(3),
            "W2": 0.1 * np.random.randn(3 * 5 * 5, 4), "b2": np.zeros(4),
        }
        p = self.params
        self.layers = {
            "conv": Conv(p["W1"], p["b1"], 2, 1), "relu": ReLU(), "out": Linear(p["W2"], p["b2"])
        }

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        y = self.predict(x)
        y = y - y.max(axis=1, keepdims=True)
        self.y = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y)) / len(x)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = (self.y - t) / len(x)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        conv, out = self.layers["conv"], self.layers["out"]
        return {"W1": conv.dW, "b1": conv.db, "W2": out.dW, "b2": out.db}
"""


def told_of_the_net(checked):
    (found,) = (one for one in checked.explanations if one.subject == "SmallNet")
    return found


def test_a_net_of_right_layers_is_described_as_keras_would_have_it(check):
    found = told_of_the_net(check(NET))
    assert str(found.verdict) == "right"
    told = " ".join(found.sentences)
    assert "Conv2D(3, (3, 3), strides=2; pad 1), Activation('relu'), Dense(4)" in told


def test_the_layer_that_differs_is_named(check):
    found = told_of_the_net(
        check(NET.replace("self.x @ self.W + self.b", "self.x @ self.W - self.b"))
    )
    assert str(found.verdict) == "wrong"
    assert found.faults == ("layer-differs-from-keras",)
    assert "Its layer `out` gives other numbers" in " ".join(found.sentences)


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("window, self.W) + self.b", "window, self.W[..., ::-1]) + self.b", "Conv"),
        ("np.tensordot(d.T, window, 1)", "2 * np.tensordot(d.T, window, 1)", "Conv"),
        ("return x * self.mask", "return x * self.mask + 1e-9", "ReLU"),
    ],
)
def test_a_net_is_not_blamed_for_a_layer_that_is_known_to_be_wrong(check, old, new, kind):
    assert NET.count(old) == 1
    checked = check(NET.replace(old, new))
    verdicts = {one.subject: str(one.verdict) for one in checked.explanations}
    assert verdicts[kind] in ("wrong", "unknown")
    assert verdicts["SmallNet"] == "failed"
    assert f"its layer `{kind}` is wrong" in " ".join(told_of_the_net(checked).sentences)


@pytest.mark.slow
def test_layers_that_are_right_do_not_make_gradients_right(check):
    found = told_of_the_net(check(NET.replace('"W1": conv.dW', '"W1": 2 * conv.dW')))
    assert (str(found.verdict), found.faults) == ("wrong", ("gradient-not-its-slope",))
