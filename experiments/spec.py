"""The vocabulary of the catalog: what an experiment is, as plain frozen data."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

NAME = r"\w[\w.-]*"
"""Of an experiment: a pattern. The report has a folder of that name."""


@dataclass(frozen=True)
class Measurement:
    """What is measured, and what the sources print: a quantity, of a row, after so many updates.

    Attributes:
        quantity: as "output", "train_accuracy", or the name of an evaluation's value.
        row: of the data set, or an element of the value; None for the whole.
        step: updates done; None where nothing is trained.
    """

    quantity: str
    row: int | None = None
    step: int | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f"[{self.row}]"
        return self.quantity + row + ("" if self.step is None else f"@{self.step}")

    @classmethod
    def parse(cls, text: str) -> "Measurement":
        """From "quantity", "quantity[row]", "quantity@step" or "quantity[row]@step".

        Raises:
            ValueError: if the text is none of these.
        """
        found = re.fullmatch(r"([^\[\]@]+)(?:\[(\d+)\])?(?:@(\d+))?", text)
        if not found:
            raise ValueError(f"{text!r} is no measurement: write quantity, [row] and @step")
        row, step = (int(number) if number else None for number in found.groups()[1:])
        return cls(found[1], row, step)


STATISTICS = ("mean", "var")
"""How the names of running statistics begin."""


@dataclass(frozen=True)
class Start:
    """How a training's parameters are drawn, in the order in which the source's code draws them.

    Attributes:
        distribution: "uniform" is 2 · random − 1, so [−1, 1); "normal" is randn · scale; "glorot"
            is uniform in ±√(6 / (inputs + outputs)), Keras' default. Biases (one-dimensional
            shapes) are zero and draw nothing; scales and variances, of names that begin with
            "gamma" or "var", are one.
        shapes: (name, shape) of every parameter, in the order of drawing.
        scale: standard deviation of "normal".
        by_unit: whether the source holds (and so draws) one row per unit, not per input.
    """

    distribution: Literal["uniform", "normal", "glorot"]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]
    scale: float = 1.0
    by_unit: bool = False

    @property
    def trained(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Without the running statistics of a batch normalisation, which no gradient moves."""
        return tuple(
            (name, shape) for name, shape in self.shapes if not name.startswith(STATISTICS)
        )

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(math.prod(shape) for _, shape in self.shapes)


def uniform(**shapes: tuple[int, ...]) -> Start:
    """Weights uniform in [−1, 1), drawn in the order of the arguments (source 003)."""
    return Start("uniform", tuple(shapes.items()))


def uniform_by_unit(**shapes: tuple[int, ...]) -> Start:
    """The same, drawn with one row per unit, as source 002 holds its weights."""
    return Start("uniform", tuple(shapes.items()), by_unit=True)


def glorot(**shapes: tuple[int, ...]) -> Start:
    """Keras' default start: Glorot uniform weights, biases zero (source 003's Keras models)."""
    return Start("glorot", tuple(shapes.items()))


def normal(scale: float, **shapes: tuple[int, ...]) -> Start:
    """Weights normal with the given standard deviation, biases zero (sources 000, 004)."""
    return Start("normal", tuple(shapes.items()), scale)


@dataclass(frozen=True)
class Order:
    """How the samples of each step are chosen.

    Attributes:
        kind: "in order" walks through the samples again and again, drawing nothing; "first
            sample" never leaves the first; "shuffled" walks through a new permutation in every
            epoch, the last batch of which may be smaller; "with replacement" draws every batch
            from all samples.
        batch_size: samples per step.
    """

    kind: Literal["in order", "first sample", "shuffled", "with replacement"]
    batch_size: int


def in_order(batch_size: int) -> Order:
    """The samples in their own order, `batch_size` at a time (sources 002, 003)."""
    return Order("in order", batch_size)


def first_sample() -> Order:
    """The first sample at every step: what source 002's BackpropCE comes down to."""
    return Order("first sample", 1)


def shuffled(batch_size: int) -> Order:
    """A new permutation in every epoch, as Keras' `fit` does it (source 003)."""
    return Order("shuffled", batch_size)


def with_replacement(batch_size: int) -> Order:
    """`np.random.choice(samples, batch_size)` at every step (sources 000, 004)."""
    return Order("with replacement", batch_size)


Optimizer = Literal["SGD", "Momentum", "AdaGrad", "Adam"]
"""How a gradient becomes an update, in the book's forms."""


