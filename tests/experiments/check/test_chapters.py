"""Programs of chapters 3 to 8 that train, forward or test nets of other files or of more layers."""

import pytest

FORWARD = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def forward(network, x):
    a1 = np.dot(x, network['W1']) + network['b1']
    z1 = {z1}
    a2 = np.dot(z1, network['W2']) + network['b2']
    z2 = sigmoid(a2)
    return {y}
"""
A3 = "np.dot(z2, network['W3']) + network['b3']"


def verdicts(checked):
    return {found.subject: str(found.verdict) for found in checked.explanations}


def faults(checked):
    return {found.subject: found.faults for found in checked.explanations if found.faults}


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("z1", "y", "verdict", "mistakes"),
    [
        ("sigmoid(a1)", A3, "right", ()),
        ("sigmoid(a1)", f"softmax({A3})", "convention", ("forward-softmax",)),
        ("np.maximum(0, a1)", "z2", None, ()),  # hidden layers of two kinds: not known here
        ("a1", A3, "wrong", ("forward-a1-for-z1",)),
        ("sigmoid(a1)", "np.dot(z2, network['W3'])", "wrong", ("forward-bias3-missing",)),
        ("sigmoid(a1)", "a2", "convention", ("forward-two-layers",)),
    ],
)
def test_a_way_forth_of_chapter_3(check, z1, y, verdict, mistakes):
    checked = check(FORWARD.format(z1=z1, y=y))
    assert verdicts(checked).get("forward") == verdict
    found = [one for one in checked.explanations if one.subject == "forward"]
    assert [tuple(one.faults) for one in found] == ([mistakes] if verdict else [])


def test_a_way_forth_whose_softmax_takes_one_sample(check):
    text = FORWARD.replace("axis=-1, ", "").replace("keepdims=True", "")
    (found,) = [
        one
        for one in check(text.format(z1="sigmoid(a1)", y=f"softmax({A3})")).explanations
        if one.subject == "forward"
    ]
    assert str(found.verdict) == "one sample"
    assert tuple(found.faults) == ("forward-softmax", "forward-softmax-over-all")


def test_a_way_forth_may_call_its_parameters_in_small_letters(check):
    text = FORWARD.format(z1="sigmoid(a1)", y=A3).replace("'W2'", "'w2'")
    assert verdicts(check(text))["forward"] == "right"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize("bar", ["tqdm(range(9))", "trange(9)"])
def test_a_bar_of_progress_is_gone_through(check, bar):
    text = (
        "import numpy as np\nfrom tqdm import tqdm, trange\n\n"
        "def relu(x):\n    y = x.copy()\n"
        f"    for i in {bar}:\n        y = np.maximum(0, y)\n    return y\n"
    )
    assert verdicts(check(text)) == {"relu": "right"}


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(input_size, output_size)", "(input_size, output_size).astype(np.float32)"),
        ("np.sum((", "np.random.default_rng().random() * np.sum(("),
    ],
)
def test_of_what_differences_cannot_tell_nothing_is_said(check, old, new):
    text = BUMPS.format(slope="np.cos(a)", bias="delta.sum(axis=0)")  # a wrong one
    assert old in text
    assert not check(text.replace(old, new)).explanations


def test_a_slope_of_zero_is_not_held_against_rounding(check):
    text = BUMPS.format(slope="np.cos(a)", bias="0.0 * delta.sum(axis=0)")
    text = text.replace("+ self.params['b1'] ** 2", "+ 0 * self.params['b1']")
    assert str(check(text).explanations[0].verdict) == "right"


def test_what_is_only_called_forward_is_not_judged(check):
    text = (
        FORWARD.format(z1="sigmoid(a1)", y="z2.argmax(axis=-1)")
        + "\n\ndef predict(x):\n    return x\n"
    )
    assert "forward" not in verdicts(check(text))
    assert "predict" not in verdicts(check(text))


DEEP = """
import numpy as np

