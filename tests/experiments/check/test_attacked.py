"""What somebody who knew the README only has found to be told wrongly."""

import pytest

OPTIMIZERS = {
    "counts every parameter": (
        "Adam",
        "adam-optimizer-counts-parameters",
        """
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.iter, self.m = lr, beta1, beta2, 0, None
    def update(self, params, grads):
        if self.m is None:
            self.m = {k: np.zeros_like(v) for k, v in params.items()}
            self.v = {k: np.zeros_like(v) for k, v in params.items()}
        for k in params:
            self.iter += 1
            rate = self.lr * np.sqrt(1 - self.beta2**self.iter) / (1 - self.beta1**self.iter)
            self.m[k] += (1 - self.beta1) * (grads[k] - self.m[k])
            self.v[k] += (1 - self.beta2) * (grads[k]**2 - self.v[k])
            params[k] -= rate * self.m[k] / (np.sqrt(self.v[k]) + 1e-7)
""",
    ),
    "shares its memory": (
        "Momentum",
        "momentum-optimizer-memory-shared",
        """
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0
    def update(self, params, grads):
        for k in params:
            self.v = self.momentum * self.v - self.lr * grads[k]
            params[k] = params[k] + self.v
""",
    ),
    "stops after the first": (
        "SGD",
        "sgd-optimizer-second-still",
        """
    def __init__(self, lr=0.01):
        self.lr = lr
    def update(self, params, grads):
        for k in params:
            params[k] -= self.lr * grads[k]
            return
""",
    ),
    "moves the last only": (
        "AdaGrad",
        "adagrad-optimizer-first-still",
        """
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, {}
    def update(self, params, grads):
        for k in params:
            self.h[k] = self.h.get(k, 0) + grads[k]**2
        params[k] -= self.lr * grads[k] / (np.sqrt(self.h[k]) + 1e-7)
""",
    ),
}


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("wrong", OPTIMIZERS)
def test_an_optimizer_moves_every_parameter_by_its_own_memory(check, wrong):
    name, fault, body = OPTIMIZERS[wrong]
    (found,) = check(f"import numpy as np\n\nclass {name}:{body}").explanations
    assert (str(found.verdict), found.faults) == ("wrong", (fault,))


PERCEPTRON = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
T = np.array([0, 0, 0, 1])
w, b = np.zeros(2), 0.0
for epoch in range(20):
    for x, t in zip(X, T):
        y = 1 if np.dot(w, x) + b > 0 else 0
        w += 0.1 * (t - y) * x
        b {sign}= 0.1 * (t - y)
"""

BY_NUMBERS = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
T = np.array([0, 1, 1, 1])
w1, w2, b = 0.0, 0.0, 0.0
for epoch in range(30):
    for (x1, x2), t in zip(X, T):
        y = int(w1 * x1 + w2 * x2 + b > 0)
        w1 += 0.1 * (t - y) * x1
        w2 += 0.1 * (t - y) * {of}
        b += 0.1 * (t - y)
"""


def test_a_unit_is_not_judged_by_a_part_of_its_numbers(check):
    checked = check(BY_NUMBERS.format(of="x1"))  # the wrong input
    assert not [e for e in checked.explanations if str(e.verdict) in ("right", "wrong")]
    assert str(checked.verdict) == "failed"


def test_a_bias_that_goes_uphill_while_the_weights_go_down(check):
    (loop,) = check(PERCEPTRON.format(sign="-")).explanations
    assert (loop.verdict, loop.faults, loop.line) == ("wrong", ("update-uphill",), 10)
    assert "Other numbers than the right ones: b." in loop.sentences


