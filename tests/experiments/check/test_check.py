"""Students' files, right and wrong, from reading to explaining."""

import html
import json
import linecache
import re
import sys
import types

import pytest

from experiments import commands
from experiments.check import check as check_thing
from experiments.check import findings
from experiments.check.files import check_files
from experiments.check.page import to_html
from experiments.commands import exits
from experiments.words import LANGUAGES
from tests.experiments.check.students import (
    ATTRIBUTES_NET,
    DELTA_RULE,
    DESCENT,
    DIRECT_NET,
    FUNCTIONS,
    HEAD,
    LAYER_NET,
    LAYERS,
    LOOP,
    NOTE,
    TRAINING,
)

DIRECT = HEAD + FUNCTIONS + DIRECT_NET
LAYERED = HEAD + FUNCTIONS + LAYER_NET
ATTRIBUTES = HEAD + FUNCTIONS + ATTRIBUTES_NET
IMPORTING = (
    HEAD + "from common.functions import *\nfrom common.gradient import numerical_gradient\n"
)


def every_fifth(rows, ids):
    """Every fifth row now, the others in CI: each is a process of its own."""
    return [
        pytest.param(*row, id=name, marks=() if i % 5 == 0 else pytest.mark.slow)
        for i, (row, name) in enumerate(zip(rows, ids, strict=True))
    ]


def about(checked, subject):
    return next(e for e in checked.explanations if e.subject == subject)


RIGHT = {
    "all in one file": DIRECT,
    "layers and ReLU": LAYERED,
    "attributes, gradients as a tuple": ATTRIBUTES,
    "the book's helpers imported": IMPORTING + DIRECT_NET,
    "trains when imported": DIRECT + TRAINING,
    "loads MNIST when imported": HEAD
    + "from dataset.mnist import load_mnist\n"
    + "(x_train, t_train), (x_test, t_test) = load_mnist(one_hot_label=True)\n"
    + FUNCTIONS
    + DIRECT_NET,
    "imports what is not installed": "import no_such_package\nfrom torch import nn\n" + DIRECT,
    "tabs and a class of another name": DIRECT.replace("TwoLayerNet", "MyNet").replace(
        "    ", "\t"
    ),
    "the study note's nets": NOTE,
    "the delta rule": DELTA_RULE,
    "a training loop": LOOP,
    "more layers": HEAD + FUNCTIONS + LAYERS,
    "a function as a lambda": "import numpy as np\nsigmoid = lambda x: 1 / (1 + np.exp(-x))\n",
    "defined twice, the last one right": HEAD
    + FUNCTIONS
    + DIRECT_NET.replace("y - t", "y + t")
    + DIRECT_NET,
}


@pytest.mark.mostly_slow(5)
@pytest.mark.parametrize("style", RIGHT)
def test_right_files_get_no_complaint(style, check):
    checked = check(RIGHT[style])
    assert checked.error == ""
    assert checked.explanations
    assert {e.verdict for e in checked.explanations} == {"right"}, checked.explanations


WRONG_NETS = [
    # file, what is changed, to what, the fault, a word of the line to look at
    (DIRECT, "(1.0 - z1) * z1 * dz1", "dz1", "hidden-slope-missing", "W2.T"),
    (DIRECT, "(1.0 - z1) * z1 * dz1", "(1.0 - z1) * dz1", "hidden-slope-one-minus-z-only", "da1"),
    (DIRECT, "(1.0 - z1) * z1 * dz1", "(1.0 - a1) * a1 * dz1", "hidden-slope-of-a", "da1"),
    (DIRECT, "(y - t) / batch_num", "y - t", "delta-not-divided", "dy ="),
    (DIRECT, "(y - t) / batch_num", "(t - y) / batch_num", "delta-sign", "dy ="),
    (DIRECT, "(y - t) / batch_num", "y / batch_num", "delta-without-target", None),
    (DIRECT, "np.sum(da1, axis=0)", "np.mean(da1, axis=0)", "b1-mean", '"b1"'),
    (DIRECT, "np.dot(z1.T, dy)", "np.dot(a1.T, dy)", "W2-from-a1", '"W2"'),
    (DIRECT, 'np.dot(x, self.params["W1"]) + self.params["b1"]', 'np.dot(x, self.params["W1"])',
     None, None),
    (DIRECT, "1e-7", "1e-8", "loss-epsilon-1e-8", None),
    (LAYERED, "(self.y - self.t) / batch_size", "self.y - self.t", "delta-not-divided", None),
    (LAYERED, "self.db = np.sum(dout, axis=0)", "self.db = np.mean(dout, axis=0)", None, None),
    (ATTRIBUTES, "* self.z1 * (1 - self.z1)", "", "hidden-slope-missing", "d1 ="),
    (ATTRIBUTES, "x.T @ d1, d1.sum(axis=0)", "x.T @ (d2 @ self.W2.T), d1.sum(axis=0)",
     "W1-without-slope", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "old", "new", "fault", "line"),
    every_fifth(WRONG_NETS, [f"{new}: {fault or 'unknown'}" for _, _, new, fault, _ in WRONG_NETS]),
)
def test_wrong_nets_get_the_name_of_their_bug(text, old, new, fault, line, check):
    assert old in text
    wrong = text.replace(old, new)
    checked = check(wrong)
    name = "Net" if text is ATTRIBUTES else "TwoLayerNet"
    explanation = about(checked, name)
    if fault:
        assert explanation.faults == (fault,)
    else:
        assert explanation.verdict in ("wrong", "unknown")
    if line:
        assert line in wrong.split("\n")[explanation.line - 1]