@dataclass(frozen=True)
class Training:
    """One training, done by both sides from the same start on the same batches.

    Attributes:
        name: what tells it from the experiment's other trainings.
        model: "file.Model", a name that `scratch` and `keras_ref` both have.
        data: name of the data set, as `experiments.data.load` knows it.
        start: how the parameters are drawn.
        order: how the batches are chosen.
        learning_rate: η.
        optimizer: what makes the updates.
        steps: number of updates.
        seed: of the one generator from which start and batches come.
        options: further arguments of the model.
        evaluate_at: numbers of updates after which outputs or accuracies are taken.
        seeds: how many seeds judge a printed figure of unknown seed.
        curtailed: whether their training stops when every such figure that counts lies within
            their range, which more seeds can only widen: its verdict is that of all.
        dtype: of both sides, if the user does not choose.
    """

    name: str
    model: str
    data: str
    start: Start
    order: Order
    learning_rate: float
    steps: int
    optimizer: Optimizer = "SGD"
    seed: int = 0
    options: dict[str, bool | str] = field(default_factory=dict)
    evaluate_at: tuple[int, ...] = ()
    seeds: int = 39
    curtailed: bool = False
    dtype: str = "float64"

    @property
    def work(self) -> int:
        """Samples times parameters, over all steps: what a large net's time goes by."""
        return self.steps * self.order.batch_size * self.start.size

    def measurements(self, kind: str) -> set[Measurement]:
        """What is measured of this training on a data set of the given kind."""
        last = self.steps
        measured = {Measurement("loss", step=last)}
        if kind == "truth table":
            for step in {*self.evaluate_at, last - 1, last}:
                measured |= {Measurement("output", row, step) for row in range(4)}
                measured.add(Measurement("solved", step=step))
            return measured
        quantities = ["train_accuracy", "test_accuracy"]
        if self.order.kind == "shuffled":
            quantities += ["epoch_loss", "epoch_accuracy"]
        measured |= {Measurement(q, step=step) for step in self.evaluate_at for q in quantities}
        measured.add(Measurement("test_loss", step=last))
        if kind == "images":
            measured.add(Measurement("distinct_images", step=last))
        return measured

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """Numbers of updates after which the weights are kept.

        1, 2, 5, 10, … , those of `evaluate_at`, and the last two: the sources print outputs
        computed before the last update.
        """
        log_spaced = {m * 10**e for e in range(8) for m in (1, 2, 5)}
        kept = log_spaced | {*self.evaluate_at, self.steps - 1, self.steps}
        return tuple(sorted(step for step in kept if 0 < step <= self.steps))


Package = Callable[[str], ModuleType]
"""Gives the file of a name from `scratch`, or its twin from `keras_ref`."""


@dataclass(frozen=True)
class Evaluation:
    """Values that both packages compute without training, by the same few lines.

    Attributes:
        name: what tells it from the experiment's other parts.
        compute: called once with each package, and then, each if it is named, with the data set,
            the parameters of a finished training, a training's spec, and what is told of steps;
            gives values by name: numbers, arrays, texts, `Given` ones, or `Seconds`.
        roundings: how many roundings a value has behind it; 0 demands equality.
        method_error: how far the two sides' methods may lie apart beside rounding, absolutely.
        data: name of a data set to be given to `compute`.
        params_of: name of a training of the same experiment whose final parameters are given.
        training: a training's spec that is given to `compute`, with the user's seed.
        compared: False for what scratch alone computes: shown, with nothing to compare it to.
        steps: how many steps it tells of.
        full: whether it takes minutes and is done on request only (`--full`).
        dtype: of both sides, if the user does not choose.
        printed: names of the values that the sources print, which `compute` has to give.
        bounds: called if it is there, gives by name how far apart two right computations may lie,
            element by element, in the place of what roundings and method errors allow, in `dtype`,
            which then cannot be chosen.
        picture: how to draw the values: "curves" against the one called "x", "planes" over the
            plane of two inputs, "digits" for those that are images, "descent" of a parabola,
            "valley" of two inputs, "line" through samples, "times" of what was timed; none if
            empty.
    """

    name: str
    compute: Callable[..., dict[str, Any]]
    roundings: int = 0
    method_error: float = 0.0
    data: str = ""
    params_of: str = ""
    training: Training | None = None
    compared: bool = True
    steps: int = 0
    full: bool = False
    dtype: str = "float64"
    printed: tuple[str, ...] = ()
    bounds: Callable[[], Mapping[str, Any]] | None = None
    picture: Literal["", "curves", "planes", "digits", "descent", "valley", "line", "times"] = ""


class Seconds(float):
    """A duration among an evaluation's values, of scratch or both sides: shown, not compared."""


@dataclass(frozen=True)
class Given:
    """A value that an evaluation has without either package: shown, compared with nothing."""

    value: Any


@dataclass(frozen=True)
class Experiment:
    """A system of the sources: what is trained or evaluated. Its texts lie beside its file.

    Attributes:
        name: the name on the command line and of the report's folder.
        lesson: its place in the course; the report follows it.
        sources: numbers of the documents it comes from.
        trainings: what is trained.
        evaluations: what is computed without training.
        shows: code of both packages that its page shows, as "module.Name", or with Keras' own name
            as "module.Name|module.Other"; of a training its model.
        headline: the quantity by which the page sums it up, if not the last printed result.
    """

    name: str
    lesson: int
    sources: tuple[str, ...]
    trainings: tuple[Training, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    shows: tuple[str, ...] = ()
    headline: str = ""

    @property
    def data(self) -> set[str]:
        """Names of the data sets that it needs."""
        return {p.data for p in self.trainings} | {p.data for p in self.evaluations if p.data}

    def part(self, name: str) -> Training | Evaluation | None:
        """The training or evaluation of that name."""
        parts: tuple[Training | Evaluation, ...] = (*self.trainings, *self.evaluations)
        return next((part for part in parts if part.name == name), None)
