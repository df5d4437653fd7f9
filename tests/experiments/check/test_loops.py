"""Programs as their authors run them: which net a loop trains, and whether rightly."""

import json

import pytest

from experiments.check import check as check_thing
from experiments.corpus.forms import FORMS
from experiments.corpus.nets import FAULTS, KINDS, is_a_fault, parts, with_fault
from experiments.corpus.run import SAME

XOR = """
import numpy as np
def act(v): return 1 / (1 + np.exp(-v))
rng = np.random.default_rng(4)
inputs = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
wanted = np.array([[0], [1], [1], [0]])
first, second = rng.uniform(-1, 1, (3, 6)), rng.uniform(-1, 1, (6, 1))
for step in range(5000):
    middle = act(inputs @ first)
    middle[:, -1] = 1.0
    result = act(middle @ second)
    d_out = (result - wanted) * result * (1 - result)
    d_mid = d_out @ second.T * middle * (1 - middle)
    second += -0.2 * middle.T @ d_out
    first += -0.2 * inputs.T @ d_mid
print(result)
"""
"""In the form of source 003's XOR program: the last hidden unit overwritten by 1, no biases."""


def loop_of(checked):
    (found,) = (e for e in checked.explanations if e.subject.lstrip().startswith(("for", "while")))
    return found


def test_a_script_is_recognised_by_what_its_loop_computes(check):
    checked = check(XOR)
    found = loop_of(checked)
    assert checked.verdict == found.verdict == "right"
    assert found.sentences == (
        "It trains a net of 3–6–1 units; hidden: sigmoid; output: sigmoid; loss: half the squared "
        "error, summed over the batch; gradient descent with rate 0.2, 4 samples at a time; a "
        "column of ones in the inputs stands for the bias; the last hidden unit is overwritten by "
        "1 and is a bias.",
        "`result`, printed after the loop, holds the outputs before the last update: after it the "
        "weights have changed once more.",
    )
    assert "keras.layers.Dense(6, 'sigmoid', use_bias=False)" in found.keras
    assert not checked.asides  # `act` is judged with the loop that uses it


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("right", "wrong", "faults", "line"),
    [
        ("@ second.T * middle * (1 - middle)", "@ second.T", "hidden-slope-missing", 13),
        ("(result - wanted) * result * (1 - result)", "result - wanted", None, None),
        ("first += -0.2", "first += 0.2", None, None),
        ("    first += -0.2 * inputs.T @ d_mid", "    pass", "W1-never-updated", None),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_script_is_named(right, wrong, faults, line, check):
    assert right in XOR
    found = loop_of(check(XOR.replace(right, wrong)))
    if wrong == "result - wanted":  # the delta of another loss: right in itself
        assert found.verdict == "right"
        assert "binary cross-entropy" in found.sentences[0]
        return
    assert found.verdict in ("wrong", "unknown")
    if faults:
        assert found.faults == (faults,)
    if line:
        assert found.line == line


@pytest.mark.slow
def test_a_weight_that_is_updated_before_the_hidden_delta_is_computed_from_it(check):
    swapped = XOR.replace("    d_mid = d_out @ second.T * middle * (1 - middle)\n", "").replace(
        "    first += -0.2",
        "    d_mid = d_out @ second.T * middle * (1 - middle)\n    first += -0.2",
    )
    found = loop_of(check(swapped))
    assert found.faults == ("back-through-new-W2",)
    assert swapped.split("\n")[found.line - 1].startswith("    second +=")


def test_an_update_after_the_loop_is_done_once(check):
    head, tail = XOR.split("    d_out")
    back = "d_out" + tail.replace("\n    ", "\n").replace("print(result)\n", "")
    found = loop_of(check(head + back))
    assert (found.verdict, found.faults) == ("wrong", ("update-after-the-loop",))


PER_SAMPLE = """
import numpy as np
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
D = np.array([[0], [0], [1], [1]])
def squash(v): return 1 / (1 + np.exp(-v))
def epoch_of(W, X, D, rate):
    for k in range(4):
        x, d = X[k, :].T, D[k]
        y = squash(np.matmul(W, x))
        W = W + rate * {delta} * x
    return W
W = np.array([[0.3, -0.7, 0.2]])
for epoch in range(1000):
    W = epoch_of(W, X, D, 0.9)
"""
"""In the form of source 002's delta rule: on-line, weights with a row per unit."""


def test_a_loop_inside_a_function_that_a_loop_calls(check):
    right = check(PER_SAMPLE.format(delta="(y * (1 - y) * (d - y))"))
    assert right.verdict == "right"
    (found,) = right.explanations
    assert found.subject == "epoch_of: for k in range(4)"
    assert "3–1 units" in found.sentences[0]
    assert "rate 0.9, one sample at a time" in found.sentences[0]
    wrong = check(PER_SAMPLE.format(delta="(y * (d - y))"))
    assert wrong.explanations[0].faults == ("output-slope-y-only",)


FEW = [(form, KINDS[(7 * place) % len(KINDS)]) for place, form in enumerate(FORMS)]


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize(("form", "kind"), FEW)
def test_a_right_program_is_right_in_every_form(form, kind, check):
    assert check(FORMS[form].write(parts(kind))).verdict in ("right", "convention")


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize(
    ("form", "kind", "fault"),
    [
        (form, kind, [f for f in FAULTS if is_a_fault(f, kind, FORMS[form])][place % 4])
        for place, (form, kind) in enumerate(FEW)
    ],
)
def test_a_fault_is_named_in_every_form(form, kind, fault, check):
    checked = check(FORMS[form].write(with_fault(parts(kind), fault)))
    named = {name for explanation in checked.explanations for name in explanation.faults}
    assert checked.verdict == "wrong"
    assert named & {fault, *SAME.get(fault, ())}


OF_THE_BOOK = """
import numpy as np
from dataset.mnist import load_mnist
from two_layer_net import TwoLayerNet
(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label={one_hot})
net = TwoLayerNet(784, 50, 10)
for i in range(10000):
    pick = np.random.choice(60000, 100)
    grad = net.gradient(x_train[pick], t_train[{rows}])
    for key in {keys}:
        net.params[key] -= {rate} * grad[key]
"""
KEYS = "('W1', 'b1', 'W2', 'b2')"


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("one_hot", [True, False])
def test_the_books_loop_is_run_on_stand_ins(one_hot, check):
    text = OF_THE_BOOK.format(one_hot=one_hot, rows="pick", keys=KEYS, rate=0.07)
    assert loop_of(check(text)).verdict == "right"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "keys", "rate", "fault"),
    [
        ("pick", "('W1', 'b1', 'W2')", 0.1, "b2-never-updated"),
        ("pick", KEYS, -0.1, "update-uphill"),
        ("np.random.choice(60000, 100)", KEYS, 0.1, "samples-and-targets-apart"),
    ],
)
def test_the_books_loop_with_a_mistake(rows, keys, rate, fault, check):
    found = loop_of(check(OF_THE_BOOK.format(one_hot=True, rows=rows, keys=keys, rate=rate)))
    assert found.faults == (fault,)


