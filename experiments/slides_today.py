"""Calls printed in the sources that today's Keras or NumPy refuses or reads differently."""

import warnings
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module


@dataclass(frozen=True)
class Call:
    """A printed call and what becomes of it.

    Attributes:
        source: number of the document.
        printed: the call as printed, at most a line.
        code: what is run to see what happens; its `outcome`, if it sets one, is what it says.
        expected: a part of what is said.
        instead: what to write today.
    """

    source: str
    printed: str
    code: str
    expected: str
    instead: str


CALLS = (
    Call(
        "003",
        "from tf.keras.models import Sequential",
        "from tf.keras.models import Sequential",
        "No module named 'tf'",
        "`from tensorflow.keras.models import Sequential`; `tf` is a name in a program, no module",
    ),
    Call(
        "003",
        "tf.keras.optimizers.SGD(lr=0.1)",
        "tf.keras.optimizers.SGD(lr=0.1)",
        "lr",
        "`SGD(learning_rate=0.1)`",
    ),
    Call(
        "003",
        "Dense(2, input_dim=2, activation='sigmoid')",
        "tf.keras.layers.Dense(2, input_dim=2, activation='sigmoid')",
        "input_shape",
        "`keras.Input((2,))` as the first entry of the Sequential; the printed form only warns",
    ),
    Call(
        "003",
        "Dense(512, activation='sigmoid', input_shape=(784,))",
        "tf.keras.layers.Dense(512, activation='sigmoid', input_shape=(784,))",
        "Input",
        "`keras.Input((784,))` as the first entry of the Sequential; the printed form only warns",
    ),
    Call(
        "003",
        "model.compile(loss='mean_squared_error', optimizer='sgd', …)",
        "outcome = float(tf.keras.optimizers.get('sgd').learning_rate)",
        "0.01",
        "`optimizer=sgd`, the object made one line above: the text means a rate of 0.01",
    ),
    Call(
        "003",
        "acc: 0.8530, in the log of fit",
        "model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])\n"
        "model.compile(loss='mse', optimizer='sgd', metrics=['accuracy'])\n"
        "h = model.fit(np.zeros((2, 1)), np.zeros((2, 1)), verbose=0)\n"
        "outcome = list(h.history)",
        "accuracy",
        "`history.history['accuracy']`: the short name `acc` is gone",
    ),
    Call(
        "003",
        "60000/60000 [=====], in the log of fit",
        "outcome = -(-60000 // 128)",
        "469",
        "nothing: today's log counts batches (469/469), not samples",
    ),
    Call(
        "000",
        ">>> std_norm([1,2]) with the answer [0.3333333333333333, 0.6666666666666666]",
        "a = np.array([1, 2]); outcome = [v for v in a / a.sum()]",
        "np.float64(0.3333333333333333)",
        "`.tolist()`: NumPy 2 shows the type of its numbers in a list",
    ),
    Call(
        "000",
        "numerical_gradient(f, x), which makes np.zeros_like(x)",
        "x = np.array([3, 4]); x[0] = 3 + 1e-4; outcome = f'x stays {x.tolist()}'",
        "x stays [3, 4]",
        "`np.array([3.0, 4.0])`: in an array of integers a step of 1e-4 is lost, the gradient is 0",
    ),
    Call(
        "001",
        "from dataset.mnist import load_mnist",
        "from dataset.mnist import load_mnist",
        "No module named 'dataset'",
        "the book's own folder `dataset`, not a package; its download address is gone as well",
    ),
)


def what_it_says(call: Call) -> str:
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
def table() -> list[dict[str, str]]:
    """All calls with what they say today."""
    return [asdict(call) | {"says": what_it_says(call)} for call in CALLS]
