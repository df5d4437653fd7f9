"""The forms in which students write a net down, and the text of a program in each of them."""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Parts = Mapping[str, str]

HEAD = "import numpy as np\n\n"

FORTH = """\
a1 = {a1}
z1 = {z1}
a2 = {a2}
e = np.exp(a2 - a2.max(axis=1, keepdims=True))
y = {y}
"""

BACK = """\
d2 = {d2}
d1 = ({back}) * ({slope})
"""


@dataclass(frozen=True)
class Form:
    """A way to write a net down.

    Attributes:
        write: gives the program of a net's parts.
        has_loss: whether the loss is computed in it.
        has_biases: whether its layers have biases.
        is_loop: whether it trains, and shows its updates only.
        is_one_by_one: whether it takes one sample at a time.
    """

    write: Callable[[Parts], str]
    has_loss: bool = True
    has_biases: bool = True
    is_loop: bool = False
    is_one_by_one: bool = False


def _class(parts: Parts) -> str:
    """As the book's TwoLayerNet: a dict of parameters and a dict of gradients."""
    return _in_class(
        parts,
        "    def predict(self, x):\n        return self.forward(x)[2]\n\n"
        "    def loss(self, x, t):\n        W1, W2 = self.params['W1'], self.params['W2']\n"
        f"        y = self.predict(x)\n        return {parts['loss']}{parts['penalty']}\n\n"
        "    def gradient(self, x, t):\n"
        "        W1, b1, W2, b2 = self.params.values()\n        a1, z1, y = self.forward(x)\n"
        f"{_indented(BACK, parts)}"
        f"        return {{'W1': {parts['gW1']}, 'b1': {parts['gb1']},\n"
        f"                'W2': {parts['gW2']}, 'b2': {parts['gb2']}}}\n",
    )


def _in_class(parts: Parts, methods: str) -> str:
    return (
        f"{HEAD}class Net:\n    def __init__(self, inputs, hidden, outputs):\n"
        "        self.params = {'W1': 0.1 * np.random.randn(inputs, hidden),\n"
        "                       'b1': np.zeros(hidden),\n"
        "                       'W2': 0.1 * np.random.randn(hidden, outputs),\n"
        "                       'b2': np.zeros(outputs)}\n\n"
        "    def forward(self, x):\n        W1, b1, W2, b2 = self.params.values()\n"
        f"{_indented(FORTH, parts)}        return a1, z1, y\n\n{methods}"
    )


def _kept(parts: Parts) -> str:
    """A way forth and a way back, which keeps its gradients as attributes."""
    return (
        f"{HEAD}class NeuralNetwork:\n"
        "    def __init__(self, input_size, hidden_size, output_size):\n"
        "        self.W1 = 0.1 * np.random.randn(input_size, hidden_size)\n"
        "        self.b1 = np.zeros(hidden_size)\n"
        "        self.W2 = 0.1 * np.random.randn(hidden_size, output_size)\n"
        "        self.b2 = np.zeros(output_size)\n\n"
        "    def forward(self, x):\n        W1, b1, W2, b2 = self.W1, self.b1, self.W2, self.b2\n"
        f"{_indented(FORTH, parts)}        self.x, self.a1, self.z1, self.y = x, a1, z1, y\n"
        "        return y\n\n"
        "    def loss(self, x, t):\n        y = self.forward(x)\n"
        f"        return {parts['loss']}\n\n"
        "    def backward(self, t):\n        W1, b1, W2, b2 = self.W1, self.b1, self.W2, self.b2\n"
        "        x, a1, z1, y = self.x, self.a1, self.z1, self.y\n"
        f"{_indented(BACK, parts)}"
        f"        self.dW1, self.db1 = {parts['gW1']}, {parts['gb1']}\n"
        f"        self.dW2, self.db2 = {parts['gW2']}, {parts['gb2']}\n"
    )


def _functions(parts: Parts) -> str:
    """Functions that are handed a dict of parameters."""
    return (
        f"{HEAD}def forward(x, params):\n    W1, b1, W2, b2 = params.values()\n"
        f"{_indented(FORTH, parts, 1)}    return a1, z1, y\n\n"
        "def predict(x, params):\n    return forward(x, params)[2]\n\n"
        f"def loss(x, t, params):\n    y = predict(x, params)\n    return {parts['loss']}\n\n"
        "def gradient(x, t, params):\n    W1, b1, W2, b2 = params.values()\n"
        f"    a1, z1, y = forward(x, params)\n{_indented(BACK, parts, 1)}"
        f"    return {{'W1': {parts['gW1']}, 'b1': {parts['gb1']},\n"
        f"            'W2': {parts['gW2']}, 'b2': {parts['gb2']}}}\n"
    )


