"""What programs of other people do that the book's do not."""

import pytest

from experiments.check.finding import FINE

SOFTMAX_WITH_LOSS = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        n = len(self.x)
        self.dW, self.db = {gradients}
        return dout @ self.W.T

class SoftmaxWithLoss:
    def forward(self, x, t):
        x = x - x.max(axis=1, keepdims=True)
        self.t, self.y = t, np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y + 1e-7)){loss}

    def backward(self, dout=1):
        return self.y - self.t
"""

SUMS, MEAN = "self.x.T @ dout, dout.sum(axis=0)", "/ len(x)"


@pytest.fixture
def told(check):
    def told(text):
        return {e.subject: (str(e.verdict), e.faults) for e in check(text).explanations}

    return told


def test_who_divides_by_the_batch_is_a_convention_of_two_layers(told):
    of_affine = "self.x.T @ dout / n, dout.mean(axis=0)"
    found = told(SOFTMAX_WITH_LOSS.format(gradients=of_affine, loss=MEAN))
    assert found["Affine"] == found["SoftmaxWithLoss"] == ("convention", ())


@pytest.mark.slow
def test_if_nobody_divides_it_is_a_mistake(told):
    found = told(SOFTMAX_WITH_LOSS.format(gradients=SUMS, loss=MEAN))
    assert found["Affine"] == ("right", ())
    assert found["SoftmaxWithLoss"] == ("wrong", ("softmax-with-loss-not-divided",))


@pytest.mark.slow
def test_a_loss_and_a_gradient_that_are_both_sums_are_right_together(told):
    found = told(SOFTMAX_WITH_LOSS.format(gradients=SUMS, loss=""))
    assert found["Affine"] == ("right", ())
    assert found["SoftmaxWithLoss"] == ("convention", ())


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    "text",
    [
        "import torch\n\nclass Net(torch.nn.Module):\n    def go(self, x):\n        pass\n",
        "import tensorflow as tf\n\ndef main():\n    with tf.GradientTape():\n        pass\n",
    ],
)
def test_a_net_of_a_framework_is_not_judged(check, text):
    assert str(check(text).verdict) == "nothing"


def test_what_is_of_tensorflow_1_is_named_line_by_line(check):
    text = "import tensorflow as tf\n\nx = tf.placeholder('float')\nsession = tf.Session()\n"
    found = check(text)
    assert [(e.line, e.faults) for e in found.explanations] == [(3, ("tf1",)), (4, ("tf1",))]


@pytest.mark.slow
def test_a_way_back_of_ones_own_is_not_taken_for_a_frameworks(check):
    text = (
        "import torch\n\nclass Net:\n    def forward(self, x):\n        return x * self.w\n"
        "    def backward(self, x, d):\n        self.w -= x * d\n"
    )
    assert str(check(text).verdict) == "failed"


LOOP = """
import numpy as np
from tensorflow.keras.datasets import mnist
from tensorflow.keras.utils import to_categorical
from two_layer_net import TwoLayerNet

(x_train, t_train), _ = mnist.load_data()
x_train = x_train.reshape(-1, 784) / 255
t_train = to_categorical(t_train)
net = TwoLayerNet(784, 50, 10)
net.of_ones_own()
for i in range(1000):
    rows = np.random.choice(len(x_train), 5)
    grads = net.{gradient}(x_train[rows], t_train[rows])
    for key in ("W1", "b1", "W2", "b2"):
        net.params[key] {update} 0.1 * grads[key]
"""


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize(
    ("gradient", "update", "verdict"),
    [
        ("gradient", "-=", "right"),
        ("gradient", "+=", "wrong"),
        ("numerical_gradient_net", "-=", "right"),
    ],
)
def test_a_loop_over_keras_images_is_watched(told, gradient, update, verdict):
    (found,) = told(LOOP.format(gradient=gradient, update=update)).values()
    assert found[0] == verdict


@pytest.mark.slow
def test_what_a_stand_in_cannot_do_is_not_the_programs_failure(check):
    text = (
        "import numpy as np\nfrom two_layer_net import TwoLayerNet\n\n"
        "net = TwoLayerNet(100, 50, 10)\ny = net.predict(np.random.randn(7, 100))\n"
    )
    assert not check(text).stops


BY_DIFFERENCES = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Net:
    def __init__(self, X, Y, hidden_size):
        self.X, self.Y = X, Y
        self.W1 = np.random.randn(X.shape[1], hidden_size)
        self.W2 = np.random.randn(hidden_size, Y.shape[1])

    def predict(self, x):
        return sigmoid(sigmoid(x @ self.W1) @ self.W2)

    def error(self):
        return np.sum((self.predict(self.X) - self.Y) ** 2) / 2

    def numerical_gradient(self):
        grads = []
        for W in (self.W1, self.W2):
            grad = np.zeros_like(W)
            for i in np.ndindex(*W.shape):
                kept = W[i]
                W[i] = kept + 1e-4
                above = self.error()
                W[i] = kept - 1e-4
                grad[i] = (above - self.error()) / 2e-4
                W[i] = kept
            grads.append(grad)
        return grads

    def learn(self, lr, epochs):
        for e in range(epochs):
            g1, g2 = self.numerical_gradient()
            self.W1 = self.W1 - lr * g1
            self.W2 = self.W2 {update} lr * g2
"""


@pytest.mark.slow
@pytest.mark.parametrize(("update", "is_right"), [("-", True), ("-2 *", False), ("+", False)])
def test_a_class_that_takes_its_own_differences(check, update, is_right):
    found = check(BY_DIFFERENCES.format(update=update))
    of_training = [str(e.verdict) for e in found.explanations if "learn" in e.subject]
    assert (of_training == ["right"]) is is_right
    assert is_right or found.verdict not in FINE


@pytest.mark.slow
def test_differences_along_the_first_axis_only_are_those_of_a_vector(told):
    text = (
        "import numpy as np\n\ndef numerical_gradient(f, x):\n    grads = []\n"
        "    for i in range(len(x)):\n        h = np.zeros_like(x)\n        h[i] = 1e-4\n"
        "        grads.append((f(x + h) - f(x - h)) / 2e-4)\n    return np.array(grads)\n"
    )
    assert told(text) == {"numerical_gradient": ("one sample", ())}


METHODS = """
import numpy as np

class Gates:
    @staticmethod
    def AND(x1, x2):
        return 1 if 0.5 * x1 + 0.5 * x2 > 0.7 else 0

    @classmethod
    def OR(cls, x1, x2):
        return 1 if 0.5 * x1 + 0.5 * x2 > 0.7 else 0

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def relu(self, x):
        return np.maximum(self.least, x)

    def cross_entropy_error(self, x, t):
        return -np.sum(t * np.log(self.softmax(x)))

    def softmax(self, x):
        e = np.exp(x / self.temperature)
        return e / e.sum()
"""


def test_methods_that_need_nothing_of_their_object_are_checked(told):
    assert told(METHODS) == {
        "Gates.AND": ("right", ()),
        "Gates.OR": ("wrong", ("or-is-and",)),
        "Gates.sigmoid": ("right", ()),
    }


@pytest.mark.slow
def test_a_way_forth_for_batches_by_another_convention(told):
    text = (
        "import numpy as np\n\ndef predict(net, x):\n"
        "    a = 1 / (1 + np.exp(-(x @ net['W1'] + net['b1'])))\n"
        "    a = a @ net['W2'] + net['b2']\n"
        "    e = np.exp(a - a.max(axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)\n"
    )
    assert told(text) == {"predict": ("convention", ("forward-softmax", "forward-two-layers"))}
