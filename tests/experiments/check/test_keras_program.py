"""Keras programs: what every model is, what is gone, and what does not fit.

Expected descriptions are read off the programs by hand; the numbers of parameters are
(inputs + 1) × units, summed over the layers.
"""

import ast

import pytest

from experiments.check.finding import Assessment
from experiments.check.inside.old_calls import modernised
from experiments.check.keras_program.program import uses_keras

BEGINNING = """\
import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Activation, Conv2D, Dense, Flatten
from tensorflow.keras.models import Sequential

x, labels = np.random.rand(60, 8), np.arange(60) % 3
t = keras.utils.to_categorical(labels)


def net(hidden, last, units=3):
    first = Dense(5, activation=hidden, input_shape=(8,))
    return Sequential([first, Dense(units, activation=last)])


"""

FITTING = {
    "softmax": (
        "model = net('relu', 'softmax')\n"
        "model.compile(keras.optimizers.SGD(0.5), 'categorical_crossentropy')\n"
        "model.fit(x, t, epochs=2000)\n",
        "8 inputs – 5 ReLU – 3 softmax; cross-entropy, mean over the batch; SGD, rate 0.5; "
        "63 parameters.",
    ),
    "labels": (
        "model = net('tanh', None)\n"
        "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "model.compile('adam', loss)\nmodel.fit(x, labels, 32, 5)\n",
        "8 inputs – 5 tanh – 3 none; cross-entropy of labels, mean over the batch; Adam by its "
        "name, which means rate 0.001; 63 parameters.",
    ),
    "binary": (
        "model = net('sigmoid', 'sigmoid', 1)\n"
        "model.compile('sgd', 'binary_crossentropy')\nmodel.fit(x, labels[:, None] % 2)\n",
        "8 inputs – 5 sigmoid – 1 sigmoid; binary cross-entropy, mean over all numbers; SGD by "
        "its name, which means rate 0.01; 51 parameters.",
    ),
    "outputs that are ReLUs": (
        "model = net('tanh', 'relu')\nmodel.compile('sgd', 'mse')\nmodel.fit(x, t)\n",
        "8 inputs – 5 tanh – 3 ReLU; squared error, mean over all numbers; SGD by its name, which "
        "means rate 0.01; 63 parameters.",
    ),
    "decay of weights": (
        "l2 = keras.regularizers.L2(0.1)\n"
        "model = Sequential([keras.Input((8,)), Dense(3, kernel_regularizer=l2)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(x, t)\n",
        "8 inputs – 3 none; squared error, mean over all numbers; SGD by its name, which means "
        "rate 0.01; 27 parameters.",
    ),
}

WRONG = {
    "softmax-of-one": "model = net('relu', 'softmax', 1)\nmodel.compile('sgd', 'mse')\n",
    "logits-unsaid": "model = net('relu', None)\n"
    "model.compile('sgd', 'categorical_crossentropy')\n",
    "cross-entropy-of-one": "model = net('relu', 'sigmoid', 1)\n"
    "model.compile('sgd', 'categorical_crossentropy')\n",
    "sigmoid-classes": "model = net('relu', 'sigmoid')\n"
    "model.compile('sgd', 'categorical_crossentropy')\n",
    "softmax-binary": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'binary_crossentropy')\n",
    "no-activation": "model = net(None, 'softmax')\n"
    "model.compile('sgd', 'categorical_crossentropy')\n",
    "other-inputs": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'categorical_crossentropy')\nmodel.fit(x[:, :7], t)\n",
    "lengths": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'categorical_crossentropy')\nmodel.fit(x, t[:-1])\n",
    "no-loss": "model = net('relu', 'softmax')\nmodel.compile('sgd')\nmodel.fit(x, t)\n",
    "unknown-loss": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'cross_entropy')\nmodel.fit(x, t)\n",
    "pixels": "(x, labels), _ = keras.datasets.mnist.load_data()\n"
    "model = Sequential([keras.Input((28, 28)), Flatten(), Dense(10, activation='softmax')])\n"
    "model.compile('sgd', 'sparse_categorical_crossentropy')\nmodel.fit(x, labels)\n",
    "one-hot-given": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'sparse_categorical_crossentropy')\nmodel.fit(x, t)\n",
    "labels-given": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'categorical_crossentropy')\nmodel.fit(x, labels)\n",
    "too-many-classes": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'sparse_categorical_crossentropy')\nmodel.fit(x, labels + 1)\n",
    "widths": "model = net('relu', 'softmax', 4)\n"
    "model.compile('sgd', 'categorical_crossentropy')\nmodel.fit(x, t)\n",
    "out-of-range": "model = net('relu', 'sigmoid', 1)\n"
    "model.compile('sgd', 'mse')\nmodel.fit(x, 9 * x[:, :1])\n",
    "negative-targets": "model = net('relu', 'relu', 1)\n"
    "model.compile('sgd', 'mse')\nmodel.fit(x, x[:, :1] - 0.5)\n",
    "unused": "model = net('relu', 'softmax')\nsgd = keras.optimizers.SGD(0.3)\n"
    "model.compile(optimizer='sgd', loss='categorical_crossentropy')\n",
}

