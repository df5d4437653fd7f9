"""Hand-written nets against Keras models: the pairs are of the kinds that people ask about.

What is expected is worked out by hand: half the sum over four samples and one output is
½ · 4 · 1 = 2 times the mean; ½ λ Σ W² with λ = 0.1 is Keras' L2(0.05).
"""

from importlib import import_module

import numpy as np
import pytest

from experiments.check.finding import Assessment
from experiments.compare import compare, compare_files
from experiments.compare.own import read_data
from experiments.words import Problem

LOOP = """\
import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], {dtype})
T = np.array([[0], [1], [1], [0]], {dtype})
W1, b1 = rng.normal(size=(2, 4)).astype({dtype}), np.zeros(4, {dtype})
W2, b2 = rng.normal(size=(4, 1)).astype({dtype}), np.zeros(1, {dtype})
for epoch in range(1000):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    y = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = {times}(y - T) * y * (1 - y)
    d1 = d2 @ W2.T{slope}
    W2 -= {rate} * h.T @ d2
    b2 -= {rate} * d2.sum(axis=0)
    W1 -= {rate} * X.T @ d1
    b1 -= {rate} * d1.sum(axis=0)
"""
RIGHT = {"dtype": "float", "times": "", "slope": " * h * (1 - h)", "rate": "0.5"}

IN_COLUMNS = """\
import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], float)
T = np.array([[0, 1, 1, 0]], float)
V, c = rng.normal(size=(4, 2)), np.zeros((4, 1))
U, d = rng.normal(size=(1, 4)), np.zeros((1, 1))
for epoch in range(1000):
    h = 1 / (1 + np.exp(-(V @ X + c)))
    y = 1 / (1 + np.exp(-(U @ h + d)))
    e2 = (y - T) * y * (1 - y)
    e1 = U.T @ e2 * h * (1 - h)
    U -= 0.5 * e2 @ h.T
    d -= 0.5 * e2.sum(axis=1, keepdims=True)
    V -= 0.5 * e1 @ X.T
    c -= 0.5 * e1.sum(axis=1, keepdims=True)
"""

CLASS = """\
import numpy as np


class Net:
    def __init__(self, inputs, hidden, outputs):
        self.params = {{
            "W1": 0.1 * np.random.randn(inputs, hidden), "b1": np.zeros(hidden),
            "W2": 0.1 * np.random.randn(hidden, outputs), "b2": np.zeros(outputs),
        }}

    def forward(self, x):
        p = self.params
        z = {hidden}
        a = z @ p["W2"] + p["b2"]
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return z, e / e.sum(axis=1, keepdims=True)

    def predict(self, x):
        return self.forward(x)[1]

    def loss(self, x, t):
        squares = sum((self.params[n] ** 2).sum() for n in ("W1", "W2"))
        return -(t * np.log(self.predict(x))).sum() / len(x) + 0.5 * {l2} * squares

    def gradient(self, x, t):
        z, y = self.forward(x)
        p, d = self.params, (y - t) / len(x)
        d1 = d @ p["W2"].T * {slope}
        return {{
            "W1": x.T @ d1 + {l2} * p["W1"], "b1": d1.sum(axis=0),
            "W2": z.T @ d + {l2} * p["W2"], "b2": d.sum(axis=0),
        }}
"""
SIGMOID = "1 / (1 + np.exp(-(x @ p['W1'] + p['b1'])))"
OF_CLASS = {"hidden": SIGMOID, "slope": "z * (1 - z)", "l2": "0.0"}

KERAS = """\
import numpy as np
from tensorflow import keras
X, T = {data}
model = keras.Sequential([
    keras.Input(({inputs},)),
    keras.layers.Dense({hidden}, {activation!r}{more}),
    keras.layers.Dense({outputs}, {output!r}{more}),
])
model.compile({optimizer}, {loss})
model.fit(X, T, epochs=1000{fit})
"""
XOR = {
    "data": "np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])",
    "inputs": 2,
    "hidden": 4,
    "outputs": 1,
    "activation": "sigmoid",
    "output": "sigmoid",
    "loss": "'mse'",
    "optimizer": "keras.optimizers.SGD(0.5)",
    "more": "",
    "fit": "",
}
CLASSES = XOR | {
    "data": "np.random.rand(9, 6), np.eye(3)[np.arange(9) % 3]",
    "inputs": 6,
    "hidden": 5,
    "outputs": 3,
    "output": "softmax",
    "loss": "'categorical_crossentropy'",
}
LABELS = {
    "data": "np.random.rand(9, 6), np.arange(9) % 3",
    "output": None,
    "loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
}

SAME, OTHER = (Assessment.RIGHT, Assessment.CONVENTION), (Assessment.WRONG,)

