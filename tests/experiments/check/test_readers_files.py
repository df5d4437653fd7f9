"""Kinds of programs that readers of the book have put before the public, and what is true."""

import json

import pytest

CROSS_ENTROPY = "-np.sum(t * np.log(y + 1e-7)) / y.shape[0]"

TWO_LAYERS = """
import numpy as np
def sigmoid(a): return 1 / (1 + np.exp(-a))
def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {{'{w}1': np.random.randn(input_size, hidden_size), '{b}1': np.zeros({b1}),
                        '{w}2': np.random.randn(hidden_size, output_size),
                        '{b}2': np.zeros(output_size)}}
    def predict(self, x):
        p = self.params
        z = {hidden}
        return {output}(z @ p['{w}2'] + p['{b}2'])
    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y + 1e-7)) / len(x)
    def gradient(self, x, t):
        p = self.params
        a = x @ p['{w}1'] + p['{b}1']
        z = {hidden}
        {before}
        d2 = ({output}(z @ p['{w}2'] + p['{b}2']) - t) / len(x)
        d1 = (d2 @ p['{w}2'].T) {slope}
        {after}
        return {{'{w}1': x.T @ d1, '{b}1': d1.sum(0), '{w}2': z.T @ d2, '{b}2': d2.sum(0)}}
"""


def two_layers(w="W", b="b", output="softmax", slope="* z * (1 - z)", **others):
    hidden = f"sigmoid(x @ p['{w}1'] + p['{b}1'])"
    given = {"hidden": hidden, "b1": "hidden_size", "before": "pass", "after": "pass"} | others
    return TWO_LAYERS.format(w=w, b=b, output=output, slope=slope, **given)


RELU = {"hidden": "np.maximum(x @ p['W1'] + p['b1'], 0)"}