OLD = {
    "from keras.layers.core import Dense": ("import layers", "from keras.layers import Dense"),
    "from tf.keras.models import Sequential": (
        "import tf",
        "from tensorflow.keras.models import Sequential",
    ),
    "from keras.utils import np_utils": ("np_utils", "import keras.utils as np_utils"),
    "from keras.optimizers import adam": (
        "optimizer's name",
        "from keras.optimizers import Adam as adam",
    ),
    "a = SGD(lr=0.1)": ("renamed", "a = SGD(learning_rate=0.1)"),
    "a = SGD(lr=0)": ("renamed", "a = SGD(learning_rate=0.0)"),
    "a = Adam(0.1, decay=1e-6)": ("decay", "a = Adam(0.1)"),
    "Dense(output_dim=3)": ("renamed", "Dense(units=3)"),
    "Dense(3, init='uniform')": ("renamed", "Dense(3, kernel_initializer='random_uniform')"),
    "Dense(3, weights=[w])": ("weights", "Dense(3)"),
    "m.fit(x, t, nb_epoch=3)": ("renamed", "m.fit(x, t, epochs=3)"),
    "m.predict_classes(x)": ("predict_classes", "m.predict(x)"),
    "from keras.preprocessing.image import ImageDataGenerator": ("preprocessing", "pass"),
    "h.history['acc']": ("acc", "h.history['accuracy']"),
}


@pytest.mark.parametrize("line", OLD)
def test_a_call_of_earlier_years_is_found_and_read_as_today(line):
    tree, (found,) = modernised(f"from keras.all import SGD, Adam, Dense\n{line}\n")
    assert (found.id, found.line) == (OLD[line][0], 2)
    assert ast.unparse(tree.body[1]) == OLD[line][1]


def test_what_only_looks_old_is_left_alone():
    text = (
        "import keras.layers\nfrom common.optimizers import sgd\nsgd(lr=0.1)\n"
        "f(lr=0.1, init='x')\nhistory['acc'] = 1\nresults['acc']\n"
        "m.compile(metrics=['acc'])\nh.history['acc']\nclf.predict_proba(x)\n"
    )
    tree, found = modernised(text)
    assert not found
    assert ast.unparse(tree) == text.strip()


def program(check, text):
    """What is said of a model that is built after the beginning."""
    return check(BEGINNING + text)


@pytest.mark.mostly_slow(0)
@pytest.mark.parametrize("kind", FITTING)
def test_a_model_is_described_and_held_against_numpy(kind, check):
    text, described = FITTING[kind]
    (said,) = program(check, text).explanations
    assert said.verdict is Assessment.RIGHT
    assert said.sentences[0] == described
    assert "NumPy twin with the same weights computes the same" in said.sentences[-1]


@pytest.mark.slow
def test_logits_that_are_none_are_told_and_no_mistake(check):
    """Keras on TensorFlow takes what goes into the softmax, and warns."""
    text = (
        "model = net('relu', 'softmax')\n"
        "model.compile('sgd', keras.losses.CategoricalCrossentropy(from_logits=True))\n"
    )
    (said,) = program(check, text).explanations
    assert said.verdict is Assessment.RIGHT
    assert "takes what goes into the softmax" in " ".join(said.sentences)


@pytest.mark.mostly_slow(0)
@pytest.mark.parametrize("fault", WRONG)
def test_what_does_not_fit_is_named(fault, check):
    checked = program(check, WRONG[fault])
    assert checked.verdict is Assessment.WRONG
    assert [fault] == [name for said in checked.explanations for name in said.faults]