class Net:
    def __init__(self, input_size, hidden_size_list, output_size):
        sizes = [input_size, *hidden_size_list, output_size]
        self.count = len(sizes) - 1
        self.params = {{}}
        for i in range(1, self.count + 1):
            self.params['W' + str(i)] = np.random.randn(sizes[i - 1], sizes[i]) * 0.3
            self.params['b' + str(i)] = np.zeros(sizes[i])

    def predict(self, x):
        self.z = [x]
        for i in range(1, self.count + 1):
            a = self.z[-1] @ self.params['W' + str(i)] + self.params['b' + str(i)]
            self.z.append(np.tanh(a) if i < self.count else a)
        return self.z[-1]

    def loss(self, x, t):
        y = self.predict(x)
        return 0.5 * np.sum((y - t) ** 2) / len(x)

    def gradient(self, x, t):
        y = self.predict(x)
        delta, grads = {delta}, {{}}
        for i in range(self.count, 0, -1):
            grads['W' + str(i)] = self.z[i - 1].T @ delta
            grads['b' + str(i)] = delta.sum(axis=0)
            delta = delta @ self.params['W' + str(i)].T{slope}
        return grads
"""
SLOPE = " * (1 - self.z[i - 1] ** 2)"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("delta", "slope", "verdict", "said"),
    [
        ("(y - t) / len(x)", SLOPE, "right", "half the squared error, mean over the batch"),
        ("y - t", SLOPE, "wrong", "7 times the slope of its own loss"),
        ("(y - t) / len(x)", "", "wrong", "tanh"),
    ],
)
def test_a_net_of_any_number_of_layers(check, delta, slope, verdict, said):
    (found,) = check(DEEP.format(delta=delta, slope=slope)).explanations
    assert (found.subject, str(found.verdict)) == ("Net.gradient", verdict)
    assert said in " ".join(found.sentences)


def test_a_net_in_float32_has_the_scale_of_its_loss(check):
    text = DEEP.format(delta="(y - t) / len(x)", slope=SLOPE)
    text = text.replace("* 0.3", "* np.float32(0.3)").replace(
        "np.random.randn(sizes[i - 1], sizes[i])",
        "np.random.randn(sizes[i - 1], sizes[i]).astype(np.float32)",
    )
    text = text.replace("np.zeros(sizes[i])", "np.zeros(sizes[i], np.float32)")
    assert "wrong" not in verdicts(check(text)).values()


BUMPS = """
import numpy as np

class Net:
    def __init__(self, input_size=6, output_size=4):
        weights = np.random.randn(input_size, output_size)
        self.params = {{'W1': weights, 'b1': np.zeros(output_size)}}

    def predict(self, x):
        return np.sin(x @ self.params['W1']) + self.params['b1'] ** 2

    def loss(self, x, t):
        return np.sum((self.predict(x) - t) ** 4)

    def gradient(self, x, t):
        delta = 4 * (self.predict(x) - t) ** 3
        a = x @ self.params['W1']
        return {{'W1': x.T @ (delta * {slope}), 'b1': {bias}}}
"""
RIGHT_BIAS = "(delta * 2 * self.params['b1']).sum(axis=0)"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("slope", "bias", "verdict", "wrong"),
    [
        ("np.cos(a)", RIGHT_BIAS, "right", ()),
        ("np.sin(a)", RIGHT_BIAS, "wrong", ("W1",)),
        ("np.cos(a)", "delta.sum(axis=0)", "wrong", ("b1",)),
        ("np.cos(b)", RIGHT_BIAS, "failed", ()),
    ],
)
def test_a_net_of_no_known_form_is_held_against_its_own_loss(check, slope, bias, verdict, wrong):
    found = check(BUMPS.format(slope=slope, bias=bias)).explanations[0]
    assert str(found.verdict) == verdict
    for name in ("W1", "b1"):
        said = any(f"ther numbers than the right ones: {name}" in s for s in found.sentences)
        assert said == (name in wrong)


LOOP = """
import numpy as np
from dataset.mnist import load_mnist
from two_layer_net import TwoLayerNet

{optimizer}