BY_NUMBERS_AND_PAIRS = """
data = [((0, 0), 0), ((0, 1), 0), ((1, 0), 0), ((1, 1), 1)]
w1 = w2 = b = 0.0
for epoch in range(30):
    for (x1, x2), t in data:
        s = w1 * x1 + w2 * x2 + b
        e = t - (1 if s > 0 else 0)
        w1, w2, b = w1 + 0.1 * e * x1, w2 + 0.1 * e * x2, b + 0.1 * e
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    "text", [BY_NUMBERS.format(of="x2"), PERCEPTRON.format(sign="+"), BY_NUMBERS_AND_PAIRS]
)
def test_a_perceptron_however_it_keeps_its_numbers(check, text):
    (found,) = check(text).explanations
    assert str(found.verdict) == "right"
    assert "a net of 2–1 units; output: step (1 above 0)" in found.sentences[0]


@pytest.mark.slow
def test_a_perceptron_of_numbers_that_goes_uphill(check):
    text = BY_NUMBERS.format(of="x2").replace("(t - y)", "(y - t)")
    (found,) = check(text).explanations
    assert found.faults == ("update-uphill",)


GATES = """
class Gate:
    def __init__(self, w1, w2, b):
        self.of = w1, w2, b
    def __call__(self, x1, x2):
        w1, w2, b = self.of
        return int(w1 * x1 + w2 * x2 + b > 0)

AND, NAND, OR = Gate(0.5, 0.5, {b}), Gate(-0.5, -0.5, 0.7), Gate(0.5, 0.5, -0.2)

def XOR(x1, x2):
    return AND(NAND(x1, x2), OR(x1, x2))
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("b", "verdict"), [(-0.4, "wrong"), (-0.7, "right")])
def test_gates_that_are_objects(check, b, verdict):
    found = {e.subject: str(e.verdict) for e in check(GATES.format(b=b)).explanations}
    assert found == {"AND": verdict, "NAND": "right", "OR": "right", "XOR": "right"}


OWN_GATES = """
class Gates:
    def __init__(self):
        self.w = (0.5, 0.5)
    def AND(self, x1, x2):
        return int(self.w[0] * x1 + self.w[1] * x2 > {theta})
    def NAND(self, x1, x2):
        return int(not self.AND(x1, x2))
"""


@pytest.mark.slow
def test_gates_of_an_object_that_is_made_of_nothing(check):
    checked = check(OWN_GATES.format(theta=0.4))
    assert {e.subject: str(e.verdict) for e in checked.explanations} == {
        "Gates.AND": "wrong",
        "Gates.NAND": "right",  # in itself
    }


OWN_LOOP = """
import numpy as np

class Net:
    def __init__(self, i, h, o):
        rng = np.random.default_rng(0)
        self.params = {{"W1": rng.normal(size=(i, h)), "b1": np.zeros(h),
                       "W2": rng.normal(size=(h, o)), "b2": np.zeros(o)}}
    def predict(self, x):
        p = self.params
        return 1 / (1 + np.exp(-(x @ p["W1"] + p["b1"]))) @ p["W2"] + p["b2"]
    def loss(self, x, t):
        return np.mean((self.predict(x) - t) ** 2)
    def gradient(self, x, t):
        p = self.params
        h = 1 / (1 + np.exp(-(x @ p["W1"] + p["b1"])))
        d = 2 * (h @ p["W2"] + p["b2"] - t) / t.size
        dh = d @ p["W2"].T * h * (1 - h)
        return {{"W1": x.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}}

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)
net = Net(2, 3, 1)
for i in range(1000):
    g = net.gradient(X, Y)
    for k in ("W1", "b1", "W2", "b2"):
        net.params[k] {update}= 0.5 * g[k]
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("update", ["-", "+"])
def test_a_net_that_is_trained_on_other_data_than_images(check, update):
    checked = check(OWN_LOOP.format(update=update))
    assert checked.stops == ()
    assert (str(checked.verdict) == "right") is (update == "-")


def test_a_loop_of_which_nothing_is_known_is_not_nothing_to_check(check):
    text = (
        "import numpy as np\nw = np.ones((3, 2))\nm = 0\nfor t in range(1, 100):\n"
        "    g = np.sin(w)\n    m = 0.9 * m + 0.1 * g\n    w -= 0.1 * m / (1 - 0.9 ** t)\n"
    )
    assert str(check(text).verdict) == "failed"


@pytest.mark.slow
def test_a_pool_that_takes_its_height_for_its_width(check):
    text = """