IMAGES = "Sequential([keras.Input((28, 28, 1)), Conv2D(4, 3), Flatten(), Dense({last})])"
OTHER_LAYERS = {
    "a convolution": (IMAGES.format(last="3"), "'mse'", "right", "Conv2D is not known here"),
    "a convolution that is wrong": (IMAGES.format(last="1, 'softmax'"), "'mse'", "wrong", "Conv2D"),
    "dropout": (
        "Sequential([keras.Input((8,)), Dense(4, 'relu'), keras.layers.Dropout(0.5), Dense(3)])",
        "'mse'", "right", "Dropout is not known here",
    ),
    "smoothed labels": (
        "net('relu', 'softmax')",
        "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)", "right", "`label_smoothing`",
    ),
    "a bounded ReLU": (
        "Sequential([keras.Input((8,)), Dense(4), keras.layers.ReLU(max_value=6), Dense(3)])",
        "'mse'", "right", "`max_value`",
    ),
    "no dense layer": (
        "Sequential([keras.Input((28, 28, 1)), Conv2D(4, 3)])", "'mse'", "failed", "Conv2D",
    ),
    "several losses": ("net('relu', None)", "['mse']", "right", "? is not known here"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHER_LAYERS)
def test_of_other_layers_no_more_is_said_than_was_looked_at(kind, check):
    model, loss, verdict, why = OTHER_LAYERS[kind]
    text = f"model = {model}\nmodel.compile('adam', {loss})\n"
    (said,) = program(check, text).explanations
    assert said.verdict == verdict
    assert why in said.sentences[-1]
    assert "computes the same" not in said.sentences[-1]


RIGHT = {
    "scaled by a layer": "(x, labels), _ = keras.datasets.mnist.load_data()\n"
    "layers = [keras.layers.Rescaling(1 / 255), Flatten(), Dense(10, 'softmax')]\n"
    "model = Sequential([keras.Input((28, 28)), *layers])\n"
    "model.compile('sgd', 'sparse_categorical_crossentropy')\nmodel.fit(x, labels)\n",
    "a narrow linear layer": "layers = [Dense(2), Dense(8)]\n"
    "model = Sequential([keras.Input((8,)), *layers])\n"
    "model.compile('sgd', 'mse')\nmodel.fit(x, x)\n",
    "compiled twice": "model = net('relu', 'softmax')\n"
    "model.compile(keras.optimizers.SGD(0.1), 'sparse_categorical_crossentropy')\n"
    "model.fit(x, labels)\n"
    "model.compile(keras.optimizers.SGD(0.2), 'categorical_crossentropy')\nmodel.fit(x, t)\n",
    "an own optimizer": "class SGD:\n    def __init__(self, lr):\n        self.lr = lr\n\n\n"
    "sgd = SGD(lr=0.1)\nmodel = net('relu', 'softmax')\n"
    "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, t)\n",
    "acc": "model = net('relu', 'softmax')\n"
    "model.compile('sgd', 'categorical_crossentropy', metrics=['acc'])\n"
    "print(model.fit(x, t).history['acc'])\nprint(f'{model.evaluate(x, t)[0]:.3f}')\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", RIGHT)
def test_what_fits_is_not_accused(kind, check):
    checked = program(check, RIGHT[kind])
    assert [said.verdict for said in checked.explanations if "model" in said.subject]
    assert {said.verdict for said in checked.explanations} <= {"right", "convention"}
    assert not checked.skipped


@pytest.mark.slow
def test_nothing_is_trained_shown_or_written(check, tmp_path):
    text = (
        "import matplotlib.pyplot as plt\n"
        "model = net('relu', 'softmax')\n"
        "model.compile('sgd', 'categorical_crossentropy', metrics=['accuracy'])\n"
        "history = model.fit(x, t, epochs=10**9)\n"
        "plt.plot(history.history['loss'])\nplt.show()\n"
        "open('log.txt', 'w').write(str(model.evaluate(x, t)))\n"
        "model.save('net.keras')\n"
    )
    checked = program(check, text)
    assert checked.verdict is Assessment.RIGHT
    assert not checked.skipped
    assert [path.name for path in tmp_path.iterdir()] == ["student.py"]


def test_only_what_makes_models_is_run_as_keras(source_of):
    assert uses_keras(source_of("from tensorflow import keras\nkeras.Sequential()\n"))
    assert not uses_keras(source_of("from keras.datasets import mnist\nmnist.load_data()\n"))