RIGHT = {
    "labels only": """
import numpy as np
def cross_entropy_error(y, t):
    if y.ndim == 1:
        t, y = t.reshape(1, t.size), y.reshape(1, y.size)
    return -np.sum(np.log(y[np.arange(len(y)), t] + 1e-7)) / len(y)
""",
    "mean over samples, no half": """
import numpy as np
def mean_squared_error(y, t):
    return np.sum((y - t) ** 2) / len(y)
""",
    "an optimizer without defaults": """
class Momentum:
    def __init__(self, lr, momentum):
        self.lr, self.momentum, self.v = lr, momentum, None
    def update(self, params, grads):
        if self.v is None:
            self.v = {key: 0 * value for key, value in params.items()}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]
""",
    "names of gates": """
def AND_GATE(x1, x2):
    return int(0.5 * x1 + 0.5 * x2 > 0.7)
""",
    "names of layers": """
class MulNode:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y
    def backward(self, dout):
        return dout * self.y, dout * self.x
""",
    "a pooling with other arguments between": """
import numpy as np
class Pooling:
    def __init__(self, pool_h, pool_w, mode='max', pad=0, stride=1):
        self.h, self.w, self.s = pool_h, pool_w, stride
    def forward(self, x):
        n, c, rows, cols = x.shape
        down, across = (rows - self.h) // self.s + 1, (cols - self.w) // self.s + 1
        out = np.zeros((n, c, down, across))
        for i in range(down):
            for j in range(across):
                i0, j0 = i * self.s, j * self.s
                out[:, :, i, j] = x[:, :, i0:i0 + self.h, j0:j0 + self.w].max(axis=(2, 3))
        return out
""",
    "cupy": "import cupy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n",
    "keys in other cases": two_layers(w="w", b="B"),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.mostly_slow(4)
def test_what_is_right_is_called_right(check, name):
    checked = check(RIGHT[name])
    assert [
        e.verdict for e in checked.explanations if e.verdict not in ("right", "convention")
    ] == []
    assert checked.verdict in ("right", "convention")


WRONG = {
    "relu-slope-missing": two_layers(slope="", **RELU),
    "gradient-changes-weights": two_layers(after="p['W1'] *= 0.99"),
    "only-after-another-batch": two_layers(
        before="self.z = z = getattr(self, 'z', z) if getattr(self, 'z', z).shape == z.shape else z"
    ),
    "loss-branch-of-one-sample": """
import numpy as np
def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = t.reshape(1, y.size)
    return -np.sum(t * np.log(y + 1e-7)) / y.shape[0]
""",
    "momentum-uphill": RIGHT["an optimizer without defaults"].replace("- self.lr", "+ self.lr"),
    "backward-out-of-order": RIGHT["names of layers"].replace("MulNode", "MulLayer")
    + """
apple, tax = MulLayer(), MulLayer()
price = tax.forward(apple.forward(100, 2), 1.1)
dprice = 1
dapple, dtax = tax.backward(dprice)
d, n = apple.backward(dprice)
""",
}


@pytest.mark.parametrize("mistake", WRONG)
@pytest.mark.mostly_slow(3)
def test_what_is_wrong_is_named(check, mistake):
    checked = check(WRONG[mistake])
    assert mistake in [fault for e in checked.explanations for fault in e.faults]
    assert checked.verdict == "wrong"


LAYERED = f"""
import numpy as np
def softmax(a):
    e = np.exp(a - np.max(a))
    return e / np.sum(e)
class Loss:
    def forward(self, x, t):
        self.t, self.y = t, softmax(x)
        y = self.y
        return {CROSS_ENTROPY}
    def backward(self, dout=1):
        return (self.y - self.t) / self.t.shape[0]
class DeepNet:
    def __init__(self, input_size, hidden_sizes, output_size):
        sizes = [input_size, *hidden_sizes, output_size]
        self.params = {{}}
        for i in range(1, len(sizes)):
            self.params[f'W{{i}}'] = np.random.randn(sizes[i - 1], sizes[i])
            self.params[f'b{{i}}'] = np.zeros(sizes[i])
        self.last, self.n = Loss(), len(sizes) - 1
    def predict(self, x):
        self.z = [x]
        for i in range(1, self.n + 1):
            a = self.z[-1] @ self.params[f'W{{i}}'] + self.params[f'b{{i}}']
            self.z.append(a if i == self.n else np.tanh(a))
        return self.z[-1]
    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)
    def gradient(self, x, t):
        self.loss(x, t)
        d, grads = self.last.backward(), {{}}
        for i in range(self.n, 0, -1):
            grads[f'W{{i}}'], grads[f'b{{i}}'] = self.z[i - 1].T @ d, d.sum(0)
            d = (d @ self.params[f'W{{i}}'].T) * (1 - self.z[i - 1] ** 2)
        return grads
"""


def test_a_helpers_mistake_is_not_put_on_the_net(check):
    by_name = {e.subject: e for e in check(LAYERED).explanations}
    assert by_name["softmax"].verdict == "wrong"
    assert by_name["DeepNet"].verdict == "right"


def test_a_vector_is_no_batch(check):
    text = """
import numpy as np
def softmax(a): return np.exp(a - a.max()) / np.exp(a - a.max()).sum()
class simpleNet:
    def __init__(self): self.W = np.random.randn(2, 3)
    def predict(self, x): return x @ self.W
    def loss(self, x, t): return -np.sum(t * np.log(softmax(self.predict(x)) + 1e-7))
print(simpleNet().loss(np.array([0.6, 0.9]), np.array([0, 0, 1])))
"""
    (softmax,) = [e for e in check(text).explanations if e.subject == "softmax"]
    assert softmax.verdict == "one sample"


@pytest.mark.parametrize("size", ["output_size", "input_size"])
def test_a_bias_of_another_size_is_not_called_right(check, size):
    checked = check(two_layers(b1=size))
    assert checked.verdict == "failed"
    assert "b1" in "".join(checked.lines())


def test_a_way_forth_that_is_none_of_those_known_is_not_called_right(check):
    text = """
import numpy as np
def sigmoid(a): return 1 / (1 + np.exp(-a))
def forward(network, x):
    z = sigmoid(x @ network['W1'] + network['b1'])
    return network['b2']
"""
    assert check(text).verdict == "failed"


SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
CELLS = {
    "a timed cell": ["%%time\nimport numpy as np\n" + SIGMOID],
    "what a command gives": ["files = !ls\nimport numpy as np", SIGMOID],
    "a % of Python": ["import numpy as np\nw = (7\n%2)", SIGMOID],
    "a cell of another language": ["%%html\n<b>1</b>\n  <i>2</i>", "import numpy as np", SIGMOID],
    "a line of the notebook": [
        "%matplotlib inline\nimport numpy as np",
        "if True:\n    !ls",
        SIGMOID,
    ],
}


@pytest.mark.parametrize("kind", CELLS)
def test_what_a_notebook_has_beside_python(check, kind):
    cells = [{"cell_type": "code", "source": cell} for cell in CELLS[kind]]
    checked = check(json.dumps({"cells": cells}), "student.ipynb")
    assert [(e.subject, e.verdict) for e in checked.explanations] == [("sigmoid", "right")]


def test_a_net_may_be_handed_its_parameters(check):
    text = two_layers()
    begin, end = text.index("    def __init__"), text.index("    def predict")
    handed = "    def __init__(self, params):\n        self.params = params\n"
    by_name = {e.subject: e for e in check(text[:begin] + handed + text[end:]).explanations}
    assert by_name["TwoLayerNet"].verdict == "right"
