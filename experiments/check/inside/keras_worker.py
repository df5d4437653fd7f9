"""Runs in a process of its own: a Keras program, without its trainings, downloads and pictures.

Writes down every model that is compiled, every optimizer that is made, and what every training is
given.
"""

import ast
import builtins
import functools
import json
import re
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from experiments.check.inside.loading import time_limit
from experiments.check.inside.old_calls import modernised
from experiments.check.inside.protocol import Answers
from experiments.check.inside.surroundings import PICTURES, enter

SECONDS_PER_STATEMENT, MEMORY = 20, 16 * 2**30

IMAGES = {
    "mnist": ((60000, 28, 28), (60000,), 10),
    "fashion_mnist": ((60000, 28, 28), (60000,), 10),
    "cifar10": ((50000, 32, 32, 3), (50000, 1), 10),
}
"""Shapes of the training images and labels of Keras' data sets, and how many classes they have."""

OF_A_TRAINING = ("train_step", "compute_loss")
"""Methods by which a class of the user's own says how it is trained."""

SCHEDULES = ("LearningRateScheduler", "ReduceLROnPlateau")
"""Keras' callbacks that change the rate."""

MOST_EPOCHS = 1000
"""In the stood-in history of a training."""

COLOUR = re.compile(r"\x1b\[\d*m")
"""What turns a colour on or off in Keras' errors."""

FEW, LONGEST = 2, 300
"""Samples whose loss is computed; characters that are told of an error."""

TEST_IMAGES, PREDICTED = 10000, 1000
"""Test images of all of them; rows that a stood-in prediction really computes."""


def get_ready() -> None:
    """Import what every Keras program imports."""
    for name in ("tensorflow", "keras"):
        import_module(name)


def main(request_file: str, answers_file: str) -> None:
    """Answer one request."""
    request = json.loads(Path(request_file).read_text("utf-8"))
    answers = Answers(answers_file)
    stand_ins = enter(request | {"memory": MEMORY}, PICTURES)
    keras = sys.modules.get("keras") or __import__("keras")
    recorder = _Recorder(keras, answers, request["path"])
    recorder.put_in_place()
    tree, old = modernised(request["text"])
    for call in old:
        answers.write(kind="old", **asdict(call))
    _run(tree, request["path"], answers)
    recorder.describe_compiled()
    answers.write(kind="stood in", names=stand_ins.used)
    answers.write(kind="done")


def _run(tree: ast.Module, path: str, answers: Answers) -> None:
    """Run the program statement by statement; what fails is written down and left out."""
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    module.__dict__.update({"__file__": path, "__builtins__": builtins})
    for statement in tree.body:
        try:
            with time_limit(SECONDS_PER_STATEMENT), np.errstate(all="ignore"):
                exec(compile(ast.Module([statement], []), path, "exec"), module.__dict__)
        except BaseException as error:
            last = statement.end_lineno or statement.lineno
            answers.write(kind="skipped", first=statement.lineno, last=last, why=error)