import numpy as np

class Pooling:
    def __init__(self, pool_h, pool_w, stride=1, pad=0):
        self.h, self.w, self.stride = pool_h, {width}, stride
    def forward(self, x):
        down = (x.shape[2] - self.h) // self.stride + 1
        across = (x.shape[3] - self.w) // self.stride + 1
        out = np.zeros((*x.shape[:2], down, across))
        for i in range(down):
            for j in range(across):
                r, c = i * self.stride, j * self.stride
                out[:, :, i, j] = x[:, :, r:r + self.h, c:c + self.w].max(axis=(2, 3))
        return out
"""
    verdicts = [
        str(check(text.format(width=width)).explanations[0].verdict)
        for width in ("pool_w", "pool_h")
    ]
    assert verdicts == ["right", "unknown"]


OVERLAPPING = """
import numpy as np

class Pooling:
    def __init__(self, pool_h, pool_w, stride=1, pad=0):
        self.h, self.w, self.stride = pool_h, pool_w, stride
    def forward(self, x):
        n, channels, height, width = x.shape
        down, across = (height - self.h) // self.stride + 1, (width - self.w) // self.stride + 1
        out, self.x = np.zeros((n, channels, down, across)), x
        self.at = np.zeros(out.shape, int)
        for i in range(down):
            for j in range(across):
                r, c = i * self.stride, j * self.stride
                window = x[:, :, r:r + self.h, c:c + self.w].reshape(n, channels, -1)
                self.at[:, :, i, j], out[:, :, i, j] = window.argmax(2), window.max(2)
        return out
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        n, c = np.indices(dout.shape[:2])
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                row, column = np.divmod(self.at[:, :, i, j], self.w)
                dx[n, c, i * self.stride + row, j * self.stride + column] += dout[:, :, i, j]
        return dx
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("given", "faults"), [("=", ("pooling-last-window",)), ("+=", ())])
def test_windows_of_a_pool_may_overlap(given, faults, check):
    checked = check(OVERLAPPING.replace(" += dout", f" {given} dout"))
    assert checked.explanations[0].faults == faults
    assert (str(checked.verdict) == "right") is (not faults)


REBOUND = """
import numpy as np
from dataset.mnist import load_mnist

(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label=True)
draw = np.random.randn
theta = [0.01 * draw(784, 50), np.zeros(50), 0.01 * draw(50, 10), np.zeros(10)]
for i in range(1000):
    rows = np.random.choice(len(x_train), 100)
    x, t = x_train[rows], t_train[rows]
    W1, b1, W2, b2 = theta
    a = x @ W1 + b1
    z = np.where(a > 0, a, 0)
    s = z @ W2 + b2
    s = s - s.max(1, keepdims=True)
    logs = s - np.log(np.exp(s).sum(1, keepdims=True))
    ds = (np.exp(logs) - t) / 100
    da = ds @ W2.T * (a > 0)
    grads = [x.T @ da, da.sum(0), z.T @ ds, ds.sum(0)]
    theta = [p - 0.1 * g for p, g in zip(theta, grads)]
"""


@pytest.mark.slow
def test_weights_in_a_list_that_is_made_anew_in_every_turn(check):
    """Among what fits are targets that are row numbers: no square of all rows is made for them."""
    (told,) = check(REBOUND).explanations
    assert str(told.verdict) == "right"
    assert "784–50–10" in told.sentences[0]
    assert "column of ones" not in told.sentences[0]


