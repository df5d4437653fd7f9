"""Nets that are not the book's: described by what they compute, right or wrong in themselves."""

import numpy as np
import pytest

from experiments.check.grammar import EPSILONS, Description
from experiments.check.references import PARAMETERS, net
from experiments.check.twin_code import twin_code
from experiments.corpus.forms import FORMS
from experiments.corpus.nets import FAULTS, KINDS, Kind, is_a_fault, parts, with_fault
from experiments.data.probe import probe
from keras_ref import runtime

FEW = [
    Kind("tanh", "softmax", "cross-entropy", "mean"),
    Kind("leaky relu", "sigmoid", "binary cross-entropy", "sum"),
    Kind("identity", "identity", "half squared error", "sum"),
    Kind("sigmoid", "sigmoid", "squared error", "mean of all"),
    Kind("relu", "identity", "absolute error", "mean"),
    Kind("sigmoid", "softmax", "half squared error", "mean"),
]
CLASS = FORMS["class"]


def program(kind, l2=0.0, fault=""):
    right = parts(kind, l2)
    return CLASS.write(with_fault(right, fault) if fault else right)


def kinds(few, all_of_them):
    return [*few, *(pytest.param(*one, marks=pytest.mark.slow) for one in all_of_them)]


def only(checked):
    (found,) = checked.explanations
    return found


@pytest.mark.mostly_slow(3)
@pytest.mark.parametrize(("hidden", "output", "loss", "reduction"), kinds(FEW, KINDS))
def test_a_right_net_is_right_and_described(hidden, output, loss, reduction, check):
    found = only(check(program(Kind(hidden, output, loss, reduction))))
    assert found.verdict == "right", found.sentences
    said = found.sentences[0]
    words = {"relu": "ReLU", "leaky relu": "leaky ReLU", "identity": "none"}
    assert f"({words.get(hidden, hidden)}" in said
    assert f"output: {words.get(output, output)}" in said
    in_words = {"half squared error": "half the squared error"}
    assert f"loss: {in_words.get(loss, loss)}" in said
    reductions = {"sum": "summed", "mean": "mean over the batch", "mean of all": "mean over all"}
    assert reductions[reduction] in said


@pytest.mark.slow
@pytest.mark.parametrize("l2", [0.1, 0.003])
def test_an_l2_term_in_loss_and_gradient_is_right_and_its_strength_is_found(l2, check):
    found = only(check(program(Kind("sigmoid", "softmax", "cross-entropy", "mean"), l2)))
    assert found.verdict == "right"
    assert f"λ = {l2:g}" in found.sentences[0]
    exact = program(Kind("sigmoid", "softmax", "cross-entropy", "mean"), l2).replace(" + 1e-7", "")
    assert f"λ = {l2:g}" in only(check(exact)).sentences[0]
    without = program(Kind("sigmoid", "softmax", "cross-entropy", "mean"), l2)
    without = without.replace(f" + {l2} * W1", "").replace(f" + {l2} * W2", "")
    assert only(check(without)).verdict not in ("right", "convention")


WRONG = [(k, fault) for k in KINDS for fault in FAULTS if is_a_fault(fault, k, CLASS)]
FEW_WRONG = [
    (next(k for k in (*FEW[place % len(FEW) :], *KINDS) if is_a_fault(fault, k, CLASS)), fault)
    for place, fault in enumerate(FAULTS)
]
"""Every fault in one net that can have it."""


@pytest.mark.mostly_slow(4)
@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        *FEW_WRONG,
        *(pytest.param(*one, marks=pytest.mark.slow) for one in WRONG[::12]),
    ],
)
def test_a_fault_in_such_a_net_is_named(kind, fault, check):
    found = only(check(program(kind, fault=fault)))
    assert (found.verdict, fault in found.faults) == ("wrong", True), found.sentences


@pytest.mark.parametrize(("hidden", "output", "loss", "reduction"), kinds(FEW[::3], KINDS))
def test_keras_computes_what_a_description_says(hidden, output, loss, reduction):
    """The formulas of every description within their own bounds of Keras' numbers."""
    of = Description(hidden, output, loss, reduction, EPSILONS[0] * ("entropy" in loss))
    reference = net(of)
    right = reference.dictionary(tuple(reference.allowed)).bounded(())
    for name, comparison in reference.compare(
        {name: np.asarray(right[name].value) for name in reference.allowed}
    ).items():
        assert comparison.passed, name


@pytest.mark.parametrize(("hidden", "output", "loss", "reduction"), kinds(FEW[::3], KINDS))
def test_the_code_of_the_twin_computes_the_same_loss(hidden, output, loss, reduction):
    """As far as Keras' own layers do, which hold some numbers in float32."""
    runtime.use_dtype("float64")
    of = Description(hidden, output, loss, reduction, epsilon=0.0, l2=0.01)
    params, data = probe(PARAMETERS, "float64")
    sizes = dict(zip(("inputs", "hidden"), params["W1"].shape, strict=True))
    names = {"keras": runtime.keras, "rate": 0.1, "outputs": len(params["b2"]), **sizes}
    exec(twin_code(of), names)
    model = names["model"]
    model.set_weights([params[name] for name in PARAMETERS])
    found = float(model.compute_loss(y=data.t, y_pred=model(data.x)))
    assert found == pytest.approx(float(net(of).twin["loss"]), rel=1e-6)