PAIRS = {
    "half the sum against the mean": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR),
        OTHER,
        ["is 2 times Keras'", "Write `SGD(1.0)`", "The first that differs: `W1` after update 1"],
    ),
    "twice the rate makes up for it": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0)"}),
        SAME,
        ["is 2 times Keras'", "Equal: all parameters after each of the first 3 updates"],
    ),
    "the mean itself": (
        LOOP.format(**RIGHT | {"times": "2 / 4 * "}),
        KERAS.format(**XOR),
        SAME,
        ["all parameters after each of the first 3 updates"],
    ),
    "rows for units": (
        IN_COLUMNS,
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0)"}),
        SAME,
        ["`V` (2×4) as the kernel of layer 1", "are transposed"],
    ),
    "float32 is rounding": (
        LOOP.format(**RIGHT | {"dtype": "np.float32"}),
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0)"}),
        SAME,
        ["all parameters after each of the first 3 updates"],
    ),
    "a missing slope": (
        LOOP.format(**RIGHT | {"slope": ""}),
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0)"}),
        OTHER,
        ["Equal: `W2` after update 1 and `b2` after update 1", "lacks the derivative"],
    ),
    "Adam": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR | {"optimizer": "'adam'"}),
        OTHER,
        ["Keras trains with Adam"],
    ),
    "one sample at a time": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR | {"fit": ", batch_size=1", "optimizer": "keras.optimizers.SGD(1.0)"}),
        OTHER,
        ["Yours takes 4 samples per step, `fit` takes 1"],
    ),
    "a class and its model": (
        CLASS.format(**OF_CLASS),
        KERAS.format(**CLASSES),
        SAME,
        ["Equal: the outputs, the loss, the gradient of W1"],
    ),
    "scores and labels": (
        CLASS.format(**OF_CLASS),
        KERAS.format(**CLASSES | LABELS),
        SAME,
        ["Equal: the loss, the gradient of W1"],
    ),
    "½ λ against λ": (
        CLASS.format(**OF_CLASS | {"l2": "0.1"}),
        KERAS.format(**CLASSES | {"more": ", kernel_regularizer=keras.regularizers.L2(0.1)"}),
        OTHER,
        ["write `keras.regularizers.L2(0.05)`"],
    ),
    "½ λ against half of it": (
        CLASS.format(**OF_CLASS | {"l2": "0.1"}),
        KERAS.format(**CLASSES | {"more": ", kernel_regularizer=keras.regularizers.L2(0.05)"}),
        SAME,
        ["Equal: the outputs, the loss"],
    ),
    "a layer that stays": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0)"}).replace(
            "model.compile", "model.layers[0].trainable = False\nmodel.compile"
        ),
        OTHER,
        ["1 of the Keras model's layers have `trainable=False`"],
    ),
    "classes that weigh more": (
        LOOP.format(**RIGHT),
        KERAS.format(
            **XOR | {"optimizer": "keras.optimizers.SGD(1.0)", "fit": ", class_weight={1: 5.0}"}
        ),
        OTHER,
        ["weights of their own"],
    ),
    "momentum": (
        LOOP.format(**RIGHT),
        KERAS.format(**XOR | {"optimizer": "keras.optimizers.SGD(1.0, momentum=0.9)"}),
        OTHER,
        ["Keras' SGD has `momentum=0.9` besides"],
    ),
    "another hidden layer": (
        CLASS.format(
            **OF_CLASS | {"hidden": "np.tanh(x @ p['W1'] + p['b1'])", "slope": "(1 - z**2)"}
        ),
        KERAS.format(**CLASSES | {"activation": "relu"}),
        OTHER,
        ["yours tanh, Keras' ReLU", "The first that differs: the outputs"],
    ),
}