LEAVING = """
import sys
import numpy as np

class Gate:
    def __init__(self):
        sys.exit(3)
    def AND(self, a, b):
        return int(a + b > 1.5)

class Net:
    def __init__(self):
        self.params = {"W1": np.ones((6, 5))}
        self.layers = []
    def predict(self, x):
        return x @ self.params["W1"]
    def loss(self, x, t):
        sys.exit(4)
    def gradient(self, x, t):
        sys.exit(5)

def predict(params, x):
    sys.exit(6)

def gradient(params, x, t):
    sys.exit(7)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))
"""


@pytest.mark.slow
def test_code_that_leaves_python_takes_no_other_answers_with_it(check):
    checked = check(LEAVING)
    found = {e.subject: str(e.verdict) for e in checked.explanations}
    assert (found["Gate.AND"], found["sigmoid"], checked.stopped) == ("right", "right", "")


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("taken", "verdict"), [("y, t", "wrong"), ("t, y", "convention"), ("a, b", "convention")]
)
def test_a_loss_that_takes_its_targets_for_outputs(check, taken, verdict):
    first, second = taken.split(", ")
    text = (
        f"import numpy as np\n\ndef cross_entropy_error({taken}):\n"
        f"    if {first}.ndim == 1:\n"
        f"        {first}, {second} = {first}.reshape(1, -1), {second}.reshape(1, -1)\n"
        f"    return -np.sum({first} * np.log({second} + 1e-7)) / len({first})\n"
    )
    (found,) = check(text).explanations
    assert str(found.verdict) == verdict
    assert found.faults == (("outputs-for-targets",) if verdict == "wrong" else ())


KERAS = """
import numpy as np, keras
from keras import layers
X, t = np.random.rand(200, 28, 28), np.eye(10)[np.arange(200) % 10]
m = keras.Sequential([{first}layers.Dense(50, "relu"), layers.Dense(10, "softmax")])
m.compile("sgd", "categorical_crossentropy")
m.fit({x}, t, verbose=0)
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("first", "x", "said"),
    [
        ("keras.Input((784,)), ", "X", "the shape (28, 28), and the model takes (784,)"),
        ("", "X", "must have the same rank"),
        ("keras.Input((784,)), ", "X.reshape(-1, 784)", ""),
        ("keras.Input((28, 28)), layers.Flatten(), ", "X", ""),
        ("keras.Input((28, 28, 1)), layers.Flatten(), ", "X", ""),  # Keras adds the last axis
    ],
)
def test_keras_is_asked_whether_it_takes_the_data(check, first, x, said):
    (found,) = check(KERAS.format(first=first, x=x)).explanations
    assert str(found.verdict) == ("wrong" if said else "right")
    assert said in " ".join(found.sentences)


LOSS_LAYER = """
import numpy as np

class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t, n = e / e.sum(axis=1, keepdims=True), t, len(x)
        labels = t if t.ndim == 1 else t.argmax(axis=1)
        return -np.log(self.y[np.arange(n), labels] + 1e-7).mean()
    def backward(self, dout=1):
        n = len(self.y)
        if self.t.size == self.y.size:
            return (self.y - self.t) / n
        dx = self.y.copy()
        dx[{where}, self.t] -= 1
        return dx{by}
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("where", "by", "fault"),
    [
        ("np.arange(n)", "", "softmax-with-loss-labels-not-divided"),
        (":", " / n", "softmax-with-loss-columns-of-labels"),
        ("np.arange(n)", " / n", None),
    ],
)
def test_a_loss_layer_that_takes_labels_is_right_with_them(check, where, by, fault):
    (found,) = check(LOSS_LAYER.format(where=where, by=by)).explanations
    assert str(found.verdict) == ("wrong" if fault else "right")
    assert found.faults == ((fault,) if fault else ())