class _Logged(dict):
    """The history of a training that was not run: there is a 0 for whatever is read."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self._epochs = epochs

    def __missing__(self, key: str) -> list[float]:
        return [0.0] * self._epochs


class _Recorder:
    """Stands in for what takes long, and writes down what it is given."""

    def __init__(self, keras: Any, answers: Answers, path: str) -> None:  # noqa: ANN401
        self._keras, self._answers, self._path = keras, answers, path
        self._optimizers: dict[int, object] = {}
        self._compiled: dict[int, tuple[str, Any]] = {}

    def put_in_place(self) -> None:
        """Exchange methods of Keras' models and optimizers, and the loaders of its data sets."""
        model, optimizer = self._keras.Model, self._keras.optimizers.Optimizer
        genuine = model.compile, model.predict, optimizer.__init__
        model.compile = self._compile(genuine[0])
        model.predict = self._predict(genuine[1])
        optimizer.__init__ = self._made(genuine[2])
        model.fit, model.evaluate = self._fit(), self._evaluate()
        model.train_on_batch = self._train_on_batch()
        model.save = model.save_weights = lambda *_, **__: None
        model.summary = lambda *_, **__: None
        for name, (images, labels, classes) in IMAGES.items():
            if module := getattr(self._keras.datasets, name, None):
                module.load_data = functools.partial(_images, images, labels, classes)

    def _line(self) -> int:
        """The line of the program that is being run."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame and frame.f_code.co_filename != self._path:
            frame = frame.f_back
        return frame.f_lineno if frame else 0

    def _made(self, genuine: Callable) -> Callable:
        @functools.wraps(genuine)
        def made(optimizer: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401
            genuine(optimizer, *given, **named)
            line, name = self._line(), type(optimizer).__name__
            self._optimizers[id(optimizer)] = optimizer  # kept, so that no other gets its number
            self._answers.write(
                kind="optimizer", id=id(optimizer), line=line, name=name, rate=rate_of(optimizer)
            )

        return made

    def _compile(self, genuine: Callable) -> Callable:
        @functools.wraps(genuine)
        def compiled(model: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401
            asked = given[0] if given else named.get("optimizer", "rmsprop")
            if id(model) in self._compiled:
                self._describe(*self._compiled[id(model)])
            genuine(model, *given, **named)
            key = f"{id(model)} {len(self._compiled)} {self._line()}"
            self._compiled[id(model)] = key, model
            self._answers.write(
                kind="compiled",
                model=key,
                line=self._line(),
                by_name=asked if isinstance(asked, str) else "",
                optimizer=id(model.optimizer),
            )

        return compiled

    def describe_compiled(self) -> None:
        """Write down every model that was compiled, as the program leaves it."""
        for key, model in self._compiled.values():
            self._describe(key, model)

    def _describe(self, key: str, model: Any) -> None:  # noqa: ANN401
        self._answers.write(kind="model", model=key, **described(self._keras, model))

    def _fit(self) -> Callable:
        def fit(model: Any, x: Any = None, y: Any = None, batch_size: int | None = None,  # noqa: ANN401
                epochs: int = 1, *_: Any, **named: Any) -> object:  # noqa: ANN401  # fmt: skip
            self._trained(model, x, y, batch_size, epochs, named)
            history = self._keras.callbacks.History()
            shown = min(epochs, MOST_EPOCHS)
            history.history, history.epoch = _Logged(shown), list(range(shown))
            return history

        return fit

    def _train_on_batch(self) -> Callable:
        def train_on_batch(model: Any, x: Any, y: Any = None, *_: Any, **__: Any) -> object:  # noqa: ANN401
            self._trained(model, x, y, None, 1, {})
            return _nothing(model)

        return train_on_batch

    def _trained(
        self,
        model: Any,  # noqa: ANN401
        x: Any,  # noqa: ANN401
        y: Any,  # noqa: ANN401
        batch_size: int | None,
        epochs: int,
        named: Mapping[str, Any],
    ) -> None:
        if not model.built and isinstance(x, np.ndarray):
            model.build((None, *x.shape[1:]))
        self._answers.write(
            kind="fit",
            model=self._compiled.get(id(model), ("", None))[0],
            line=self._line(),
            batch_size=batch_size,
            epochs=epochs,
            weighted=any(named.get(n) is not None for n in ("class_weight", "sample_weight")),
            held_out=float(named.get("validation_split") or 0.0),
            schedules=_schedules(named.get("callbacks")),
            x=_seen(x),
            y=_seen(y),
            refused=_refused(model, x, y) if _seen(x) and _seen(y) else "",
        )

    def _evaluate(self) -> Callable:
        def evaluate(model: Any, *_: Any, **__: Any) -> object:  # noqa: ANN401
            return _nothing(model)

        return evaluate

    def _predict(self, genuine: Callable) -> Callable:
        @functools.wraps(genuine)
        def predict(model: Any, x: Any, *_: Any, **__: Any) -> object:  # noqa: ANN401
            some = genuine(model, x[:PREDICTED], verbose=0)
            return np.concatenate([some] * -(-len(x) // max(len(some), 1)))[: len(x)]

        return predict


def _refused(model: Any, x: Any, y: Any) -> str:  # noqa: ANN401
    """Why Keras cannot compute a loss of the first samples; empty if it can."""
    try:
        some, targets = (np.asarray(given)[:FEW] for given in (x, y))
        model.compute_loss(some, targets, model(some))
    except Exception as error:
        said = COLOUR.sub("", str(error).partition("Arguments received")[0])
        return " ".join(said.split())[:LONGEST] or type(error).__name__
    return ""


def _nothing(model: Any) -> object:  # noqa: ANN401
    """A loss of 0, and the same of a metric if the model has any."""
    return 0.0 if getattr(model, "_compile_metrics", None) is None else [0.0, 0.0]


def described(keras: Any, model: Any) -> dict:  # noqa: ANN401
    """A model as its layers, loss and optimizer are written down.

    Args:
        keras: the module.
        model: that is compiled.
    """
    written = keras.saving.serialize_keras_object
    return {
        "sequential": isinstance(model, keras.Sequential) or _is_a_chain(keras, model),
        "own": [
            name
            for name in OF_A_TRAINING
            if getattr(type(model), name) is not getattr(keras.Model, name)
        ],
        "layers": [
            {
                "class": type(layer).__name__,
                "config": _safe(written, layer),
                "parameters": layer.count_params() if layer.built else 0,
            }
            for layer in model.layers
        ],
        "parameters": model.count_params() if model.built else 0,
        "inputs": _inputs(model),
        "loss": _safe(written, model.loss),
        "loss_there": _is_there(keras, model.loss),
        "loss_weights": _safe(lambda m: m._compile_loss._user_loss_weights, model),
        "optimizer": _safe(written, model.optimizer),
    }


def _is_a_chain(keras: Any, model: Any) -> bool:  # noqa: ANN401
    """Whether a functional model's layers each take what the one before them gives."""
    if type(model) is not keras.Model and type(model).__name__ != "Functional":
        return False
    layers = model.layers
    fed_by = [
        [[parent.operation for parent in node.parent_nodes] for node in layer._inbound_nodes]
        for layer in layers
    ]
    chained = [[[before]] for before in layers[:-1]]
    return len(model.inputs) == len(model.outputs) == 1 and fed_by == [[[]], *chained]