(x_train, t_train), (x_test, t_test) = load_mnist(one_hot_label=True)
network, rule = TwoLayerNet(784, 50, 10), Rule()
for i in range(1000):
    rows = np.random.choice(60000, 100)
    grads = network.gradient(x_train[rows], t_train[rows])
    rule.update(network.params, grads)
"""
ADAM = """
class Rule:
    def __init__(self):
        self.m, self.v, self.k = {{}}, {{}}, 0

    def update(self, params, grads):
        self.k += 1
        for key in params:
            self.m[key] = 0.9 * self.m.get(key, 0) + 0.1 * grads[key]
            self.v[key] = 0.999 * self.v.get(key, 0) + 0.001 * grads[key] ** 2
            m, v = self.m[key] / (1 - 0.9 ** self.k), self.v[key] / (1 - 0.999 ** self.k)
            params[key] -= 0.02 * m / (np.sqrt(v) + {epsilon})
"""
MOMENTUM = """
class Rule:
    v = {}

    def update(self, params, grads):
        for key in params:
            self.v[key] = 0.9 * self.v.get(key, 0) - 0.05 * grads[key]
            params[key] += self.v[key]
"""


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("optimizer", "said"),
    [(MOMENTUM, "Momentum, rate 0.05"), (ADAM.format(epsilon="1e-12"), "Adam, rate 0.02")],
)
def test_a_loop_that_goes_by_another_optimizer_is_right(check, optimizer, said):
    (found,) = check(LOOP.format(optimizer=optimizer)).explanations
    assert str(found.verdict) == "right"
    assert said in " ".join(found.sentences)


TRAINER = """
import numpy as np

class Trainer:
    def __init__(self, network, x_train, t_train, epochs=20, mini_batch_size=100,
                 optimizer_param={{'lr': 0.01}}):
        self.network, self.x, self.t, self.size = network, x_train, t_train, mini_batch_size
        self.steps = int(epochs * max(len(x_train) / mini_batch_size, 1))
        self.rate = optimizer_param['lr']

    def train(self):
        {before}
        for _ in range(self.steps):
            {inside}
            grads = self.network.gradient(self.x[rows], self.t[rows])
            for key in self.network.params:
                self.network.params[key] {sign} self.rate * grads[key]
"""
DRAW = "rows = np.random.choice(len(self.x), self.size)"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("before", "inside", "sign", "mistakes"),
    [
        ("pass", DRAW, "-=", ()),
        (DRAW, "pass", "-=", ("same-batch",)),
        ("pass", DRAW, "+=", ("update-uphill",)),
    ],
)
def test_a_trainer(check, before, inside, sign, mistakes):
    (found,) = check(TRAINER.format(before=before, inside=inside, sign=sign)).explanations
    assert (found.subject, tuple(found.faults)) == ("Trainer", mistakes)


APPLES = """
from layer_naive import AddLayer, MulLayer

apples, oranges, fruit, tax = MulLayer(), MulLayer(), AddLayer(), MulLayer()
price = tax.forward(fruit.forward(apples.forward(100, 2), oranges.forward(150, 3)), 1.1)
dfruit, dtax = tax.backward(1)
dapples, doranges = {fruit}
dapple, dnumber = apples.backward(dapples)
"""


def test_layers_gone_back_through_in_order(check):
    (found,) = check(APPLES.format(fruit="fruit.backward(dfruit)")).explanations
    assert str(found.verdict) == "right"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("again = tax.backward(1)", 9, "`tax` is gone back through a second time"),
        ("oranges.backward(doranges)", 0, "Gone back through in the right order"),
    ],
)
def test_every_layer_is_gone_back_through_once(check, more, line, said):
    (found,) = check(APPLES.format(fruit="fruit.backward(dfruit)") + more).explanations
    assert (found.line or 0) == line
    assert said in " ".join(found.sentences)


def test_a_layer_keeps_the_inputs_of_one_product(check):
    text = APPLES.format(fruit="fruit.backward(dfruit)").replace(
        "oranges.forward", "apples.forward"
    )
    (found,) = check(text).explanations
    assert str(found.verdict) == "wrong"
    assert "`apples` is gone through 2 times ahead" in " ".join(found.sentences)


def test_a_layer_of_two_inputs_gives_two_gradients(check):
    text = LAYER.format(name="AddLayer", more="").replace("x * y", "x + y")
    text = text.replace("return dout * self.y, dout * self.x", "return dout")
    (found,) = check("import numpy as np\n" + text).explanations
    assert str(found.verdict) == "failed"
    assert "2 gradients are needed, one for each input" in " ".join(found.sentences)


LAYER = """
class {name}:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y{more}

    def backward(self, dout):
        return dout * self.y, dout * self.x