LISTS = """
import numpy as np

class MLP:
    def __init__(self, sizes=(6, 5, 4), seed=0):
        r = np.random.default_rng(seed)
        self.Ws = [r.normal(size=(a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
        self.bs = [np.zeros(b) for b in sizes[1:]]
    def forward(self, x):
        self.acts = [x]
        for i, (W, b) in enumerate(zip(self.Ws, self.bs)):
            x = x @ W + b
            if i < len(self.Ws) - 1:
                x = np.where(x > 0, x, 0)
            self.acts.append(x)
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    def loss(self, x, t):
        return -np.sum(t * np.log(self.forward(x))) / {of_loss}
    def step(self, x, t, lr=0.1):
        d, gW, gb = (self.forward(x) - t) / {of_step}, [], []
        for i in reversed(range(len(self.Ws))):
            gW.insert(0, self.acts[i].T @ d)
            gb.insert(0, d.sum(0))
            d = (d @ self.Ws[i].T) * (self.acts[i] > 0)
        for i in range(len(self.Ws)):
            self.Ws[i] -= lr * gW[i]
            {biases}
{loop}"""
ALSO = "self.bs[i] -= lr * gb[i]"


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("of_loss", "of_step", "verdict"),
    [
        ("len(x)", "t.shape[1]", "wrong"),  # of the classes in place of the samples
        ("len(x)", "len(x)", "right"),
        ("len(x)", "1", "convention"),  # watched as a mean, gone down as a sum
    ],
)
def test_a_step_is_held_against_the_loss_of_its_class(check, of_loss, of_step, verdict):
    text = LISTS.format(of_loss=of_loss, of_step=of_step, biases=ALSO, loop="")
    (found,) = check(text).explanations
    assert str(found.verdict) == verdict
    assert found.faults == (("gradient-of-another-scale",) if verdict == "wrong" else ())


LOOP = """
net = MLP()
X, T = np.random.rand(9, 6), np.eye(4)[np.arange(9) % 4]
for _ in range(20):
    net.step(X, T)
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("biases", "verdict"), [("pass", "wrong"), (ALSO, "right")])
def test_biases_in_a_list_that_are_added_and_never_updated(check, biases, verdict):
    text = LISTS.format(of_loss="len(x)", of_step="len(x)", biases=biases, loop=LOOP)
    found = next(e for e in check(text).explanations if e.subject.startswith("for"))
    assert str(found.verdict) == verdict
    assert any("never-updated" in fault for fault in found.faults) == (verdict == "wrong")


BY_ANOTHER_FACTOR = """
import numpy as np
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
T = np.array([[0], [1], [1], [0.0]])
rng = np.random.default_rng(3)
W1, b1, W2, b2 = rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)
lr = 0.5
for epoch in range(3000):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    y = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (y - T) * {factor}
    d1 = d2 @ W2.T * h * (1 - h)
    W2 -= lr * h.T @ d2
    b2 -= lr * d2.sum(0)
    W1 -= lr * X.T @ d1
    b1 -= lr * d1.sum(0)
    {after}
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("factor", "after", "verdict"),
    [
        ("h.sum()", "pass", "unknown"),
        ("abs(W2).sum()", "pass", "unknown"),
        ("y * (1 - y)", "lr = lr * 0.999", "right"),
        ("y * (1 - y)", "lr = 0.5 / (1 + 0.01 * epoch)", "right"),
    ],
)
def test_a_rate_that_changes_is_one_that_the_program_names(check, factor, after, verdict):
    (found,) = check(BY_ANOTHER_FACTOR.format(factor=factor, after=after)).explanations
    assert str(found.verdict) == verdict


AFFINE = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b, self.dW, self.db = W, b, 0, 0
    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b
    def backward(self, dout):
        self.dW {sign} np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(("sign", "faults"), [("+=", ("affine-dW-accumulates",)), ("=", ())])
def test_a_layer_is_asked_to_go_back_twice(check, sign, faults):
    (found,) = check(AFFINE.format(sign=sign)).explanations
    assert found.faults == faults


def test_a_relu_is_asked_far_out(check):
    (found,) = check(
        "import numpy as np\n\ndef relu(x):\n    return np.clip(x, 0, 6)\n"
    ).explanations
    assert found.faults == ("relu-capped",)