IN_BATCHES = """
import numpy as np
rng = np.random.default_rng(8)
data = rng.normal(size=(40, 3))
answers = np.eye(2)[(data[:, 0] > 0).astype(int)]
w, c = rng.normal(size=(3, 2)), np.zeros(2)
for epoch in range(50):
    order = rng.permutation(40)
    for begin in range(0, 40, 8):
        x, t = data[order[begin:begin + 8]], answers[{rows}]
        e = np.exp(x @ w + c)
        p = e / e.sum(axis=1, keepdims=True)
        w -= 0.1 * (x.T @ (p - t) / 8{decay})
        c -= 0.1 * (p - t).mean(axis=0)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "decay", "faults"),
    [
        ("order[begin:begin + 8]", "", ()),
        ("order[begin:begin + 8]", " + 0.02 * w", ()),
        ("np.arange(begin, begin + 8)", "", ("samples-and-targets-apart",)),
    ],
)
def test_mini_batches_of_shuffled_rows(rows, decay, faults, check):
    found = loop_of(check(IN_BATCHES.format(rows=rows, decay=decay)))
    assert found.faults == faults
    assert "cross-entropy, mean over the batch" in found.sentences[0]
    assert ("λ = 0.02" in found.sentences[0]) == bool(decay)


def test_a_loop_that_is_not_recognised_is_told_and_its_file_is_not_right(check):
    checked = check(
        "import numpy as np\ndef relu(x):\n    return np.maximum(0, x)\n"
        "w = np.ones((3, 3))\nfor step in range(10):\n    w = w + np.cos(w) @ w\n"
    )
    assert [e.verdict for e in checked.explanations] == ["right"]
    assert checked.loops == (("for step in range(10)", "line 5"),)
    assert checked.verdict == "failed"


DESCENT = """
at = 10
pace = 0.01
cost = lambda p: (p - 3) ** 2 + 10
slope = lambda p: {slope}
for i in range(100):
    at = at {sign} pace * slope(at)