def _is_there(keras: Any, loss: Any) -> bool:  # noqa: ANN401
    """Whether there is a loss to train by: any at all, and of its name one of Keras'."""
    try:
        return loss is not None and bool(not isinstance(loss, str) or keras.losses.get(loss))
    except ValueError:
        return False


def _inputs(model: Any) -> list[int]:  # noqa: ANN401
    """The shape of a sample; empty if there is none, or more than one kind of them."""
    shape = getattr(model, "input_shape", None) if model.built else None
    known = isinstance(shape, tuple) and all(isinstance(n, int) for n in shape[1:])
    return list(shape[1:]) if known and shape else []


def rate_of(optimizer: Any) -> float | None:  # noqa: ANN401
    """The learning rate of an optimizer, to float32's digits; None if it is a schedule."""
    try:
        return float(str(np.float32(optimizer.learning_rate)))
    except (TypeError, ValueError, AttributeError):
        return None


def _images(images: tuple, labels: tuple, classes: int, *_: object, **__: object) -> tuple:
    """Noise in the shapes of a data set, pixels from 0 to 255, and labels of all classes."""
    rng = np.random.default_rng(1)

    def drawn(count: int) -> tuple[np.ndarray, np.ndarray]:
        x = rng.integers(0, 256, (count, *images[1:]), dtype=np.uint8)
        t = (np.arange(count) % classes).astype(np.uint8)
        return x, t.reshape(count, *labels[1:])

    return drawn(images[0]), drawn(TEST_IMAGES)


def _safe(described: Callable, what: object) -> object:
    """What can be written down of something; of what cannot, its name."""
    try:
        return json.loads(json.dumps(described(what)))
    except Exception:
        return {"class_name": type(what).__name__, "own": True}


def _schedules(callbacks: object) -> list[str]:
    """The callbacks that change the rate, by their classes or those that these are made from."""
    given = callbacks if isinstance(callbacks, list | tuple) else [callbacks]
    bases = [base.__name__ for one in given for base in type(one).__mro__]
    return [name for name in bases if name in SCHEDULES]


def _seen(array: object) -> dict | None:
    """Shape, type and range of an array, and whether its rows are one-hot."""
    if isinstance(array, list | tuple) and any(hasattr(one, "dtype") for one in array):
        return None  # an array per input or output
    try:
        values = np.asarray(array)
    except Exception:
        return None
    if values.dtype.kind not in "biuf" or not values.size:
        return None
    one_hot = values.ndim == 2 and values.shape[1] > 1
    if one_hot:
        one_hot = bool(((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all())
    return {
        "shape": list(values.shape),
        "dtype": values.dtype.name,
        "least": float(values.min()),
        "most": float(values.max()),
        "whole": bool(np.equal(np.mod(values[:1000], 1), 0).all()),
        "one_hot": one_hot,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
