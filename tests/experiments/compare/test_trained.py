"""What a file's own training is told beside a Keras model's: sizes, batches and rates.

What is expected is worked out by hand: a loss summed over 100 samples at rate η takes Keras'
mean at 100 η.
"""

import numpy as np
import pytest

from experiments.check.finding import Assessment
from experiments.commands import main
from experiments.compare import compare_files
from experiments.export import export
from experiments.words import Problem

DEEP = """\
import numpy as np
from dataset.mnist import load_mnist


class Net:
    def __init__(self, input_size, hidden_sizes, output_size):
        sizes = [input_size, *hidden_sizes, output_size]
        self.count, self.params = len(sizes) - 1, {{}}
        for i in range(1, self.count + 1):
            self.params["W" + str(i)] = 0.1 * np.random.randn(sizes[i - 1], sizes[i])
            self.params["b" + str(i)] = np.zeros(sizes[i])

    def predict(self, x):
        self.z = [x]
        for i in range(1, self.count + 1):
            a = self.z[-1] @ self.params["W" + str(i)] + self.params["b" + str(i)]
            self.z.append(np.tanh(a) if i < self.count else a)
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, x, t):
        return -np.sum(t * np.log(self.predict(x))) / len(x)

    def gradient(self, x, t):
        delta, grads = (self.predict(x) - t) / len(x), {{}}
        for i in range(self.count, 0, -1):
            grads["W" + str(i)] = self.z[i - 1].T @ delta
            grads["b" + str(i)] = delta.sum(axis=0)
            delta = delta @ self.params["W" + str(i)].T * (1 - self.z[i - 1] ** 2)
        return grads


(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label=True)
net, lr = Net(784, {hidden}, 10), 0.1
for i in range(1000):
    rows = np.random.choice(60000, 100)
    grads = net.gradient(x_train[rows], t_train[rows])
    for key in grads:
        net.params[key] -= {rate} * grads[key]
{more}"""
OF_DEEP = {"hidden": "[8, 6]", "rate": "0.1", "more": ""}

KERAS = """\
from tensorflow import keras
model = keras.Sequential([keras.Input((784,)), *({layers},), keras.layers.Dense(10, 'softmax')])
model.compile(keras.optimizers.SGD({rate}), 'categorical_crossentropy')
(x, t), _ = keras.datasets.mnist.load_data()
model.fit(x.reshape(-1, 784) / 255, keras.utils.to_categorical(t), batch_size={batch})
"""
TWO = "keras.layers.Dense(8, 'tanh'), keras.layers.Dense(6, 'tanh')"
OF_KERAS = {"layers": TWO, "rate": "0.1", "batch": "100"}
DECAYING = "keras.optimizers.schedules.ExponentialDecay(0.1, 100, 0.96)"

PAIRS = {
    "the same": ({}, {}, ""),
    "another rate": ({}, {"rate": "0.5"}, "Write `SGD(0.1)`"),
    "a whole rate": ({"rate": "1"}, {"rate": "0.5"}, "Write `SGD(1.0)`"),
    "other batches": ({}, {"batch": "32"}, "Yours takes 100 samples per step"),
    "other sizes": ({"hidden": "[9, 6]"}, {}, "what your loop trains is 784–9–6–10"),
    "a rate that goes down": ({}, {"rate": DECAYING}, "follows `ExponentialDecay`"),
    "a rate that goes down by hand": (
        {"rate": "lr", "more": "    lr *= 0.99\n"},
        {},
        "changes its rate along the training (`lr`)",
    ),
    "rates that both go down": (
        {"rate": "lr", "more": "    lr *= 0.99\n"},
        {"rate": DECAYING},
        "whether alike was not compared",
    ),
    "momentum": ({}, {"rate": "0.1, momentum=0.9"}, "has `momentum=0.9` besides"),
}


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_net_of_three_layers_and_how_it_is_trained(pair, tmp_path, processes):
    own, keras, said = PAIRS[pair]
    (tmp_path / "net.py").write_text(DEEP.format(**OF_DEEP | own))
    (tmp_path / "model.py").write_text(KERAS.format(**OF_KERAS | keras))
    checked = compare_files(tmp_path / "net.py", tmp_path / "model.py", processes=processes)["en"]
    assert checked.verdict is (Assessment.WRONG if said else Assessment.RIGHT)
    assert said in "\n".join(checked.lines())
    assert "784×8" in "\n".join(checked.lines())  # asked at the sizes of the Keras model


@pytest.mark.slow
def test_data_may_be_given_to_a_class_of_three_layers(tmp_path, processes, rng):
    (tmp_path / "net.py").write_text(DEEP.format(**OF_DEEP))
    (tmp_path / "model.py").write_text(KERAS.format(**OF_KERAS))
    data = rng.random((5, 784)), rng.integers(10, size=5)
    pair = tmp_path / "net.py", tmp_path / "model.py"
    assert compare_files(*pair, data, processes=processes)["en"].verdict is Assessment.RIGHT
    with pytest.raises(Problem, match="784 inputs and 10 outputs"):
        compare_files(*pair, (np.ones((5, 3)), data[1]), processes=processes)


@pytest.mark.slow
def test_other_sizes_than_a_loop_s_are_a_difference_and_no_failure(tmp_path, capsys):
    text = DEEP.format(**OF_DEEP).partition("(x_train")[0].replace("from dataset", "# from dataset")
    text = text.replace("mnist", "digits")
    loop = "x, t = np.random.rand(9, 784), np.eye(10)[:9]\nnet = Net(784, [4], 10)\n"
    loop += "for i in range(100):\n    g = net.gradient(x, t)\n    for k in g:\n"
    (tmp_path / "net.py").write_text(text + loop + "        net.params[k] -= 0.1 * g[k]\n")
    (tmp_path / "model.py").write_text(KERAS.format(**OF_KERAS))
    assert main(["compare", str(tmp_path / "net.py"), str(tmp_path / "model.py")]) == 1
    assert "784–4–10" in capsys.readouterr().err


@pytest.mark.slow
def test_a_net_is_exported_at_the_sizes_and_the_rate_of_its_program(tmp_path, processes):
    (tmp_path / "net.py").write_text(DEEP.format(**OF_DEEP | {"rate": "1"}))
    code = export(tmp_path / "net.py", processes)
    for line in ("rate = 1.0\n", "keras.Input((784,))", "Dense(8, 'tanh')", "Dense(6, 'tanh')"):
        assert line in code