TRAINED = (
    CLASS.format(**OF_CLASS)
    + """
X, T = np.random.rand(9, 6), np.eye(3)[np.arange(9) % 3]
net = Net(6, 5, 3)
for _ in range(100):
    for name, g in net.gradient(X, T).items():
        net.params[name] -= 0.5 * g
"""
)
FUNCTIONS = """
import numpy as np

def forward(X, p):
    A = np.tanh(p["W1"] @ X + p["b1"])
    Y = 1 / (1 + np.exp(-(p["W2"] @ A + p["b2"])))
    return Y, {"A": A, "Y": Y}

def compute_cost(Y, T):
    return -np.sum(T * np.log(Y) + (1 - T) * np.log(1 - Y)) / T.shape[1]

def backward(p, c, X, T):
    d2 = (c["Y"] - T) / X.shape[1]
    d1 = p["W2"].T @ d2 * (1 - c['A'] ** 2)
    return {"W1": d1 @ X.T, "b1": d1.sum(axis=1, keepdims=True),
            "W2": d2 @ c["A"].T, "b2": d2.sum(axis=1, keepdims=True)}

X, T = np.array([[0, 0, 1, 1], [0, 1, 0, 1.0]]), np.array([[0, 1, 1, 0.0]])
rng = np.random.default_rng(1)
p = {"W1": rng.normal(size=(4, 2)), "b1": np.zeros((4, 1)),
     "W2": rng.normal(size=(1, 4)), "b2": np.zeros((1, 1))}
for epoch in range(1000):
    Y, c = forward(X, p)
    g = backward(p, c, X, T)
    for name in p:
        p[name] = p[name] - 0.5 * g[name]
"""
OF_FUNCTIONS = {"activation": "tanh", "loss": "'binary_crossentropy'"}
ANOTHER_RATE = KERAS.format(**CLASSES | {"optimizer": "keras.optimizers.SGD(0.25)"})
PAIRS |= {
    "a class that is trained": (TRAINED, KERAS.format(**CLASSES), SAME, []),
    "a class that is trained by another rate": (
        TRAINED, ANOTHER_RATE, OTHER, ["Keras' rate must be 0.5, and it is 0.25"],
    ),
    "a class that is trained at another size": (
        TRAINED, KERAS.format(**CLASSES | {"hidden": 4}), OTHER,
        ["what your loop trains is 6–5–3, the Keras model 6–4–3"],
    ),
    "a class that is trained by other batches": (
        TRAINED, KERAS.format(**CLASSES | {"fit": ", batch_size=3"}), OTHER,
        ["Yours takes 9 samples per step, `fit` takes 3"],
    ),
    "a rate for every epoch": (
        TRAINED,
        KERAS.format(
            **CLASSES
            | {"fit": ", callbacks=[keras.callbacks.LearningRateScheduler(lambda e: 0.1)]"}
        ),
        OTHER, ["`fit` is given `LearningRateScheduler`"],
    ),
    "a callback that only looks on": (
        TRAINED,
        KERAS.format(
            **CLASSES | {"fit": ", callbacks=[keras.callbacks.LambdaCallback()]"}
        ),
        SAME, [],
    ),
    "samples that are held out": (
        TRAINED, KERAS.format(**CLASSES | {"fit": ", validation_split=0.25"}), OTHER,
        ["`fit` leaves 0.25 of the samples out"],
    ),
    "a class's sum against the mean": (
        TRAINED.replace("/ len(x)", ""), KERAS.format(**CLASSES), OTHER,
        ["is 9 times Keras'", "Write `SGD(4.5)`"],
    ),
    "a class's sum at a rate that makes up for it": (
        TRAINED.replace("/ len(x)", "").replace("0.5 * g", "0.5 / 9 * g"), KERAS.format(**CLASSES),
        SAME, ["is 9 times Keras'", "The rates make up for the factor"],
    ),
    "a sum that nobody trains": (
        CLASS.format(**OF_CLASS).replace("/ len(x)", ""), KERAS.format(**CLASSES), SAME,
        ["is n times Keras'", "how your file trains this net was not recognised"],
    ),
    "momentum that the loop alone has": (
        TRAINED.replace("net = Net", "v = {n: 0 for n in ('W1', 'b1', 'W2', 'b2')}\nnet = Net")
        .replace("net.params[name] -= 0.5 * g", "v[name] = 0.9 * v[name] - 0.5 * g\n"
                 "        net.params[name] += v[name]"),
        KERAS.format(**CLASSES), SAME, ["their training was not compared"],
    ),
    "Nesterov's way without momentum": (
        TRAINED,
        KERAS.format(**CLASSES | {"optimizer": "keras.optimizers.SGD(0.5, nesterov=True)"}),
        SAME, [],
    ),
    "logits that Keras finds by itself": (
        TRAINED,
        KERAS.format(
            **CLASSES | {"loss": "keras.losses.CategoricalCrossentropy(from_logits=True)"}
        ),
        SAME, [],
    ),
    "the second of two models": (
        TRAINED, KERAS.format(**CLASSES) + KERAS.format(**CLASSES | {"activation": "tanh"}), OTHER,
        ["The file compiles 2 models", "yours sigmoid, Keras' tanh"],
    ),
    "functions whose gradient the loop alone shows": (
        FUNCTIONS, KERAS.format(**XOR | OF_FUNCTIONS), SAME,
        ["all parameters after each of the first 3 updates"],
    ),
    "functions whose gradient is wrong": (
        FUNCTIONS.replace("1 - c['A'] ** 2", "1 - c['A']"), KERAS.format(**XOR | OF_FUNCTIONS),
        OTHER, ["yours is not right", "z1 is not squared"],
    ),
    "a class that is not trained": (
        CLASS.format(**OF_CLASS), ANOTHER_RATE, SAME,
        ["how your file trains this net was not recognised"],
    ),
}  # fmt: skip