ALL_FOUR = "self.dW1, self.db1, self.dW2, self.db2"
WAYS_BACK = {
    "the book's way forth": ("def backward(self, x, t):", "return grads", ""),
    "returned": ("def backward(self, x, t):", "return grads", ""),
    "kept": ("def backward(self, x, t):", f"{ALL_FOUR} = grads.values()", ""),
    "updated at once": (
        "def backprop(self, x, y, lr=0.1):\n        t = y",
        "for k in grads: self.params[k] -= lr * grads[k]",
        "",
    ),
    "updated after": (
        "def backward(self, x, t):",
        "self.found = grads",
        "    def update(self, learning_rate):\n"
        "        for k in self.params:\n"
        "            self.params[k] = self.params[k] - learning_rate * self.found[k]\n",
    ),
}
"""How the way back begins and ends, and what else there is."""


def in_another_form(text, form):
    """The same net with other methods, and no loss."""
    head, end, more = WAYS_BACK[form]
    at = [text.index(f"    def {name}") for name in ("predict", "loss", "gradient")]
    forth = text[at[0] : at[1]]
    if form != "the book's way forth":
        forth = forth.replace("predict", "feedforward")
    back = text[at[2] :].replace("def gradient(self, x, t):", head).replace("return {", "grads = {")
    made = text[: at[0]].replace("def forward", "def layers") + forth + back
    return made.replace("self.forward", "self.layers") + f"        {end}\n\n{more}"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    ("kind", "form"),
    [(FEW[i % 2 * 3], form) for i, form in enumerate(WAYS_BACK)],
)
def test_a_net_with_a_way_forth_and_a_way_back_is_judged(kind, form, check):
    found = only(check(in_another_form(program(kind), form)))
    assert found.verdict == "right", found.sentences
    assert f"({kind[0]})" in found.sentences[0]
    wrong = only(check(in_another_form(program(kind, fault="hidden-slope-missing"), form)))
    assert wrong.verdict in ("wrong", "unknown")


@pytest.mark.slow
def test_a_net_without_a_gradient_of_its_own_is_described_and_its_training_judged(check):
    text = """
import numpy as np
class Net:
    def __init__(self, inputs, hidden, outputs):
        self.w1, self.b1 = np.random.normal(0, .3, (inputs, hidden)), np.zeros(hidden)
        self.w2, self.b2 = np.random.normal(0, .3, (hidden, outputs)), np.zeros(outputs)
    def predict(self, x):
        self.a = x @ self.w1 + self.b1
        self.h = np.tanh(self.a)
        return self.h @ self.w2 + self.b2
    def loss(self, x, y):
        return np.mean((self.predict(x) - y) ** 2)
    def fit(self, x, y, lr=0.05, epochs=50):
        for _ in range(epochs):
            d = 2 * (self.predict(x) - y) / y.size
            dh = d @ self.w2.T * (1 - self.a ** 2)
            self.w2 -= lr * self.h.T @ d
            self.b2 -= lr * d.sum(axis=0)
            self.w1 -= lr * x.T @ dh
            self.b1 -= lr * dh.sum(axis=0)
x = np.linspace(-3, 3, 60).reshape(-1, 1)
Net(1, 15, 2).fit(x, np.hstack([np.sin(x), np.cos(x)]))
"""
    net, loop = check(text).explanations
    assert (net.verdict, net.faults) == ("right", ())
    assert (loop.verdict, loop.faults) == ("wrong", ("tanh-slope-of-a",))
    (net, loop) = check(text.replace("self.a ** 2", "self.h ** 2")).explanations
    assert net.verdict == loop.verdict == "right"


OVER_COLUMNS = """
import numpy as np

def forward(X, p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
    return A2, {"A1": A1, "A2": A2}

def compute_cost(A2, Y):
    m = Y.shape[1]
    return LOSS

def backward(p, cache, X, Y):
    m = X.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dZ1 = (p["W2"].T @ dZ2) * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
            "dW2": dZ2 @ cache["A1"].T, "db2": dZ2.sum(axis=1, keepdims=True)}
"""
PRODUCT = "-(np.dot(Y, np.log(A2).T) + np.dot(1 - Y, np.log(1 - A2).T)) / m"


@pytest.mark.mostly_slow(2)
@pytest.mark.parametrize(
    "loss", [f"float(({PRODUCT})[0, 0])", f"np.squeeze({PRODUCT})", f"({PRODUCT}).item()"]
)
def test_a_loss_that_is_right_with_one_output_is_right_and_said_to_be(loss, check):
    found = only(check(OVER_COLUMNS.replace("LOSS", loss)))
    assert found.verdict == "convention"
    assert "With one output this loss is right." in " ".join(found.sentences)


@pytest.mark.slow
def test_what_is_wrong_beside_such_a_loss_is_named(check):
    text = OVER_COLUMNS.replace("LOSS", f"np.squeeze({PRODUCT})")
    found = only(check(text.replace('cache["A2"] - Y', 'Y - cache["A2"]')))
    assert (found.verdict, found.faults) == ("wrong", ("delta-sign",))


@pytest.mark.parametrize("loss", ["-np.sum(Y * np.log(A2)) / m", f"0.5 * np.squeeze({PRODUCT})"])
def test_a_net_with_a_loss_that_nobody_knows_is_not_held_against_another_net(loss, check):
    found = only(check(OVER_COLUMNS.replace("LOSS", loss)))
    assert found.verdict == "unknown"
    said = " ".join(found.sentences)
    assert "Other numbers than the right ones: loss." in said
    assert "what it computes as its loss is another one" in said
