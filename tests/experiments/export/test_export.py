"""A net in the other language; what is written is run by NumPy and by Keras and compared here."""

import numpy as np
import pytest

from experiments import export as room
from experiments.commands import main
from experiments.export import MARK, export

KERAS = """
import keras
model = keras.Sequential([
    keras.Input((5,)),
    {layers}
])
model.compile(keras.optimizers.SGD({rate}), loss={loss})
"""
DEEP = "keras.layers.Dense(4, 'relu'), keras.layers.Dense(6, 'relu'), keras.layers.Dense(3{last})"

NETS = {
    "deep softmax": (DEEP.format(last=", 'softmax'"), "'categorical_crossentropy'"),
    "linear": (DEEP.format(last=""), "'mse'"),
    "sigmoid": (
        "keras.layers.Dense(4, 'tanh', use_bias=False), keras.layers.Dense(1, 'sigmoid')",
        "'binary_crossentropy'",
    ),
    "leaky": (
        "keras.layers.Dense(4), keras.layers.LeakyReLU(negative_slope=0.01), "
        "keras.layers.Dense(3, 'softmax')",
        "keras.losses.CategoricalCrossentropy(reduction='sum')",
    ),
    "L2": (
        "keras.layers.Dense(4, 'sigmoid', kernel_regularizer=keras.regularizers.L2(0.01)), "
        "keras.layers.Dense(3, 'softmax', kernel_regularizer=keras.regularizers.L2(0.01))",
        "'categorical_crossentropy'",
    ),
}


def run_once(code):
    """The parameters before and after the first step of a program, with its data."""
    start, steps = code.split("for step in range(1000):")
    names = {}
    exec(start, names)
    before = {n: names[n].copy() for n in names if n[0] in "Wb" and n[1:].isdigit()}
    exec("for step in range(1):" + steps, names)
    return before, {n: names[n] for n in before}, names["x"], names["t"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NETS)
def test_numpy_code_of_a_keras_model_makes_the_same_step(tmp_path, name, processes):
    layers, loss = NETS[name]
    text = KERAS.format(layers=layers, loss=loss, rate=0.3)
    (tmp_path / "model.py").write_text(text)
    before, after, x, t = run_once(export(tmp_path / "model.py", processes))
    names = {}
    exec(text, names)
    model = names["model"]
    order = [n for k in range(1, 5) for n in (f"W{k}", f"b{k}") if n in before]
    model.set_weights([before[n] for n in order])
    model.train_on_batch(x, t)
    for n, values in zip(order, model.get_weights(), strict=True):
        np.testing.assert_allclose(after[n], values, rtol=2e-4, atol=2e-6)  # Keras is in float32
        assert not np.array_equal(before[n], after[n])


FITS = {
    "four samples": ("", 4),
    "batches of one": (", batch_size=1", 1),
    "batches of three": (", batch_size=3", 3),
}


@pytest.mark.mostly_slow(1)
@pytest.mark.parametrize("fit", FITS)
def test_a_model_that_is_trained_is_written_with_its_batches(fit, tmp_path, processes):
    options, samples = FITS[fit]
    layers, loss = NETS["sigmoid"]
    text = KERAS.format(layers=layers, loss=loss, rate=0.3)
    text += f"import numpy as np\nmodel.fit(np.zeros((4, 5)), np.zeros((4, 1)){options})\n"
    (tmp_path / "model.py").write_text(text)
    _, _, x, _ = run_once(export(tmp_path / "model.py", processes))
    assert len(x) == samples


LOOP = """
import numpy as np
rng = np.random.default_rng(3)
X, T = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
W1, b1, W2, b2 = rng.normal(size=(2, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(1000):
    h = np.tanh(X @ W1 + b1)
    y = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = y - T
    d1 = d2 @ W2.T * {slope}
    W2 -= 0.25 * h.T @ d2
    b2 -= 0.25 * d2.sum(axis=0)
    W1 -= 0.25 * X.T @ d1
    b1 -= 0.25 * d1.sum(axis=0)
"""


@pytest.mark.slow
def test_keras_code_of_a_loop_makes_the_same_step(tmp_path, processes):
    (tmp_path / "loop.py").write_text(LOOP.format(slope="(1 - h ** 2)"))
    names, own = {}, {}
    exec(export(tmp_path / "loop.py", processes), names)
    text = (tmp_path / "loop.py").read_text()
    exec(text.replace("range(1000)", "range(0)"), own)
    model = names["model"]
    model.set_weights([own[n] for n in ("W1", "b1", "W2", "b2")])
    model.train_on_batch(own["X"], own["T"])
    exec(text.replace("range(1000)", "range(1)"), own)
    for n, values in zip(("W1", "b1", "W2", "b2"), model.get_weights(), strict=True):
        np.testing.assert_allclose(own[n], values, rtol=2e-4, atol=2e-6)


@pytest.mark.slow
def test_what_is_not_the_same_is_not_written(tmp_path, monkeypatch, capsys):
    layers, loss = NETS["linear"]
    (tmp_path / "model.py").write_text(KERAS.format(layers=layers, loss=loss, rate=0.3))
    right = room.numpy_code
    monkeypatch.setattr(room, "numpy_code", lambda chain: right(chain).replace("(a1 > 0)", "1"))
    new = tmp_path / "new.py"
    assert main(["export", str(tmp_path / "model.py"), "--out", str(new)]) == 1
    assert "not the same net" in capsys.readouterr().err
    assert not new.exists()


@pytest.mark.slow
def test_what_it_has_written_may_be_edited_and_is_not_written_over(tmp_path):
    layers, loss = NETS["sigmoid"]
    model, new = tmp_path / "model.py", tmp_path / "new.py"
    model.write_text(KERAS.format(layers=layers, loss=loss, rate=0.3))
    assert main(["export", str(model), "--out", str(new)]) == 0
    edited = new.read_text() + "# edited\n"
    assert edited.startswith(MARK)
    new.write_text(edited)
    assert main(["export", str(model), "--out", str(new)]) == 2
    assert new.read_text() == edited


def test_what_cannot_be_done_is_said_and_nothing_is_written(tmp_path, capsys):
    own, none = tmp_path / "own.py", tmp_path / "none.py"
    own.write_text("# mine\n")
    none.write_text("x = 1\n")
    assert main(["export", str(own), "--out", str(own)]) == 2
    assert main(["export", str(none), "--out", str(own)]) == 2
    assert main(["export", str(tmp_path / "absent.py")]) == 2
    assert main(["export", str(none), "--out", str(tmp_path / "new.py")]) == 3
    assert own.read_text() == "# mine\n"
    assert not (tmp_path / "new.py").exists()
    assert "none.py" in capsys.readouterr().err