NOT_COMPARED = {
    "other sizes": (LOOP.format(**RIGHT), KERAS.format(**XOR | {"hidden": 3}), "compare.widths"),
    "no net": ("x = 1\n", KERAS.format(**XOR), "compare.no net"),
    "no model": (LOOP.format(**RIGHT), "x = 1\n", "compare.no model"),
    "no bias": (
        CLASS.format(**OF_CLASS),
        KERAS.format(**CLASSES | {"more": ", use_bias=False"}),
        "compare.no bias",
    ),
    "smoothed labels": (
        CLASS.format(**OF_CLASS),
        KERAS.format(
            **CLASSES | {"loss": "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)"}
        ),
        "compare.their model",
    ),
}


@pytest.fixture
def files(tmp_path):
    def files(net, keras):
        paths = tmp_path / "net.py", tmp_path / "keras_model.py"
        for path, text in zip(paths, (net, keras), strict=True):
            path.write_text(text)
        return paths

    return files


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_is_told_right(pair, files, processes):
    net, keras, verdicts, told = PAIRS[pair]
    checked = compare_files(*files(net, keras), processes=processes)["en"]
    said = "\n".join(checked.lines())
    assert checked.verdict in verdicts
    for sentence in told:
        assert sentence in said
    assert ("Nothing else is different" in said) == (pair not in ("a missing slope", *EXACT))


EXACT = (
    "a class that is trained",
    "a class that is not trained",
    "a class and its model",
    "scores and labels",
    "½ λ against half of it",
    "momentum that the loop alone has",
    "Nesterov's way without momentum",
    "a callback that only looks on",
    "logits that Keras finds by itself",
    "functions whose gradient the loop alone shows",
    "functions whose gradient is wrong",
)
"""Pairs of one description, of which nothing is different."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", NOT_COMPARED)
def test_what_cannot_be_compared_is_said(kind, files, processes):
    net, keras, key = NOT_COMPARED[kind]
    with pytest.raises(Problem) as caught:
        compare_files(*files(net, keras), processes=processes)
    assert caught.value.key == key


def test_data_may_be_given(tmp_path, rng):
    x, t = rng.normal(size=(8, 6)), rng.integers(3, size=8)
    np.savez(tmp_path / "data.npz", x=x, t=t)
    read = read_data(tmp_path / "data.npz")
    np.testing.assert_array_equal(read[0], x)
    np.testing.assert_array_equal(read[1], t)
    whole = (tmp_path / "data.npz").read_bytes()
    np.save(tmp_path / "one.npy", x)
    for name, content in {"a": b"PK", "b": b"", "c": whole[:200], "d": b"text"}.items():
        (tmp_path / name).write_bytes(content)
    for name in ("a", "b", "c", "d", "one.npy"):
        with pytest.raises(Problem, match="no npz file"):
            read_data(tmp_path / name)


@pytest.mark.slow
def test_objects_of_a_notebook_and_their_dtype(files, rng):
    from keras_ref.runtime import keras

    path, _ = files(CLASS.format(**OF_CLASS), "")
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    layers = [keras.layers.Dense(5, "sigmoid"), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential([keras.Input((6,)), *layers])
    model.compile("sgd", "categorical_crossentropy")
    checked = compare(path, model, rng.normal(size=(9, 6)), rng.integers(3, size=9))
    assert checked.verdict in SAME
    assert keras.config.floatx() == "float32"
    with pytest.raises(Problem, match="6 inputs and 3 outputs"):
        compare(path, model, np.ones((9, 5)), np.ones((9, 3)))
    assert keras.config.floatx() == "float32"
    with pytest.raises(Problem, match="go together"):
        compare(path, model, np.ones((9, 6)))


@pytest.mark.slow
def test_an_object_stands_for_its_class_and_the_model_comes_second(files, monkeypatch):
    from keras_ref.runtime import keras

    path, _ = files(CLASS.format(**OF_CLASS), "")
    monkeypatch.syspath_prepend(path.parent)
    net = import_module(path.stem).Net(6, 5, 3)
    layers = [keras.layers.Dense(5, "sigmoid"), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential([keras.Input((6,)), *layers])
    model.compile("sgd", "categorical_crossentropy")
    assert compare(net, model).verdict in SAME
    with pytest.raises(Problem, match="the net comes first"):
        compare(model, net)
