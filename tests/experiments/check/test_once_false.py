"""Programs that were once given a false answer, or none: each kind stays found."""

import json

import pytest

from experiments.check.finding import Assessment
from tests.experiments.check.test_readers_files import two_layers

RIGHT = "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"


def test_a_loss_that_looks_at_one_side_only_is_told(check):
    text = two_layers(output="sigmoid")
    text = text[: text.index("    def gradient")]
    (found,) = (e for e in check(text).explanations if e.subject == "TwoLayerNet")
    assert found.verdict == "convention"
    assert any("nothing pushes the others down to 0" in said for said in found.sentences)


MIXED = """
import numpy as np
def softmax(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
class Net:
    def __init__(self, n, m, k):
        draw = np.random.randn
        self.params = {'W1': draw(n, m), 'b1': np.zeros(m), 'W2': draw(m, m), 'b2': np.zeros(m),
                       'W3': draw(m, k), 'b3': np.zeros(k)}
    def layers(self, x):
        p = self.params
        z1 = np.tanh(x @ p['W1'] + p['b1'])
        z2 = np.maximum(z1 @ p['W2'] + p['b2'], 0)
        return z1, z2, softmax(z2 @ p['W3'] + p['b3'])
    def predict(self, x):
        return self.layers(x)[-1]
    def loss(self, x, t):
        return -np.sum(t * np.log(self.predict(x))) / len(x)
    def gradient(self, x, t):
        p, (z1, z2, y) = self.params, self.layers(x)
        d3 = (y - t) / len(x)
        d2 = d3 @ p['W3'].T * (z2 > 0)
        d1 = d2 @ p['W2'].T * {slope}
        return {'W1': x.T @ d1, 'b1': d1.sum(0), 'W2': z1.T @ d2, 'b2': d2.sum(0),
                'W3': z2.T @ d3, 'b3': d3.sum(0)}
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("slope", "verdict"), [("(1 - z1)", "wrong"), ("(1 - z1 ** 2)", "right")])
def test_layers_of_different_activations_are_held_against_their_own_loss(slope, verdict, check):
    checked = check(MIXED.replace("{slope}", slope))
    (found,) = (e for e in checked.explanations if e.subject == "Net")
    assert found.verdict == verdict
    assert (checked.verdict is Assessment.WRONG) == (verdict == "wrong")
    assert not checked.not_checked


OWN_STEP = """
import numpy as np
from tensorflow import keras
class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = keras.layers.Dense(1, activation='sigmoid')
    def call(self, x):
        return self.last(x)
    {method}
model = Model()
model.compile(optimizer='sgd', loss='mse')
model.fit(np.zeros((4, 2)), np.zeros((4, 1)))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "verdict"),
    [("def train_step(self, data): return {}", "failed"), ("def helper(self): pass", "right")],
)
def test_a_training_that_is_written_anew_is_not_called_right(method, verdict, check):
    checked = check(OWN_STEP.replace("{method}", method))
    (found,) = checked.explanations
    assert found.verdict == verdict
    assert ("train_step" in " ".join(found.sentences)) == (verdict == "failed")


IN_A_DICT = """
import numpy as np
rng = np.random.default_rng(0)
p = {'W1': rng.normal(size=(3, 4)), 'b1': np.zeros(4), 'W2': rng.normal(size=(4, 2)),
     'b2': np.zeros(2)}
x, t = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
for step in range(300):
    z = np.tanh(x @ p['W1'] + p['b1'])
    y = z @ p['W2'] + p['b2']
    d2 = (y - t) / len(x)
    d1 = d2 @ p['W2'].T * (1 - z ** 2)
    g = {'W1': x.T @ d1, 'b1': d1.sum(0), 'W2': z.T @ d2, 'b2': d2.sum(0)}
    for key in KEYS:
        p[key] -= 0.1 * g[key]
"""


@pytest.mark.parametrize("left_out", [(), ("W1", "b1"), ("b1",), ("b1", "b2")])
def test_a_parameter_that_a_dict_holds_and_no_update_reaches_is_named(left_out, check):
    keys = [key for key in ("W1", "b1", "W2", "b2") if key not in left_out]
    (found,) = check(IN_A_DICT.replace("KEYS", repr(keys))).explanations
    assert found.verdict == ("wrong" if left_out else "right")
    for key in left_out:
        assert any(f"`p['{key}']` is never updated" in said for said in found.sentences)


def test_a_notebook_may_be_old_indented_or_named_in_capitals(check):
    code = RIGHT.replace("np.exp(-x)", "np.exp(x)")
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    cells = [{"cell_type": "code", "input": code}]
    for name, notebook in {
        "A.IPYNB": {"cells": [{"cell_type": "code", "source": code}]},
        "b.ipynb": {"cells": [{"cell_type": "code", "source": indented}]},
        "c.ipynb": {"nbformat": 3, "worksheets": [{"cells": cells}]},
    }.items():
        assert check(json.dumps(notebook), name).verdict is Assessment.WRONG, name


def test_of_a_long_line_only_the_beginning_is_shown(check):
    assert len(check(f"x = {'(' * 5000}1\n").error) < 500