WRONG_PIECES = [
    # file, what is changed, to what, where it is seen, the fault, a word of the line to look at
    (NOTE, "y * (1 - y) * e", "e", "calc_delta", "delta-rule-without-slope", None),
    (NOTE, "y * (1 - y) * e", "e", "backprop_XOR", "output-slope-missing", None),
    (NOTE, "d - y\n    return y", "y - d\n    return y", "calc_delta", "delta-rule-sign", None),
    (NOTE, "y1 * (1 - y1) * e1", "e1", "backprop_XOR", "hidden-slope-missing", None),
    (NOTE, "y1 * (1 - y1) * e1", "(1 - y1) * e1", "calc_delta1",
     "hidden-slope-one-minus-z-only", "(1 - y1)"),
    (NOTE, "alpha * delta * y1\n    return W1, W2\n\ndef BackpropCE",
     "alpha * delta * y1\n        return W1, W2\n\ndef BackpropCE",
     "backprop_XOR", "stops-after-first", "return W1, W2"),
    (NOTE, "return d - y", "return y * (1 - y) * (d - y)", "BackpropCE",
     "cross-entropy-delta-with-slope", None),
    (NOTE, "return d - y", "return y - d", "calcDelta_ce", "cross-entropy-delta-sign", "y - d"),
    (DELTA_RULE, "alpha * delta", "delta", "delta_GD", "update-without-rate", None),
    (DELTA_RULE, "W = W + dW", "W = dW", "delta_GD", "update-replaces", "W = dW"),
    (DELTA_RULE, "W = W + dW\n    return W", "W = W + dW\n        return W", "delta_GD",
     "stops-after-first", "return W"),
    (DELTA_RULE, "* X[k]\n", "* np.ones(3)\n", "delta_GD", "delta-rule-without-input", None),
    (LAYERED, "dout[self.mask] = 0\n        return dout", "return dout", "Relu",
     "relu-layer-unmasked", "return dout"),
    (LAYERED, "np.sum(dout, axis=0)", "np.mean(dout, axis=0)", "Affine", "affine-db-mean",
     "self.db ="),
    (LAYERED, "np.sum(dout, axis=0)", "dout", "Affine", "affine-db-not-summed", "self.db ="),
    (LAYERED, "np.dot(self.x.T, dout)", "np.dot(dout.T, self.x)", "Affine",
     "affine-dW-transposed", "self.dW ="),
    (LAYERED, "(self.y - self.t) / batch_size", "self.y - self.t", "SoftmaxWithLoss",
     "softmax-with-loss-not-divided", "self.y - self.t"),
    (HEAD + FUNCTIONS + LAYERS, "(1.0 - self.out) * self.out", "self.out", "Sigmoid",
     "sigmoid-layer-slope-out-only", "dout * self.out"),
    (HEAD + FUNCTIONS + LAYERS, "dout * self.y, dout * self.x", "dout * self.x, dout * self.y",
     "MulLayer", "mul-layer-not-exchanged", "dout * self.x"),
    (
        *(HEAD + FUNCTIONS + LAYERS, "return dout, dout", "return 1, 1", "AddLayer"),
        *("returns-a-number", None),
    ),
    (HEAD + FUNCTIONS + DESCENT, "x -= lr", "x += lr", "gradient_descent", "descent-uphill", "+="),
    (HEAD + FUNCTIONS + DESCENT, "return x\n\ndef", "return grad\n\ndef", "gradient_descent",
     "descent-returns-gradient", None),
    (LOOP, ', "b2")', ")", "train", "b2-never-updated", "-="),
    (LOOP, "-=", "+=", "train", "update-uphill", "+="),
    (LOOP, "learning_rate * grad", "grad", "train", "update-without-rate", "-="),
    (LOOP, "t_train[mask]", "t_train[:batch_size]", "train", "samples-and-targets-apart",
     "t_batch ="),
    (LOOP, "np.random.choice(x_train.shape[0], batch_size)", "np.arange(batch_size)", "train",
     "same-batch", None),
]  # fmt: skip


@pytest.mark.mostly_slow(11)
@pytest.mark.parametrize(
    ("text", "old", "new", "subject", "fault", "line"),
    every_fifth(
        WRONG_PIECES,
        [f"{subject}: {fault or 'unknown'}" for _, _, _, subject, fault, _ in WRONG_PIECES],
    ),
)
def test_wrong_pieces_get_the_name_of_their_bug(text, old, new, subject, fault, line, check):
    assert old in text
    wrong = text.replace(old, new)
    explanation = about(check(wrong), subject)
    if fault is None:
        assert explanation.verdict == "unknown"
        return
    assert explanation.faults == (fault,)
    if line:
        assert line in wrong.split("\n")[explanation.line - 1]


@pytest.mark.slow
def test_two_bugs_at_once(check):
    wrong = DIRECT.replace("(y - t) / batch_num", "y - t").replace("(1.0 - z1) * z1 * dz1", "dz1")
    assert set(about(check(wrong), "TwoLayerNet").faults) == {
        "delta-not-divided",
        "hidden-slope-missing",
    }


def test_a_bug_that_nobody_knows_is_not_guessed_at(check):
    wrong = DIRECT.replace("(1.0 - z1) * z1 * dz1", "(1.0 - z1) * z1 * z1 * dz1 * 1.3")
    explanation = about(check(wrong), "TwoLayerNet")
    assert explanation.verdict == "unknown"
    assert explanation.faults == ()
    assert any("No known mistake" in sentence for sentence in explanation.sentences)


def test_the_students_own_numerical_gradient_is_the_third_opinion(check):
    wrong = DIRECT.replace("(1.0 - z1) * z1 * dz1", "dz1")
    sentences = about(check(wrong), "TwoLayerNet").sentences
    assert any("numerical gradient agrees with Keras" in sentence for sentence in sentences)


