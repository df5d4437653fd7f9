"""Calls printed in the sources that today's Keras or NumPy refuses or reads differently."""

import warnings
from dataclasses import dataclass
from functools import cache
from importlib import import_module


@dataclass(frozen=True)
class PrintedCall:
    """A printed call and what becomes of it.

    Attributes:
        id: its name; what to write today is a word under "call".
        source: number of the document.
        printed: the call as printed, at most a line.
        code: what is run to see what happens; its `outcome`, if it sets one, is what it says.
        expected: a part of what is said.
    """

    id: str
    source: str
    printed: str
    code: str
    expected: str


@dataclass(frozen=True)
class CallToday:
    """A printed call, by its id, and what the installed versions say to it."""

    id: str
    source: str
    printed: str
    says: str


CALLS = (
    PrintedCall(
        "import-tf",
        "003",
        "from tf.keras.models import Sequential",
        "from tf.keras.models import Sequential",
        "No module named 'tf'",
    ),
    PrintedCall(
        "sgd-lr",
        "003",
        "tf.keras.optimizers.SGD(lr=0.1)",
        "tf.keras.optimizers.SGD(lr=0.1)",
        "lr",
    ),
    PrintedCall(
        "input-dim",
        "003",
        "Dense(2, input_dim=2, activation='sigmoid')",
        "tf.keras.layers.Dense(2, input_dim=2, activation='sigmoid')",
        "input_shape",
    ),
    PrintedCall(
        "input-shape",
        "003",
        "Dense(512, activation='sigmoid', input_shape=(784,))",
        "tf.keras.layers.Dense(512, activation='sigmoid', input_shape=(784,))",
        "Input",
    ),
    PrintedCall(
        "text-sgd",
        "003",
        "model.compile(loss='mean_squared_error', optimizer='sgd', …)",
        "outcome = float(tf.keras.optimizers.get('sgd').learning_rate)",
        "0.01",
    ),
    PrintedCall(
        "log-acc",
        "003",
        "acc: 0.8530, in the log of fit",
        "model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])\n"
        "model.compile(loss='mse', optimizer='sgd', metrics=['accuracy'])\n"
        "h = model.fit(np.zeros((2, 1)), np.zeros((2, 1)), verbose=0)\n"
        "outcome = list(h.history)",
        "accuracy",
    ),
    PrintedCall(
        "log-samples",
        "003",
        "60000/60000 [=====], in the log of fit",
        "outcome = -(-60000 // 128)",
        "469",
    ),
    PrintedCall(
        "list-of-float64",
        "000",
        ">>> std_norm([1,2]) with the answer [0.3333333333333333, 0.6666666666666666]",
        "a = np.array([1, 2]); outcome = [v for v in a / a.sum()]",
        "np.float64(0.3333333333333333)",
    ),
    PrintedCall(
        "integer-array",
        "000",
        "numerical_gradient(f, x), which makes np.zeros_like(x)",
        "x = np.array([3, 4]); x[0] = 3 + 1e-4; outcome = f'x stays {x.tolist()}'",
        "x stays [3, 4]",
    ),
    PrintedCall(
        "import-dataset",
        "001",
        "from dataset.mnist import load_mnist",
        "from dataset.mnist import load_mnist",
        "No module named 'dataset'",
    ),
)


def what_it_says(call: PrintedCall) -> str:
    """Run a call against the installed versions: the error, the warning, or its outcome."""
    runtime = import_module("keras_ref.runtime")
    names = {"tf": runtime.tf, "np": import_module("numpy")}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(call.code, names)
        except Exception as error:
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    if "outcome" in names:
        return str(names["outcome"])
    return "; ".join(f"{w.category.__name__}: {w.message}" for w in caught) or "nothing"


@cache
def table() -> tuple[CallToday, ...]:
    """All calls with what they say today."""
    return tuple(CallToday(c.id, c.source, c.printed, what_it_says(c)) for c in CALLS)
