"""What a Keras program builds, compiles and trains, as its run wrote it down."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.check.apart import told_why
from experiments.check.inside.keras_worker import described, rate_of
from experiments.check.inside.old_calls import OldCall, modernised
from experiments.check.processes import Processes, unreadable_told
from experiments.check.source import Source
from experiments.words import Problem

LOSSES = {
    "mse": "squared error",
    "meansquarederror": "squared error",
    "mae": "absolute error",
    "meanabsoluteerror": "absolute error",
    "categoricalcrossentropy": "cross-entropy",
    "sparsecategoricalcrossentropy": "cross-entropy of labels",
    "binarycrossentropy": "binary cross-entropy",
}
"""Keras' losses by their names in small letters; others are named as they are."""

PACKAGES, MAKERS = {"keras", "tensorflow", "tf"}, {"compile", "Sequential", "Dense"}
"""What a program imports that makes Keras models, and what it calls."""


def uses_keras(source: Source) -> bool:
    """Whether a program makes Keras models, as far as its text shows."""
    imported: set[str] = set()
    called: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Call):
            called.add(ast.unparse(node.func).rpartition(".")[2])
    return bool(imported & PACKAGES and called & MAKERS)


@dataclass(frozen=True)
class Seen:
    """An array that a training is given.

    Attributes:
        shape: of it.
        least: its smallest element.
        most: its largest.
        whole: whether its elements are whole numbers.
        one_hot: whether its rows are.
    """

    shape: tuple[int, ...]
    least: float
    most: float
    whole: bool
    one_hot: bool


@dataclass(frozen=True)
class Layer:
    """A layer of a model.

    Attributes:
        kind: its class.
        config: as Keras writes it down.
        parameters: how many it has.
    """

    kind: str
    config: Mapping[str, Any]
    parameters: int

    def get(self, option: str) -> Any:  # noqa: ANN401 - whatever Keras takes
        """An option of its constructor."""
        return self.config.get("config", {}).get(option)


@dataclass(frozen=True)
class Loss:
    """A loss as it was compiled.

    Attributes:
        kind: a value of `LOSSES`, or Keras' name.
        name: as the program has it.
        from_logits: whether it takes net inputs.
        reduction: as Keras calls it.
        weight: by which it is multiplied.
        has_options: whether it has others, as smoothed labels.
        is_there: whether there is one, of a name that Keras knows.
    """

    kind: str
    name: str
    from_logits: bool
    reduction: str
    weight: float
    has_options: bool
    is_there: bool


@dataclass(frozen=True)
class Optimizer:
    """An optimizer that the program made, or that was made for it by its name.

    Attributes:
        kind: its class.
        rate: its learning rate, if it is a number.
        line: where it was made.
        config: as Keras writes it down; empty if it was never used.
    """

    kind: str
    rate: float | None
    line: int
    config: Mapping[str, Any]


KERAS_BATCH = 32
"""Samples per step, where nothing is said."""


@dataclass(frozen=True)
class Fit:
    """A training.

    Attributes:
        line: of the call.
        batch_size: as given.
        epochs: as given.
        x: the samples, if they could be seen.
        t: the targets, if they could be seen.
        weighted: whether classes or samples have weights of their own.
        held_out: share of the samples that are not trained on.
        schedules: callbacks that change the rate, by their classes.
        refused: what Keras says, if it cannot compute the loss of its first samples.
    """

    line: int
    batch_size: int | None
    epochs: int
    weighted: bool
    held_out: float
    schedules: tuple[str, ...]
    x: Seen | None
    t: Seen | None
    refused: str

    def per_step(self, samples: int) -> int:
        """How many of its samples a step takes; of so many, where they could not be seen."""
        return min(self.batch_size or KERAS_BATCH, self.x.shape[0] if self.x else samples)


@dataclass(frozen=True)
class Model:
    """A model that is trained.

    Attributes:
        line: where it is compiled.
        sequential: whether it is a `Sequential`.
        own: methods of its training that its class has of its own.
        layers: in order.
        inputs: shape of a sample.
        parameters: how many it has.
        loss: that it is compiled with.
        optimizer: that it is trained with.
        by_name: the optimizer's name, if that is how it was given.
        fits: its trainings.
    """

    line: int
    sequential: bool
    own: tuple[str, ...]
    layers: tuple[Layer, ...]
    inputs: tuple[int, ...]
    parameters: int
    loss: Loss
    optimizer: Optimizer
    by_name: str
    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class KerasProgram:
    """A program that trains Keras models.

    Attributes:
        models: in the order in which they are compiled.
        unused: optimizers that it made and did not compile any model with.
        old: calls that today's Keras does not take.
        skipped: (first line, last line, why) of what could not be run.
        stopped: why the run ended early, or None.
    """

    models: tuple[Model, ...]
    unused: tuple[Optimizer, ...]
    old: tuple[OldCall, ...]
    skipped: tuple[tuple[int, int, Problem], ...]
    stopped: Problem | None