def _course(parts: Parts) -> str:
    """Functions over samples in columns, with a cache."""
    return (
        f"{HEAD}def forward_propagation(X, parameters):\n"
        "    W1, b1 = parameters['W1'].T, parameters['b1'].T\n"
        "    W2, b2 = parameters['W2'].T, parameters['b2'].T\n    x = X.T\n"
        f"{_indented(FORTH, parts, 1)}    cache = {{'A1': a1.T, 'Z1': z1.T, 'Y': y.T}}\n"
        "    return y.T, cache\n\n"
        "def compute_cost(AL, Y):\n    y, t = AL.T, Y.T\n    x = t\n"
        f"    return {parts['loss']}\n\n"
        "def backward_propagation(parameters, cache, X, Y):\n    x, t = X.T, Y.T\n"
        "    b1, b2 = parameters['b1'].T, parameters['b2'].T\n"
        "    W1, W2 = parameters['W1'].T, parameters['W2'].T\n"
        "    a1, z1, y = cache['A1'].T, cache['Z1'].T, cache['Y'].T\n"
        f"{_indented(BACK, parts, 1)}"
        f"    return {{'dW1': ({parts['gW1']}).T, 'db1': ({parts['gb1']}).reshape(-1, 1),\n"
        f"            'dW2': ({parts['gW2']}).T, 'db2': ({parts['gb2']}).reshape(-1, 1)}}\n"
    )


def _script(parts: Parts) -> str:
    """A program without any function: data, weights, a loop."""
    return (
        f"{HEAD}rng = np.random.default_rng(1)\nx = rng.normal(size=(8, 3))\n"
        "t = np.eye(2)[rng.integers(2, size=8)]\n"
        "W1, b1 = rng.normal(size=(3, 4)), rng.normal(size=4)\n"
        "W2, b2 = rng.normal(size=(4, 2)), rng.normal(size=2)\n\n"
        f"for epoch in range(1000):\n{_indented(FORTH, parts, 1)}{_indented(BACK, parts, 1)}"
        f"    gW1, gb1, gW2, gb2 = {parts['gW1']}, {parts['gb1']}, {parts['gW2']}, {parts['gb2']}\n"
        "    W1 -= 0.05 * gW1\n    b1 -= 0.05 * gb1\n    W2 -= 0.05 * gW2\n    b2 -= 0.05 * gb2\n"
        "print(y)\n"
    )


def _one_by_one(parts: Parts) -> str:
    """A script without biases that learns from one sample at a time."""
    parts = {**parts, "a1": "x @ W1", "a2": "z1 @ W2"}
    return (
        f"{HEAD}rng = np.random.default_rng(2)\nX = rng.normal(size=(6, 3))\n"
        "T = np.eye(2)[rng.integers(2, size=6)]\n"
        "W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))\n\n"
        "for epoch in range(500):\n    for i in range(6):\n        x, t = X[i:i+1], T[i:i+1]\n"
        f"{_indented(FORTH, parts)}{_indented(BACK, parts)}"
        f"        gW1, gW2 = {parts['gW1']}, {parts['gW2']}\n"
        "        W1 = W1 - 0.1 * gW1\n        W2 = W2 - 0.1 * gW2\n"
    )


def _pairs(parts: Parts) -> str:
    """A script that goes through pairs of a sample and its target, drawn anew in every epoch."""
    return (
        f"{HEAD}rng = np.random.default_rng(5)\n"
        "data = [(rng.normal(size=3), np.eye(2)[label]) for label in rng.integers(2, size=7)]\n"
        "W1, b1 = rng.normal(size=(3, 4)), rng.normal(size=4)\n"
        "W2, b2 = rng.normal(size=(4, 2)), rng.normal(size=2)\n\n"
        "for epoch in range(300):\n    rng.shuffle(data)\n    for sample, target in data:\n"
        "        x, t = sample.reshape(1, -1), target.reshape(1, -1)\n"
        f"{_indented(FORTH, parts)}{_indented(BACK, parts)}"
        f"        gW1, gb1, gW2, gb2 = {parts['gW1']}, {parts['gb1']}, {parts['gW2']}, "
        f"{parts['gb2']}\n"
        "        W1 = W1 - 0.1 * gW1\n        b1 = b1 - 0.1 * gb1\n"
        "        W2 = W2 - 0.1 * gW2\n        b2 = b2 - 0.1 * gb2\n"
    )