"""


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("more", "known"), [("", True), (" + 1", False)])
def test_layers_of_other_names_are_known_by_what_they_compute(check, tmp_path, more, known):
    (tmp_path / "times.py").write_text(LAYER.format(name="Times", more=more))
    text = APPLES.format(fruit="fruit.backward(1)").replace("MulLayer", "Times")
    text = text.replace("import AddLayer, Times", "import AddLayer\nfrom times import Times")
    assert bool(faults(check(text))) == known


def test_a_layer_that_is_given_another_number_than_its_gradient(check):
    (found,) = check(APPLES.format(fruit="fruit.backward(1)")).explanations
    assert (str(found.verdict), found.line) == ("wrong", 7)
    assert 7 in {shown.number for shown in found.excerpt}
    assert "`fruit` is given 1 on its way back; the gradient of its output is 1.1." in (
        found.sentences
    )


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("slope", "verdict"), [("2.0 * y", "right"), ("y", "wrong")])
def test_a_function_of_two_numbers_and_its_slopes(check, slope, verdict):
    text = "def f(x, y):\n    return x**2 / 20 + y**2\n\n"
    text += f"def df(x, y):\n    return x / 10, {slope}\n"
    (found,) = check(text).explanations
    assert (found.subject, str(found.verdict)) == ("df", verdict)


def test_a_script_that_tests_a_gradient_has_its_net_tested(check, tmp_path):
    net = DEEP.format(delta="y - t", slope=SLOPE)
    method = "\n    def numerical_gradient(self, x, t):\n        return {}\n"
    (tmp_path / "net.py").write_text(net + method)
    text = "from net import Net\n\nnet = Net(3, [4], 2)\ngrads = net.numerical_gradient(0, 0)\n"
    (found,) = check(text).explanations
    assert (found.subject, str(found.verdict)) == ("Net", "wrong")


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    "text",
    [
        'class Man:\n    def hello(self):\n        print("Hello " + self.name + "!")\n',
        "from dataset.mnist import load_mnist\nfrom PIL import Image\n\ndef img_show(img):\n"
        "    Image.fromarray(img).show()\n\nimg_show(load_mnist()[0][0][0])\n",
        "from dataset.mnist import load_mnist\nprint(load_mnist()[0][0].shape)\n",
    ],
)
def test_of_what_only_shows_there_is_nothing_to_check(check, text):
    assert str(check(text).verdict) == "nothing"


def test_counting_is_no_training(check):
    text = (
        "import numpy as np\nfrom dataset.mnist import load_mnist\nfrom net import Net\n\n"
        "(x, t), _ = load_mnist()\nright = 0.0\n"
        "for i in range(100):\n    y = x[i * 10:(i + 1) * 10, :10].argmax(axis=1)\n"
        "    right += np.sum(y == t[i * 10:(i + 1) * 10])\n"
    )
    assert not check(text).explanations


def test_a_sign_that_is_wrong_is_told_as_a_sign(check):
    text = LAYER.format(name="AddLayer", more="").replace("x * y", "x + y")
    text = text.replace("return dout * self.y, dout * self.x", "return dout * 1, -dout * 1")
    (found,) = check("import numpy as np\n" + text).explanations
    assert "What stands there is `-dout`; it should read `dout`." in found.sentences