print(at)
"""


@pytest.mark.parametrize(
    ("slope", "sign", "faults"),
    [
        ("2 * p - 6", "-", ()),
        ("2 * p - 5", "-", ("descent-by-another-slope",)),
        ("2 * p - 6", "+", ("descent-uphill",)),
    ],
)
def test_a_descent_goes_by_the_slope_of_its_function(slope, sign, faults, check):
    found = loop_of(check(DESCENT.format(slope=slope, sign=sign)))
    assert found.faults == faults
    assert found.verdict == ("wrong" if faults else "right")


def test_what_is_defined_again_is_asked_as_it_was(check):
    """As in source 002, where a notebook's cells define the same names anew."""
    first = "def calc_output(W, x):\n    return 1 / (1 + np.exp(-np.matmul(W, x)))\n"
    uses = (
        "def delta_GD(W, X, D, alpha):\n    for k in range(4):\n        x, d = X[k, :].T, D[k]\n"
        "        y = calc_output(W, x)\n        W = W + alpha * y * (1 - y) * (d - y) * x\n"
        "    return W\n"
    )
    again = (
        "def calc_output(W1, W2, x):\n    y1 = 1 / (1 + np.exp(-np.matmul(W1, x)))\n"
        "    return 1 / (1 + np.exp(-np.matmul(W2, y1))), y1\n"
    )
    checked = check("import numpy as np\n" + first + uses + again)
    assert {e.subject: str(e.verdict) for e in checked.explanations} == {
        "calc_output:2": "right",
        "delta_GD": "right",
        "calc_output": "right",
    }


def test_what_a_file_reads_and_lacks_is_put_in_and_told(check):
    checked = check("def XOR(a, b):\n    return AND(OR(a, b), NAND(a, b))\n")
    assert checked.verdict == "right"
    assert checked.put_in == ("AND", "NAND", "OR")
    assert check("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n").put_in == ("np",)


def test_an_imported_file_of_ones_own_gives_its_definitions_and_does_nothing(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
        "while True: pass\nopen('trained', 'w').write('yes')\n"
    )
    path = tmp_path / "uses.py"
    path.write_text("from mine import sigmoid\ndef sigmoid_grad(x):\n"
                    "    return sigmoid(x) * (1 - sigmoid(x))\n")  # fmt: skip
    assert check_thing(path).verdict == "right"
    assert not (tmp_path / "trained").exists()


REACHING = """
import json, socket, urllib.request
import numpy as np
def sigmoid(x):
    found = []
    for reach in (lambda: socket.create_connection(('127.0.0.1', 9)),
                  lambda: urllib.request.urlopen('http://127.0.0.1:9/')):
        try:
            reach()
        except OSError as error:
            found.append(repr(error))
    open({path!r}, 'w').write(json.dumps(found))
    assert all('KeptFileError' in error or 'network' in error for error in found), found
    return 1 / (1 + np.exp(-x)) if len(found) == 2 else 0
"""


def test_a_check_reaches_for_no_network_and_writes_nothing(tmp_path):
    path = tmp_path / "loads.py"
    path.write_text(REACHING.format(path=str(tmp_path / "out.json")))
    checked = check_thing(path)
    assert checked.verdict == "right", checked
    assert [p.name for p in tmp_path.iterdir()] == ["loads.py"]


@pytest.mark.slow
def test_a_notebooks_loop_is_told_by_its_cell(tmp_path):
    cells = [XOR.split("for step")[0], "for step" + XOR.split("for step")[1]]
    code = [{"cell_type": "code", "source": text.splitlines(keepends=True)} for text in cells]
    path = tmp_path / "xor.ipynb"
    notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook))
    assert check_thing(path).verdict == "right"
    wrong = json.loads(path.read_text())
    wrong["cells"][1]["source"] = [
        line.replace("* middle * (1 - middle)", "") for line in wrong["cells"][1]["source"]
    ]
    path.write_text(json.dumps(wrong))
    checked = check_thing(path)
    assert any("cell 2, line 6" in sentence for sentence in checked.explanations[0].sentences)


@pytest.mark.parametrize(
    ("line", "expression"),
    [("dout * self.out - self.out", "dout * out - out"), ("dout + self.out", "dout + out")],
)
def test_a_formula_that_no_known_mistake_explains_is_written_out(line, expression, check):
    layer = (
        "import numpy as np\nclass Sigmoid:\n    def forward(self, x):\n"
        "        self.out = 1 / (1 + np.exp(-x))\n        return self.out\n"
        f"    def backward(self, dout):\n        return {line}\n"
    )
    (found,) = check(layer).explanations
    assert (found.verdict, found.faults) == ("wrong", ("another-formula",))
    assert f"What stands there is `{expression}`" in found.sentences[0]
    assert found.line == 7


def test_an_update_that_is_cut_off_in_the_middle_is_not_judged(check):
    text = OF_THE_BOOK.format(one_hot=True, rows="pick", keys=KEYS, rate=0.07).replace(
        "    for key in", "    if i == 2:\n        del grad['b2']\n    for key in"
    )
    assert loop_of(check(text)).verdict == "right"