FUNCTION_BUGS = [
    ("sigmoid", "def sigmoid(x): return 1 / (1 + np.exp(x))", "sigmoid-exponent-sign"),
    ("sigmoid", "def sigmoid(x): return 1 / (1 - np.exp(-x))", "sigmoid-minus"),
    ("relu", "def relu(x): return np.minimum(0, x)", "relu-minimum"),
    ("relu", "def relu(x): return np.abs(x)", "relu-absolute"),
    ("softmax", "def softmax(a): return np.exp(a) / np.sum(np.exp(a))", "softmax-of-all"),
    ("softmax", "def softmax(a): return np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)",
     "softmax-overflow"),
    ("mean_squared_error", "def mean_squared_error(y, t): return 0.5 * np.sum(y - t) ** 2",
     "squared-loss-difference-squared"),
    ("cross_entropy_error", "def cross_entropy_error(y, t): return np.sum(t * np.log(y + 1e-7))"
     " / (len(y) if y.ndim == 2 else 1)", "loss-sign"),
    ("numerical_gradient", "def numerical_gradient(f, x):\n"
     "    e = np.eye(x.size) * 1e-4\n"
     "    return np.array([(f(x + d) - f(x)) / 1e-4 for d in e])", "difference-forward"),
    ("step_function", "def step_function(x):\n    if x >= 0: return 1\n    return 0",
     "step-at-zero"),
    ("AND", "def AND(x1, x2): return int(x1 * 0.5 + x2 * 0.5 > 0.3)", "and-is-or"),
    ("NAND", "def NAND(x1, x2): return int(x1 * 0.5 + x2 * 0.5 > 0.7)", "nand-not-negated"),
    ("XOR", "def XOR(x1, x2): return 1", "xor-of-or"),
    ("XOR", "def XOR(x1, x2): return int(x1 and x2)", "xor-without-nand"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    every_fifth(FUNCTION_BUGS, [f"{n}: {f}" for n, _, f in FUNCTION_BUGS]),
)
def test_wrong_functions_get_the_name_of_their_bug(name, text, fault, check):
    explanation = about(check("import numpy as np\n" + text), name)
    assert explanation.faults == (fault,)
    assert explanation.line >= 2


CONVENTIONS = [
    ("mean_squared_error", "def mean_squared_error(y, t): return np.mean((y - t) ** 2)"),
    ("mean_squared_error", "def mean_squared_error(y, t): return np.sum((y - t) ** 2)"),
    ("cross_entropy_error", "def cross_entropy_error(y, t):\n"
     "    y, t = np.atleast_2d(y), np.atleast_2d(t)\n"
     "    return -np.sum(t * np.log(y + 1e-8)) / len(y)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), CONVENTIONS)
def test_conventions_are_no_bugs(name, text, check):
    assert about(check("import numpy as np\n" + text), name).verdict == "convention"


HOSTILE = {
    "never ends": "def sigmoid(x):\n    while True: pass",
    "leaves": "import sys\ndef sigmoid(x): sys.exit(0)",
    "recursion": "def sigmoid(x): return sigmoid(x)",
    "all memory": "import numpy as np\ndef sigmoid(x): return np.zeros((10**6, 10**6))",
    "a string": "def sigmoid(x): return 'much'",
    "None": "def sigmoid(x): print(x)",
    "raises": "def sigmoid(x): raise RuntimeError('not yet')",
}


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize(
    "kind",
    [pytest.param(k, marks=pytest.mark.slow if k == "never ends" else ()) for k in HOSTILE],
)
def test_hostile_functions_do_no_harm_and_the_others_are_checked(kind, check):
    good = "\nimport numpy as np\ndef relu(x): return np.maximum(0, x)\n"
    checked = check(HOSTILE[kind] + good)
    assert about(checked, "sigmoid").verdict == "failed"
    assert about(checked, "sigmoid").sentences
    assert about(checked, "relu").verdict == "right"


def test_what_takes_arguments_of_its_own_is_not_checked(check):
    checked = check("def sigmoid(x, y, z): return x\ndef relu(x): return x * (x > 0)")
    assert [e.subject for e in checked.explanations] == ["relu"]
    assert any("other arguments than the book's" in aside for aside in checked.asides)


def test_the_process_dying_is_told(check):
    checked = check("import os\ndef sigmoid(x): os._exit(9)\n")
    assert "ended with code 9" in about(checked, "sigmoid").sentences[0]


def test_changed_arguments_are_told(check):
    wrong = DIRECT.replace("a1 = np.dot(x, W1) + b1", "x *= 1.0; t += 0.0; a1 = np.dot(x, W1) + b1")
    assert check(wrong).changed == ()
    changing = DIRECT.replace("return grads\n", "x *= 2\n        return grads\n")
    assert check(changing).changed == ("TwoLayerNet.gradient",)


UNREADABLE = {
    "a syntax error": ("def sigmoid(x)\n    return x", "line 1"),
    "Python 2": ("x = 1\nprint 'hello'", "Python 2"),
    "nothing known": ("def of_my_own(x): return x", "nothing that is known"),
    "no text": (b"\xff\xfe\x00\x81\x20\x80", "encoding"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_one_clear_sentence(kind, check):
    text, says = UNREADABLE[kind]
    checked = check(text)
    assert says in checked.error
    assert checked.verdict == "failed"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp949", "shift_jis", "utf-8-sig"])
def test_other_encodings(encoding, check):
    comment = {"cp949": "# 시그모이드", "shift_jis": "# シグモイド"}.get(encoding, "# σ")
    text = f"{comment}\nimport numpy as np\ndef sigmoid(x): return 1 / (1 + np.exp(-x))\n"
    assert about(check(text.encode(encoding)), "sigmoid").verdict == "right"


def test_a_notebook_with_magics(check):
    cells = [
        ("markdown", ["# 신경망"]),
        ("code", ["%matplotlib inline\n", "!pip install numpy\n", "import numpy as np"]),
        ("code", ["%%time\n", "print(1)"]),
        ("code", ["def sigmoid(x):\n", "    return 1 / (1 + np.exp(x))\n", "sigmoid?"]),
    ]
    text = json.dumps({"cells": [{"cell_type": kind, "source": s} for kind, s in cells]})
    found = about(check(text, "student.ipynb"), "sigmoid")
    assert found.faults == ("sigmoid-exponent-sign",)
    assert any("cell 3, line 2" in sentence for sentence in found.sentences)


def test_other_names_can_be_mapped(check):
    text = "import numpy as np\ndef shares(a): return np.exp(a) / np.sum(np.exp(a))\n"
    assert check(text).error
    assert about(check(text, others={"shares": "softmax"}), "shares").faults == ("softmax-of-all",)


@pytest.mark.parametrize("name", ["my_softmax", "Softmax"])
def test_synonyms_and_capitals_are_known(name, check):
    text = f"import numpy as np\ndef {name}(a): return np.exp(a) / np.sum(np.exp(a))\n"
    assert about(check(text), name).faults == ("softmax-of-all",)


def test_a_plot_has_nothing_to_check_and_a_program_of_its_own_has(check):
    plot = "import numpy as np\nimport matplotlib.pyplot as plt\nplt.plot(np.sin(np.arange(3)))\n"
    assert check(plot).verdict == "nothing"
    assert check(plot + "for i in range(3):\n    x = 1\n    x -= 0.1\n").verdict == "failed"
    assert check("from layers import Mul\n" + plot).verdict == "failed"


def test_a_function_for_batches_only_is_a_convention(check):
    text = "import numpy as np\ndef softmax(a):\n    e = np.exp(a - a.max(axis=1, keepdims=True))\n"
    found = about(check(text + "    return e / e.sum(axis=1, keepdims=True)\n"), "softmax")
    assert found.verdict == "convention"
    assert "right for batches" in found.sentences[0]


def test_a_misspelt_method_is_named(check):
    text = LAYERS.replace("def backward", "def backword", 1)
    assert text != LAYERS
    checked = check(HEAD + FUNCTIONS + text)
    assert any("`backword` misspelt" in s for e in checked.explanations for s in e.sentences)


def test_a_method_that_fails_is_not_right(check):
    broken = DIRECT_NET.replace(
        "def numerical_gradient(self, x, t):",
        "def numerical_gradient(self, x, t):\n        nowhere(x)",
    )
    found = about(check(HEAD + FUNCTIONS + broken), "TwoLayerNet")
    assert found.verdict == "failed"
    assert any("nowhere" in sentence for sentence in found.sentences)


def test_korean(check):
    wrong = DIRECT.replace("(1.0 - z1) * z1 * dz1", "dz1")
    explanation = about(check(wrong, language="ko"), "TwoLayerNet")
    assert explanation.headline == "틀림"
    assert "은닉층의 델타에 시그모이드의 미분 z1·(1−z1)이 빠졌습니다." in explanation.sentences
    assert any(re.search(r"확인할 곳: .*번째 줄", said) for said in explanation.sentences)


def test_nothing_of_the_student_is_changed(check, tmp_path):
    checked = check(DIRECT)
    assert checked.path.read_text() == DIRECT
    assert [p.name for p in tmp_path.iterdir()] == ["student.py"]


WRITERS = {
    "a log": "log = open('result.txt', 'w')\ndef sigmoid(x):\n    log.write('called')\n",
    "a path": "from pathlib import Path\ndef sigmoid(x):\n"
    "    Path('result.txt').write_text('no')\n",
    "a descriptor": "import os\ndef sigmoid(x):\n"
    "    os.close(os.open('result.txt', os.O_WRONLY | os.O_TRUNC))\n",
    "removed": "import os\ndef sigmoid(x):\n    os.remove('result.txt')\n",
    "renamed": "import os\ndef sigmoid(x):\n    os.rename('result.txt', 'other.txt')\n",
    "a shell": "import os\ndef sigmoid(x):\n    os.system('echo no > result.txt')\n",
    "a program": "import subprocess\ndef sigmoid(x):\n    subprocess.run(['touch', 'other.txt'])\n",
    "a database": "import sqlite3\ndef sigmoid(x):\n    sqlite3.connect('other.txt').close()\n",
    "saved": "import numpy as np\ndef sigmoid(x):\n    np.savetxt('result.txt', x)\n",
}


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize("way", WRITERS)
def test_files_beside_the_student_s_are_not_written(way, check, tmp_path):
    (tmp_path / "result.txt").write_text("kept")
    right = "    import numpy as np\n    return 1 / (1 + np.exp(-x))\n"
    checked = check(WRITERS[way] + right)
    assert (tmp_path / "result.txt").read_text() == "kept"
    assert not (tmp_path / "other.txt").exists()
    verdict = about(checked, "sigmoid").verdict
    assert verdict == ("right" if way in ("a log", "a path") else "failed")


def page_of(tmp_path, **texts):
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    paths = [tmp_path / f"{name}.py" for name in texts]
    return to_html(list(check_files(paths, LANGUAGES)))


def test_the_page_shows_the_line_the_correction_and_both_numbers_in_both_languages(tmp_path):
    wrong = DIRECT.replace("(1.0 - z1) * z1 * dz1", "dz1")
    page = page_of(tmp_path, student=wrong)
    assert page.count('class="map"') == 2  # gradient['W1'] and gradient['b1']
    assert '<span lang="ko">은닉층의 델타에' in page
    assert '<span lang="en">' in page
    (marked,) = re.findall(r'<span class="line marked"><i>(\d+)</i> (.*)\n', page)
    assert wrong.split("\n")[int(marked[0]) - 1] == html.unescape(marked[1])
    assert "np.dot(delta2, W2.T) * z1 * (1 - z1)</pre>" in page


def test_the_page_gives_the_numbers_of_both_sides_where_they_differ_most(tmp_path):
    page = page_of(
        tmp_path, student=HEAD + "def sigmoid(x):\n    return 1 / (1 + 2 * np.exp(-x))\n"
    )
    rows = re.findall(r"<td>(-?[\d.e+-]+)</td><td>(-?[\d.e+-]+)</td><td>[\d.e+-]+</td></tr>", page)
    assert rows
    for own, keras in (map(float, row) for row in rows):
        odds = keras / (1 - keras)  # sigmoid(x) = odds / (1 + odds); theirs has half the odds
        assert own == pytest.approx(odds / (2 + odds), rel=1e-6)


@pytest.mark.slow
def test_what_students_write_is_escaped_on_the_page(tmp_path):
    text = "import numpy as np\ndef sigmoid(x): raise ValueError('<script>*a* `<b>`</script>')\n"
    page = page_of(tmp_path, hostile=text)
    assert "<script>*" not in page
    assert "&lt;script&gt;*a* <code>&lt;b&gt;</code>" in page
    path = tmp_path / "hostile.py"
    assert "<script>" not in check_thing(path)._repr_html_()
    assert "<nav" not in check_thing(path)._repr_html_()


@pytest.mark.slow
def test_a_folder_s_page_counts_by_file_and_by_subject(tmp_path):
    wrong = DIRECT.replace("/ batch_num", "")
    page = page_of(tmp_path, a=DIRECT, b=wrong, c=wrong, d="x = (", e=HEAD + FUNCTIONS)
    assert page.count('<details class="file"') == 5
    assert re.findall(r'<details class="file" id="file-(\d)" open>', page) == ["2", "3", "4"]
    by_subject = page.split('<th scope="row">TwoLayerNet</th>')[1].split("</tr>")[0]
    assert re.findall(r"<td>(\d+)</td>", by_subject) == ["2", "1"]


@pytest.mark.slow
def test_a_class_can_be_checked_by_its_file(tmp_path, monkeypatch):
    (tmp_path / "own_net.py").write_text(DIRECT)
    monkeypatch.syspath_prepend(tmp_path)
    import own_net

    assert check_thing(own_net.TwoLayerNet).verdict == "right"
    assert check_thing(own_net).verdict == "right"
    assert check_thing(tmp_path / "own_net.py").verdict == "right"


@pytest.fixture
def typed(monkeypatch):
    """Cells of a notebook, as IPython runs them: their text is known, and lies in no file."""
    module = types.ModuleType("typed_cells")
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def run(number, text):
        name = f"<ipython-input-{number}>"
        monkeypatch.setitem(linecache.cache, name, (len(text), None, text.splitlines(True), name))
        exec(compile(text, name, "exec"), module.__dict__)
        return module

    return run


@pytest.mark.slow
def test_a_class_typed_into_a_cell_is_checked_with_what_other_cells_define(typed):
    typed(1, "import numpy as np\n")
    typed(2, FUNCTIONS)
    assert check_thing(typed(3, DIRECT_NET).TwoLayerNet).verdict == "right"
    wrong = DIRECT_NET.replace("(1.0 - z1) * z1 * dz1", "dz1")
    checked = check_thing(typed(4, wrong).TwoLayerNet)
    assert about(checked, "TwoLayerNet").faults == ("hidden-slope-missing",)
    assert check_thing(typed(5, "").sigmoid).verdict == "right"


def test_what_has_no_text_is_refused():
    namespace = {"__name__": "nowhere"}
    exec("class Made:\n    def predict(self): pass\n", namespace)
    with pytest.raises(TypeError, match="write it into a file"):
        check_thing(namespace["Made"])


@pytest.mark.slow
def test_printed_it_reads_as_in_the_terminal(tmp_path, capsys):
    path = tmp_path / "bad.py"
    path.write_text(DIRECT.replace("/ batch_num", ""))
    commands.main(["check", str(path), "--lang", "en"])
    said = capsys.readouterr().out
    assert str(check_thing(path)) == said.rstrip("\n")


def test_the_command_line(tmp_path, capsys):
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(DIRECT)
    bad.write_text(DIRECT.replace("/ batch_num", ""))
    assert commands.main(["check", str(good)]) == exits.OK
    table, page = tmp_path / "t.csv", tmp_path / "p.html"
    arguments = ["check", str(tmp_path), "--lang", "ko", "--csv", str(table), "--out", str(page)]
    assert commands.main(arguments) == exits.DISAGREED
    assert "delta-not-divided" in table.read_text()
    assert page.read_text().startswith("<!doctype html>")
    capsys.readouterr()
    assert commands.main(["check", "--json", str(good), str(bad)]) == exits.DISAGREED
    verdicts = [entry["verdict"] for entry in json.loads(capsys.readouterr().out)]
    assert verdicts == ["right", "wrong"]
    assert commands.main(["check", str(tmp_path / "absent.py")]) == exits.USAGE
    (tmp_path / "empty.py").write_text("x = 1\n")
    assert commands.main(["check", str(tmp_path / "empty.py")]) == exits.OK
    (tmp_path / "own.py").write_text("def of_my_own(x): return x\n")
    assert commands.main(["check", str(tmp_path / "own.py")]) == exits.ENVIRONMENT
    assert commands.main(["check", str(good), "--map", "mine=nothing"]) == exits.USAGE


ONE_SAMPLE = [
    ("softmax", "def softmax(a): c = np.max(a); e = np.exp(a - c); return e / np.sum(e)",
     "softmax-over-the-batch"),
    ("cross_entropy_error", "def cross_entropy_error(y, t): return -np.sum(t * np.log(y + 1e-7))",
     "loss-summed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "fault"), ONE_SAMPLE)
def test_the_books_first_versions_are_right_for_one_sample(name, text, fault, check):
    checked = check("import numpy as np\n" + text)
    assert about(checked, name).verdict == "one sample"
    assert about(checked, name).faults == (fault,)


def test_names_that_numpy_has_lost_still_work_and_are_told(check):
    text = "import numpy as np\ndef step_function(x):\n    return np.array(x > 0, dtype=np.int)\n"
    checked = check(text)
    assert about(checked, "step_function").verdict == "right"
    assert checked.removed == (("np.int", "line 3"),)


def test_a_numerical_gradient_for_vectors_only_is_said_to_be_one(check):
    text = """
import numpy as np
def numerical_gradient(f, x):
    grad = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = float(old) + 1e-4
        above = f(x)
        x[i] = old - 1e-4
        grad[i] = (above - f(x)) / 2e-4
        x[i] = old
    return grad
"""
    assert about(check(text), "numerical_gradient").verdict == "one sample"


def test_a_gradient_taken_row_by_row_is_right(check):
    text = """
import numpy as np
from mpl_toolkits.mplot3d import Axes3D
def _one(f, x):
    grad = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = old + 1e-4
        above = f(x)
        x[i] = old - 1e-4
        grad[i] = (above - f(x)) / 2e-4
        x[i] = old
    return grad
def numerical_gradient(f, X):
    if X.ndim == 1:
        return _one(f, X)
    return np.array([_one(f, x) for x in X])
"""
    assert about(check(text), "numerical_gradient").verdict == "right"


def test_what_a_file_imports_and_does_not_use_is_not_held_against_it(tmp_path):
    (tmp_path / "common").mkdir()
    unused = "\ndef relu_grad(x):\n    return np.zeros(x)\n"
    (tmp_path / "common" / "functions.py").write_text("import numpy as np\n" + FUNCTIONS + unused)
    path = tmp_path / "net.py"
    path.write_text("import numpy as np\nfrom common.functions import *\n" + DIRECT_NET)
    assert check_thing(path).verdict == "right"
    helper = check_thing(tmp_path / "common" / "functions.py")
    assert any("np.zeros_like(x)" in sentence for sentence in about(helper, "relu_grad").sentences)


def test_a_net_that_gives_not_all_gradients_is_not_right(check):
    lacking = DIRECT.replace('grads["b1"] = np.sum(da1, axis=0)', "pass")
    explanation = about(check(lacking), "TwoLayerNet")
    assert explanation.verdict == "failed"
    assert any("gives no gradient of b1" in sentence for sentence in explanation.sentences)
    other = DIRECT.replace('grads["', 'grads["grad_')
    assert about(check(other), "TwoLayerNet").verdict == "right"


@pytest.mark.slow
def test_training_on_all_samples_at_once_or_on_uneven_batches_is_right(check):
    whole = LOOP.replace("np.random.choice(x_train.shape[0], batch_size)", "np.arange(14)")
    assert about(check(whole), "train").verdict == "right"
    uneven = LOOP.replace("batch_size)\n", "5 if i else 7)\n", 1)
    assert about(check(uneven), "train").verdict == "right"
    endless = LOOP.replace("range(iters_num)", "iter(int, 1)")
    assert about(check(endless), "train").verdict == "failed"
    other = check(LOOP.replace("network, ", "network, what, ") + FUNCTIONS)
    assert any("what its parameter what is for" in aside for aside in other.asides)


@pytest.mark.slow
def test_biases_as_rows_and_a_file_called_scratch(check):
    rows = DIRECT.replace("np.zeros(hidden_size)", "np.zeros((1, hidden_size))")
    rows = rows.replace("np.zeros(output_size)", "np.zeros((1, output_size))")
    assert about(check(rows), "TwoLayerNet").verdict == "right"
    assert about(check(LOOP, name="scratch.py"), "train").verdict == "right"


def test_what_was_not_asked_any_more_is_told(check):
    text = "import os, atexit\ndef sigmoid(x): return 1 / (1 + np.exp(-x))\nimport numpy as np\n"
    leaving = text + "class relu:\n    pass\ndef softmax(a): os._exit(3)\ndef AND(a, b): return a\n"
    checked = check(leaving)
    assert checked.verdict == "failed"
    assert "the process ended with code 3: what came after was not asked" in checked.asides


def test_a_class_that_is_no_net_of_one_hidden_layer_is_not_called_right(check):
    text = """
import numpy as np
class simpleNet:
    def __init__(self):
        self.W = np.random.randn(2, 3)
    def predict(self, x):
        return np.dot(x, self.W)
    def loss(self, x, t):
        return 0.0
"""
    checked = check(text)
    assert checked.verdict == "failed"
    assert "simpleNet" in checked.unasked


def test_statements_that_are_not_run_are_told_together(check):
    checked = check(LOOP + "open('n')\nopen('n')\n\nopen('n')\n")
    why = "FileNotFoundError: [Errno 2] No such file or directory: 'n'"
    assert checked.asides == (f"not run to its end: line 14 – line 17 ({why})",)


def test_a_descent_by_differences_is_right_and_a_slope_at_zero_is_a_convention(check):
    checked = check(HEAD + FUNCTIONS + DESCENT)
    assert about(checked, "gradient_descent").verdict == "right"
    assert about(checked, "relu_grad").verdict == "convention"


def test_a_mistake_is_followed_into_the_file_it_is_imported_from(tmp_path):
    (tmp_path / "common").mkdir()
    wrong = FUNCTIONS.replace("1 / (1 + np.exp(-x))", "1 / (1 + np.exp(x))")
    (tmp_path / "common" / "functions.py").write_text("import numpy as np\n" + wrong)
    path = tmp_path / "net.py"
    path.write_text("import numpy as np\nfrom common.functions import *\n" + DIRECT_NET)
    checked = check_thing(path)
    explanation = about(checked, "sigmoid")
    assert explanation.faults == ("sigmoid-exponent-sign",)
    assert any("common/functions.py, line 3" in sentence for sentence in explanation.sentences)
    assert {e.subject for e in checked.explanations} == {"sigmoid", "TwoLayerNet"}


def test_a_relative_import(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "functions.py").write_text("import numpy as np\n" + FUNCTIONS)
    path = tmp_path / "common" / "layers.py"
    path.write_text("import numpy as np\nfrom .functions import *\n" + LAYERS)
    assert about(check_thing(path), "Sigmoid").verdict == "right"


def test_a_relative_import_from_two_packages_above(tmp_path):
    common, chapter = tmp_path / "book" / "common", tmp_path / "book" / "ch05" / "mine"
    for folder in (common, chapter):
        folder.mkdir(parents=True)
    (common / "functions.py").write_text("import numpy as np\n" + FUNCTIONS)
    path = chapter / "layers.py"
    path.write_text("import numpy as np\nfrom ...common.functions import *\n" + LAYERS)
    assert about(check_thing(path), "Sigmoid").verdict == "right"


def test_what_was_not_found_is_named_where_it_is_missed(check):
    text = "import numpy as np\nimport nowhere\ndef sigmoid(x): return nowhere.sigmoid(x)\n"
    assert "nowhere.sigmoid, which was not found" in about(check(text), "sigmoid").sentences[0]


def test_a_branch_without_return_is_told(check):
    text = "def AND(x1, x2):\n    if x1 + x2 > 1.5:\n        return 1\n"
    assert "does every branch have its return?" in about(check(text), "AND").sentences[0]


def test_modules_beside_and_above_are_found_and_others_told(tmp_path):
    (tmp_path / "ch04").mkdir()
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "func.py").write_text("import numpy as np\n" + FUNCTIONS)
    path = tmp_path / "ch04" / "net.py"
    path.write_text("from common.func import *\nfrom nowhere import thing\n" + DIRECT_NET)
    checked = check_thing(path)
    assert checked.verdict == "right"
    assert checked.not_found == ("nowhere",)


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("helper", "right", "wrong"),
    [
        ("cross_entropy_error", "/ y.shape[0]", ""),
        ("cross_entropy_error", "np.log(y", "1.01 * np.log(y"),
        ("softmax", "np.sum(np.exp(x), axis=0)).T", "np.sum(np.exp(x))).T"),
        ("numerical_gradient", "(above - f(x)) / (2 * h)", "(above - f(x)) / h"),
    ],
)
def test_a_net_over_a_wrong_helper_is_right_in_itself(helper, right, wrong, check):
    assert right in DIRECT
    checked = check(DIRECT.replace(right, wrong))
    assert about(checked, helper).verdict not in ("right", "convention")
    net = about(checked, "TwoLayerNet")
    assert net.verdict == "right"
    assert f"Right in itself: what differs comes from `{helper}`, which it calls." in net.sentences
    assert checked.verdict not in ("right", "convention")


def test_a_net_with_a_mistake_of_its_own_is_wrong_over_a_wrong_helper_too(check):
    text = DIRECT.replace("/ y.shape[0]", "").replace("(1.0 - z1) * z1 * dz1", "dz1")
    assert about(check(text), "TwoLayerNet").verdict == "wrong"


def test_the_order_of_targets_and_outputs_is_a_convention(check):
    text = HEAD + "def cross_entropy_error(t, y):\n    return -np.sum(t * np.log(y + 1e-7))"
    text += " / len(np.atleast_2d(y))\n"
    found = about(check(text), "cross_entropy_error")
    assert found.verdict == "convention"
    assert "(targets, outputs)" in found.sentences[0]


def test_a_wrong_accuracy_is_seen(check):
    wrong = DIRECT.replace("np.argmax(self.predict(x), axis=1)", "np.argmax(self.predict(x)) + 1")
    explanation = about(check(wrong), "TwoLayerNet")
    assert explanation.verdict == "unknown"
    assert "Other numbers than the right ones: accuracy." in explanation.sentences
    crashing = DIRECT.replace("np.argmax(self.predict(x), axis=1)", "np.argmax(predict(x), axis=1)")
    assert about(check(crashing), "TwoLayerNet").verdict == "failed"


LOSSES = [
    ("42.0", "wrong", ("constant-loss",)),
    ("float('nan')", "wrong", ("constant-loss",)),
    ("0.5 * cross_entropy_error(self.predict(x), t)", "unknown", ()),
    ("np.sum(t) / 3", "unknown", ()),
]


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("loss", "verdict", "faults"), LOSSES)
def test_a_net_is_never_right_while_its_loss_differs(loss, verdict, faults, check):
    wrong = DIRECT.replace("return cross_entropy_error(self.predict(x), t)", f"return {loss}", 1)
    assert wrong != DIRECT
    checked = check(wrong)
    explanation = about(checked, "TwoLayerNet")
    assert (explanation.verdict, explanation.faults) == (verdict, faults)
    assert checked.verdict == verdict
    assert "Other numbers than the right ones: loss." in explanation.sentences


def test_a_softmax_that_overflows_on_batches_only(check):
    wrong = FUNCTIONS.replace("x = x - np.max(x, axis=0)", "x = x - np.sum(x, axis=0)")
    assert about(check("import numpy as np\n" + wrong), "softmax").verdict == "unknown"


def test_functions_that_change_their_arguments_are_told(check):
    text = "import numpy as np\ndef relu(x):\n    x[x < 0] = 0\n    return x\n"
    checked = check(text)
    assert about(checked, "relu").verdict == "right"
    assert checked.changed == ("relu",)


def test_names_that_are_nearly_known_are_offered(check):
    text = "import numpy as np\ndef softmx(x): return x\ndef sigmoid(x): return x\n"
    assert check(text).nearly == ("--map softmx=softmax",)
    assert "--map softmx=softmax" in check("def softmx(x): return x\n").error


def test_one_wrong_shape_does_not_hide_what_is_right(check):
    wrong = LAYERED.replace('"b2": last.db', '"b2": last.dW')
    sentences = about(check(wrong), "TwoLayerNet").sentences
    assert "Other numbers than the right ones: gradient['b2']." in sentences


HIDDEN = [
    ("only-one-sample", "np.sum(da1, axis=0)", "np.sum(da1, axis=0) * (len(x) > 1)"),
    ("only-an-absent-class", "np.sum(dy, axis=0)", "np.sum(dy, axis=0) * (t.sum(axis=0) > 0)"),
    ("only-saturated-units", "(1.0 - z1) * z1 * dz1", "np.maximum((1.0 - z1) * z1, 1e-3) * dz1"),
    ("only-after-another-batch", "y = softmax(a2)", "y = getattr(self, 'y', softmax(a2))"),
]
HOLDS_Y = ("return cross_entropy_error(self.predict(x), t)",
           "self.y = self.predict(x)\n        return cross_entropy_error(self.y, t)")  # fmt: skip


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("fault", "old", "new"), HIDDEN, ids=[fault for fault, *_ in HIDDEN])
def test_what_hides_from_one_probe_is_seen_on_another(fault, old, new, check):
    assert old in DIRECT
    explanation = about(check(DIRECT.replace(*HOLDS_Y).replace(old, new)), "TwoLayerNet")
    assert explanation.faults == (fault,)
    assert explanation.verdict == "wrong"


def test_a_gradient_that_raises_on_one_occasion_only_is_wrong(check):
    raising = DIRECT.replace("y = softmax(a2)", "y = softmax(a2)\n        assert len(x) > 1")
    explanation = about(check(raising), "TwoLayerNet")
    assert (explanation.verdict, explanation.faults) == ("wrong", ("only-one-sample",))
    assert "AssertionError" in " ".join(explanation.sentences)


TAKES_LABELS = (
    "if t.ndim == 1:\n            t = np.eye({classes})[{t}]\n        dy = (y - t) / batch_num"
)


@pytest.mark.slow
@pytest.mark.parametrize(("t", "verdict"), [("t", "right"), ("t - 1", "wrong")])
def test_labels_need_not_be_taken_but_if_they_are_then_rightly(t, verdict, check):
    text = TAKES_LABELS.format(classes="y.shape[1]", t=t)
    assert "dy = (y - t) / batch_num" in DIRECT
    explanation = about(check(DIRECT.replace("dy = (y - t) / batch_num", text)), "TwoLayerNet")
    assert explanation.verdict == verdict
    assert explanation.faults == (("only-labels",) if verdict == "wrong" else ())


OWN = "np.argmax(self.predict(x), axis=1)"
ACCURACIES = [
    (f"np.sum({OWN} == np.argmax(t, axis=1)) / 10", "accuracy-other-divisor"),
    ("np.mean(np.argmax(t, axis=1) == np.argmax(t, axis=1))", "accuracy-of-the-targets"),
    (f"np.mean({OWN.replace('1', '0')} == np.argmax(t, axis=0))", "accuracy-over-columns"),
    (f"np.sum({OWN} == np.argmax(t, axis=1))", "accuracy-not-divided"),
    (f"np.mean({OWN} != np.argmax(t, axis=1))", "accuracy-of-errors"),
]


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("wrong", "fault"), ACCURACIES)
def test_what_is_wrong_with_an_accuracy_is_named(wrong, fault, check):
    right = "np.mean(np.argmax(self.predict(x), axis=1) == np.argmax(t, axis=1))"
    assert right in DIRECT
    explanation = about(check(DIRECT.replace(right, wrong)), "TwoLayerNet")
    assert (explanation.verdict, explanation.faults) == ("wrong", (fault,))


OWN_LOOP = """
def train(net, x, t, iters_num=100, batch_size=10, learning_rate=0.1):
    for i in range(iters_num):
        mask = {mask}
        grads = net.gradient(x[mask], t[mask])
        for key in grads:
            net.params[key] -= learning_rate * grads[key]
"""
MASKS = [
    ("np.random.choice(len(x), batch_size)", ()),
    ("np.random.choice(len(x), batch_size)[:-1]", ("batch-shorter-than-asked",)),
    ("np.random.choice(len(x), 1)", ("batch-shorter-than-asked",)),
    ("np.random.choice(len(x) // 2, batch_size)", ("half-of-the-samples",)),
]


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(("mask", "faults"), MASKS)
def test_a_loop_that_leaves_samples_out_is_seen(mask, faults, check):
    checked = check("import numpy as np\n" + OWN_LOOP.format(mask=mask))
    assert about(checked, "train").faults == faults


def test_the_sigmoid_by_tanh_and_a_larger_step_are_right(check):
    checked = check(
        "import numpy as np\n"
        "def sigmoid(x): return 0.5 * (1 + np.tanh(0.5 * x))\n"
        "def numerical_diff(f, x):\n    h = 10e-4\n    return (f(x + h) - f(x - h)) / (2 * h)\n"
    )
    assert about(checked, "sigmoid").verdict == "right"
    assert about(checked, "numerical_diff").faults == ("derivative-step-1e-3",)
    assert about(checked, "numerical_diff").verdict == "convention"


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", ["1e-10", "1e-5", "np.finfo(float).eps"])
def test_any_epsilon_in_the_logarithm_is_a_convention(epsilon, check):
    own = DIRECT.replace("1e-7", epsilon)
    assert own != DIRECT
    checked = check(own)
    for name in ("cross_entropy_error", "TwoLayerNet"):
        found = about(checked, name)
        assert found.verdict == "convention", name
        (fault,) = found.faults
        assert fault.startswith("loss-epsilon-is-")


@pytest.mark.slow
def test_another_loss_is_no_epsilon(check):
    other = DIRECT.replace("np.log(y", "1.01 * np.log(y")
    assert other != DIRECT
    checked = check(other)
    assert about(checked, "cross_entropy_error").verdict == "unknown"
    inside = DIRECT.replace("return cross_entropy_error", "return 1.01 * cross_entropy_error")
    assert about(check(inside), "TwoLayerNet").verdict == "unknown"


@pytest.mark.slow
def test_a_net_in_float32_is_right_to_seven_digits_and_a_wrong_one_is_not(check):
    single = DIRECT.replace("np.zeros(hidden_size)", "np.zeros(hidden_size, np.float32)")
    single = single.replace("np.zeros(output_size)", "np.zeros(output_size, np.float32)")
    found = about(check(single), "TwoLayerNet")
    assert (found.verdict, found.faults) == ("convention", ("in-float32",))
    wrong = single.replace("np.sum(da1, axis=0)", "1.001 * np.sum(da1, axis=0)")
    assert about(check(wrong), "TwoLayerNet").verdict in ("unknown", "wrong")


def test_a_net_whose_weights_start_alike_cannot_learn_different_units(check):
    alike = DIRECT.replace(
        "weight_init_std * np.random.randn(input_size, hidden_size)",
        "weight_init_std * np.ones((input_size, hidden_size))",
    )
    assert alike != DIRECT
    found = about(check(alike), "TwoLayerNet")
    assert (found.verdict, found.faults) == ("wrong", ("constant-start",))


def test_a_net_without_a_loss_is_asked_for_none(check):
    without = DIRECT.replace("def loss(self", "def cost(self").replace("self.loss(", "self.cost(")
    found = about(check(without), "TwoLayerNet")
    assert found.verdict == "right"
    assert not any("loss" in sentence for sentence in found.sentences)


OF_FUNCTIONS = """
def predict(x, params):
    z1 = sigmoid(np.dot(x, params['W1']) + params['b1'])
    return softmax(np.dot(z1, params['W2']) + params['b2'])

def loss(x, t, params):
    return cross_entropy_error(predict(x, params), t)

def gradient(x, t, params):
    z1 = sigmoid(np.dot(x, params['W1']) + params['b1'])
    dy = (predict(x, params) - t) / x.shape[0]
    da1 = np.dot(dy, params['W2'].T) * z1 * (1 - z1)
    return {'W1': np.dot(x.T, da1), 'b1': np.sum(da1, axis=0),
            'W2': np.dot(z1.T, dy), 'b2': np.sum(dy, axis=0)}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong", "fault", "line"),
    [
        ("", "", None, ""),
        (" * z1 * (1 - z1)", "", "hidden-slope-missing", "da1 ="),
        ("softmax(np.dot(z1, params['W2']) + params['b2'])",
         "softmax(np.dot(z1, params['W2']))", "bias2-missing", "W2"),
    ],
)  # fmt: skip
def test_a_net_of_functions_over_a_dict_of_parameters_is_judged(right, wrong, fault, line, check):
    text = HEAD + FUNCTIONS + OF_FUNCTIONS.replace(right, wrong)
    checked = check(text)
    found = about(checked, "gradient")
    assert found.faults == ((fault,) if fault else ())
    assert found.verdict == ("wrong" if fault else "right")
    assert checked.unasked == ()
    if fault:
        assert line in text.split("\n")[found.line - 1]


def test_what_is_not_known_is_listed_and_a_way_back_that_went_unasked_is_not_right(check):
    text = HEAD + FUNCTIONS + "def shown(x): return x\n"
    checked = check(text)
    assert checked.verdict == "right"
    assert "not known here, and not checked: shown" in checked.asides
    checked = check(text + "def backprop_through_time(x): return x\n")
    assert checked.verdict == "failed"


THROUGH_A_VIEW = """
def numerical_gradient(f, x):
    h, grad = 1e-4, np.zeros_like(x)
    with np.nditer(x, flags=['multi_index'], op_flags=['readwrite']) as it:
        while not it.finished:
            kept = it[0]
            it[0] = kept + h
            above = f(x)
            it[0] = kept - h
            grad[it.multi_index] = (above - f(x)) / (2 * h)
            it[0] = kept
            it.iternext()
    return grad
"""


BY_DIFFERENCES = DIRECT_NET[: DIRECT_NET.index("    def numerical_gradient")] + (
    "    def gradient(self, x, t):\n"
    "        return {k: slope(lambda _: self.loss(x, t), p) for k, p in self.params.items()}\n"
)


def test_a_difference_through_a_view_is_half_the_slope(check):
    found = about(check("import numpy as np\n" + THROUGH_A_VIEW), "numerical_gradient")
    assert (found.verdict, found.faults) == ("wrong", ("difference-through-a-view",))
    helper = THROUGH_A_VIEW.replace("numerical_gradient", "slope")
    found = about(check(HEAD + FUNCTIONS + helper + BY_DIFFERENCES), "TwoLayerNet")
    assert (found.verdict, found.faults) == ("wrong", ("difference-through-a-view",))
    right = helper.replace("it[0]\n            it[0]", "float(it[0])\n            it[0]")
    found = about(check(HEAD + FUNCTIONS + right + BY_DIFFERENCES), "TwoLayerNet")
    assert found.verdict == "right"


def test_a_fault_of_ours_in_one_file_leaves_the_others_their_answers(tmp_path, monkeypatch):
    paths = [tmp_path / "first.py", tmp_path / "second.py"]
    for path in paths:
        path.write_text("def relu(x): return x * (x > 0)\n")
    right, faults = findings.judge, [ZeroDivisionError("of ours")]

    def judge(outcome):
        if faults:
            raise faults.pop()
        return right(outcome)

    monkeypatch.setattr(findings, "judge", judge)
    first, second = (told["en"] for told in check_files(paths))
    assert "ZeroDivisionError: of ours" in first.error
    assert (first.verdict, second.verdict) == ("failed", "right")