def _batches(parts: Parts) -> str:
    """A script that hands batches of shuffled rows to a function, which updates a dict of weights.

    The targets are whole numbers.
    """
    return (
        f"{HEAD}rng = np.random.default_rng(6)\nX = rng.normal(size=(20, 3))\n"
        "labels = rng.integers(3, size=20)\n"
        "net = {'w_in': rng.normal(size=(3, 4)), 'b_in': rng.normal(size=4),\n"
        "       'w_out': rng.normal(size=(4, 3)), 'b_out': rng.normal(size=3)}\nlr = 0.05\n\n"
        "def step(x, classes):\n    t = np.eye(3)[classes]\n"
        "    W1, b1, W2, b2 = net.values()\n"
        f"{_indented(FORTH, parts, 1)}{_indented(BACK, parts, 1)}"
        f"    gW1, gb1, gW2, gb2 = {parts['gW1']}, {parts['gb1']}, {parts['gW2']}, "
        f"{parts['gb2']}\n"
        "    for key, grad in zip(net, (gW1, gb1, gW2, gb2)):\n"
        "        net[key] = net[key] - lr * grad\n\n"
        "for epoch in range(100):\n    order = rng.permutation(20)\n"
        "    for start in range(0, 20, 5):\n        rows = order[start:start + 5]\n"
        "        step(X[rows], labels[rows])\n"
    )


def _method(parts: Parts) -> str:
    """A class that trains itself, which its program does not call."""
    return (
        f"{HEAD}class MLP:\n    def __init__(self, n_in, n_hidden, n_out, lr=0.1):\n"
        "        self.w1 = np.random.randn(n_in, n_hidden)\n"
        "        self.bias1 = np.random.randn(n_hidden)\n"
        "        self.w2 = np.random.randn(n_hidden, n_out)\n"
        "        self.bias2 = np.random.randn(n_out)\n        self.lr = lr\n\n"
        "    def train(self, x, t):\n"
        "        W1, b1, W2, b2 = self.w1, self.bias1, self.w2, self.bias2\n"
        f"{_indented(FORTH, parts)}{_indented(BACK, parts)}"
        f"        gW1, gb1 = {parts['gW1']}, {parts['gb1']}\n"
        f"        gW2, gb2 = {parts['gW2']}, {parts['gb2']}\n"
        "        self.w1 -= self.lr * gW1\n        self.bias1 -= self.lr * gb1\n"
        "        self.w2 -= self.lr * gW2\n        self.bias2 -= self.lr * gb2\n"
    )


def _training_function(parts: Parts) -> str:
    """A function that trains weights of its own and returns them."""
    return (
        f"{HEAD}def fit(x, t, epochs=1000, lr=0.1):\n    rng = np.random.default_rng(3)\n"
        "    W1, b1 = rng.normal(size=(x.shape[1], 4)), rng.normal(size=4)\n"
        "    W2, b2 = rng.normal(size=(4, t.shape[1])), rng.normal(size=t.shape[1])\n"
        f"    for epoch in range(epochs):\n{_indented(FORTH, parts)}{_indented(BACK, parts)}"
        f"        gW1, gb1 = {parts['gW1']}, {parts['gb1']}\n"
        f"        gW2, gb2 = {parts['gW2']}, {parts['gb2']}\n"
        "        W1 = W1 - lr * gW1\n        b1 = b1 - lr * gb1\n"
        "        W2 = W2 - lr * gW2\n        b2 = b2 - lr * gb2\n    return W1, b1, W2, b2\n\n"
        "data = np.random.default_rng(4)\n"
        "fit(data.normal(size=(9, 3)), np.eye(2)[data.integers(2, size=9)])\n"
    )


FORMS = {
    "class": Form(_class),
    "gradients kept": Form(_kept),
    "functions": Form(_functions),
    "columns": Form(_course),
    "script": Form(_script, has_loss=False, is_loop=True),
    "one by one": Form(
        _one_by_one, has_loss=False, has_biases=False, is_loop=True, is_one_by_one=True
    ),
    "pairs": Form(_pairs, has_loss=False, is_loop=True, is_one_by_one=True),
    "batches": Form(_batches, has_loss=False, is_loop=True),
    "method": Form(_method, has_loss=False, is_loop=True),
    "training function": Form(_training_function, has_loss=False, is_loop=True),
}
"""By what they are called."""


def _indented(text: str, parts: Parts, levels: int = 2) -> str:
    return textwrap.indent(text.format(**parts), "    " * levels)