FUNCTIONAL = """
import numpy as np
from tensorflow import keras
x = keras.Input((2,))
h = keras.layers.Dense(4, activation='tanh')(x)
y = keras.layers.Dense(1, activation='sigmoid')({last})
model = keras.Model(x, y)
model.compile(optimizer=keras.optimizers.SGD(0.5), loss='mse')
model.fit(np.zeros((4, 2)), np.zeros((4, 1)))
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("last", "said"),
    [("h", "A NumPy twin"), ("keras.layers.Concatenate()([h, x])", "nor a chain of layers")],
)
def test_a_functional_model_is_held_against_numpy_where_it_is_a_chain(last, said, check):
    (found,) = check(FUNCTIONAL.replace("{last}", last)).explanations
    assert found.verdict == "right"
    assert said in " ".join(found.sentences)


COLUMNS = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
def forward_propagation(X, p):
    A1 = np.tanh(p['W1'] @ X + p['b1'])
    A2 = sigmoid(p['W2'] @ A1 + p['b2'])
    return A2, {'A1': A1, 'A2': A2}
def compute_cost(A2, Y):
    return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1])
def backward_propagation(p, cache, X, Y):
    m, A1, A2 = X.shape[1], cache['A1'], cache['A2']
    dZ2 = DELTA
    dZ1 = p['W2'].T @ dZ2 * (1 - A1 ** 2)
    return {'dW1': dZ1 @ X.T / m, 'db1': dZ1.sum(axis=1, keepdims=True) / m,
            'dW2': dZ2 @ A1.T / m, 'db2': dZ2.sum(axis=1, keepdims=True) / m}
def nn_model(X, Y, n_h, n=1000):
    rng = np.random.default_rng(1)
    p = {'W1': rng.normal(size=(n_h, len(X))), 'b1': np.zeros((n_h, 1)),
         'W2': rng.normal(size=(len(Y), n_h)), 'b2': np.zeros((len(Y), 1))}
    for i in range(n):
        A2, cache = forward_propagation(X, p)
        g = backward_propagation(p, cache, X, Y)
        for k in p:
            p[k] = p[k] SIGN 1.2 * g['d' + k]
    return p
rng = np.random.default_rng(0)
X = rng.normal(size=(2, 50))
nn_model(X, (X[:1] * X[1:] > 0) * 1.0, 4)
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("delta", "sign", "faults"),
    [
        ("A2 - Y", "+", {"backward_propagation": (), "nn_model": ("update-uphill",)}),
        ("A2 - Y", "-", {"backward_propagation": (), "nn_model": ()}),
        ("Y - A2", "-", {"backward_propagation": ("delta-sign",), "nn_model": ("delta-sign",)}),
    ],
)
def test_the_wrong_sign_is_found_where_it_is(delta, sign, faults, check):
    found = check(COLUMNS.replace("DELTA", delta).replace("SIGN", sign)).explanations
    told = {one.subject.partition(":")[0]: one.faults for one in found}
    assert {name: told.get(name) for name in faults} == faults


def test_what_only_a_notebook_may_await_takes_no_other_answers_with_it(check):
    source = RIGHT + "import asyncio\nx = await asyncio.sleep(0)\nawait asyncio.sleep(0)\n"
    cells = [{"cell_type": "code", "source": source}]
    checked = check(json.dumps({"cells": cells}), "a.ipynb")
    assert checked.explanations[0].verdict == "right"
    assert not checked.stopped
    assert any("SyntaxError: 'await' outside" in aside for aside in checked.asides)


ANEW = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
T = np.array([[0], [1], [1], [0.0]])

def init(seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, 4)), rng.normal(size=(4, 1))

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

W1, W2 = init(0)
for epoch in range(2000):
    {first}
    h = sigmoid(X @ W1)
    y = sigmoid(h @ W2)
    d2 = (y - T) * y * (1 - y)
    d1 = {error} @ W2.T * h * (1 - h)
    W2 -= 0.5 * h.T @ d2
    W1 -= 0.5 * X.T @ d1
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("first", "error", "faults"),
    [
        ("W1, W2 = init(0)", "d2", ("starts-anew",)),
        ("init(0)", "d2", ()),
        ("pass", "(y - T)", ("hidden-delta-of-error",)),
    ],
)
def test_weights_that_are_made_anew_and_an_error_that_goes_back_without_its_slope(
    check, first, error, faults
):
    (found,) = (
        e for e in check(ANEW.format(first=first, error=error)).explanations if "for" in e.subject
    )
    assert found.faults == faults
    assert str(found.verdict) == ("wrong" if faults else "right")


def test_net_inputs_are_no_targets_of_an_error_that_has_a_sign_only(check):
    """The sign of t − y is that of y − a2 here; rates that rounding tells apart are one rate."""
    text = """
import numpy as np
rng = np.random.default_rng(2)
X = rng.normal(size=(6, 3))
T = np.eye(2)[rng.integers(2, size=6)]
W1, W2 = rng.normal(size=(3, 5)), rng.normal(size=(5, 2))
for epoch in range(500):
    for i in range(6):
        x, t = X[i:i+1], T[i:i+1]
        z1 = 1 / (1 + np.exp(-(x @ W1)))
        a2 = z1 @ W2
        y = 1 / (1 + np.exp(-a2))
        d2 = -np.sign(y - t) * y * (1 - y)
        d1 = d2 @ W2.T * z1 * (1 - z1)
        W1, W2 = W1 - 0.1 * x.T @ d1, W2 - 0.1 * z1.T @ d2
"""
    assert check(text).verdict not in ("right", "convention")
    right = check(text.replace("-np.sign", "np.sign")).explanations[-1]
    assert right.verdict == "right"