def run(processes: Processes, source: Source) -> KerasProgram:
    """Run a program in a process of its own, its trainings, downloads and pictures stood in for.

    Args:
        processes: that run it.
        source: the program.

    Raises:
        Problem: if what the process wrote down cannot be read.
    """
    asked = {"path": str(source.path.resolve()), "text": source.text}
    lines, stopped = processes.answers(asked, "keras_worker")
    of: dict[str, list[dict]] = {}
    with unreadable_told():
        for line in lines:
            of.setdefault(line.pop("kind"), []).append(line)
        return _program(of, None if "done" in of else stopped or Problem("check.why.gone"))


def of_sessions(source: Source) -> KerasProgram | None:
    """What is gone from a program of TensorFlow 1 that makes no Keras model; None if it is none."""
    old = tuple(call for call in modernised(source.text)[1] if call.id == "tf1")
    return KerasProgram((), (), old, (), None) if old else None


def of_object(keras: Any, model: Any) -> Model:  # noqa: ANN401
    """A model that is there as an object.

    Args:
        keras: the module.
        model: that is compiled.

    Raises:
        Problem: if it is not compiled.
    """
    if getattr(model, "optimizer", None) is None:
        raise Problem("check.keras.not compiled")
    made = {"name": type(model.optimizer).__name__, "rate": rate_of(model.optimizer), "line": 0}
    compiled = {"line": 0, "by_name": "", "optimizer": 0}
    return _model({"model": 0, **described(keras, model)}, compiled, {0: made}, [])


def _program(of: Mapping[str, list[dict]], stopped: Problem | None) -> KerasProgram:
    made = {row["id"]: row for row in of.get("optimizer", [])}
    compiled = {row["model"]: row for row in of.get("compiled", [])}
    models = {row["model"]: row for row in of.get("model", [])}
    used = {row["optimizer"] for row in compiled.values()}
    of_lines = {row["line"] for row in compiled.values()}
    return KerasProgram(
        tuple(
            _model(row, compiled[key], made, of.get("fit", []))
            for key, row in models.items()
            if key in compiled
        ),
        tuple(
            Optimizer(row["name"], row["rate"], row["line"], {})
            for key, row in made.items()
            if key not in used and row["line"] not in of_lines
        ),
        tuple(OldCall(**row) for row in of.get("old", [])),
        tuple((row["first"], row["last"], told_why(row["why"])) for row in of.get("skipped", [])),
        stopped,
    )


def _model(row: dict, compiled: dict, made: Mapping[int, dict], fits: Sequence[dict]) -> Model:
    optimizer = made.get(compiled["optimizer"], {"name": "", "rate": None, "line": 0})
    return Model(
        compiled["line"],
        row["sequential"],
        tuple(row["own"]),
        tuple(Layer(one["class"], one["config"], one["parameters"]) for one in row["layers"]),
        tuple(row["inputs"]),
        row["parameters"],
        _loss(row["loss"], row["loss_weights"], row["loss_there"]),
        Optimizer(optimizer["name"], optimizer["rate"], optimizer["line"], row["optimizer"]),
        compiled["by_name"],
        tuple(
            Fit(
                f["line"],
                f["batch_size"],
                f["epochs"],
                f["weighted"],
                f["held_out"],
                tuple(f["schedules"]),
                _seen(f["x"]),
                _seen(f["y"]),
                str(f["refused"]),
            )
            for f in fits
            if f["model"] == row["model"]
        ),
    )


def _loss(said: Any, weights: Any, is_there: bool) -> Loss:  # noqa: ANN401 - as Keras writes it
    options: Mapping[str, Any] = {}
    name = said if isinstance(said, str) else "?"
    if isinstance(said, dict) and "class_name" in said:
        is_function = said["class_name"] == "function"
        name = str(said.get("config") if is_function else said["class_name"]).strip("_<>")
        options = said["config"] if isinstance(said.get("config"), dict) else {}
    known = {"name", "reduction", "from_logits", "dtype", "axis", "ignore_class"}
    weight = weights[0] if isinstance(weights, list) and weights else weights
    return Loss(
        LOSSES.get(name.lower().replace("_", ""), name),
        name,
        bool(options.get("from_logits")),
        options.get("reduction", "sum_over_batch_size"),
        float(weight) if isinstance(weight, int | float) else 1.0,
        any(value for option, value in options.items() if option not in known),
        is_there,
    )


def _seen(row: dict | None) -> Seen | None:
    if row is None:
        return None
    return Seen(tuple(row["shape"]), row["least"], row["most"], row["whole"], row["one_hot"])
