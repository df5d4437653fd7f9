"""Grounds: small trainings on which a changed scratch side is held against Keras.

Keras' side and the limits are made once for all that is tried on a ground.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import Sizes, probe, probe_like, probe_of_images
from experiments.judge.ladder import Arrays, Comparison, History
from experiments.judge.trajectory import compare_trajectories
from experiments.pair.compare import compare_pair
from experiments.pair.expected import Expected
from experiments.pair.follow import follow
from experiments.pair.measure import Values, measure
from experiments.pair.pair import Make, Makes, Pair, new_scratch, prepare
from experiments.pair.shadows import limits_of
from experiments.pair.sides import Batches, Keras, Scratch, Side
from experiments.spec import Training, in_order, normal

Thing = TypeVar("Thing")

LEARNING_RATE = 0.03
STEPS = 6
BATCH = 7
SAMPLES = Sizes(3 * BATCH, 12, (9, 11), 5)
"""Three batches of seven, twice."""

IMAGES = Sizes(1000, 784, (50, 50), 10)
"""The book's net, on made-up images of a few lit pixels each."""


@dataclass
class Ground:
    """A training, and Keras' side of it.

    Attributes:
        training: what is trained.
        start: the parameters to start with.
        data: its data set.
        batches: row indices of every step.
    """

    training: Training
    start: Arrays
    data: Dataset
    batches: Batches
    _known: dict[tuple, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keras = Keras(self.training, self.start, self.data)
        self._keras_history = follow(self.training, self.keras, self.start, self.batches)
        self._keras_measured = self._measure(self.keras, self._keras_history)
        right = Scratch(self.training, self.data)
        self._history = follow(self.training, right, self.start, self.batches)
        self._limits = limits_of(self._pair(right), self._history)

    def _measure(self, side: Side, history: History) -> Values:
        return measure(self.training, self.data, side, history, self.batches)

    def _pair(self, side: Scratch, make: Make = new_scratch) -> Pair:
        makes = Makes(make, self._twin, self._expected)
        expected = self._expected(self.training, self.data)
        start, batches = self.start, self.batches
        return Pair(self.training, self.data, start, batches, side, self.keras, expected, makes)

    def _twin(self, training: Training, start: Arrays, data: Dataset) -> Side:
        """Keras' side on other data."""
        asked = ("forward", "loss_and_gradient", "accuracy", "train")
        return self._once("twin", data, lambda: _remembering(Keras(training, start, data), asked))

    def _expected(self, training: Training, data: Dataset) -> Expected:
        """What is expected of any right side."""
        asked = ("allowed", "differences")
        return self._once("expected", data, lambda: _remembering(Expected(training, data), asked))

    def _once(self, part: str, data: Dataset, make: Callable[[], Thing]) -> Thing:
        """What is the same for all that is tried on the same data, made when it is first needed."""
        key = part, data.x.shape, data.x.tobytes(), data.t.shape, data.t.tobytes()
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def along(self, side: Side) -> list[Comparison]:
        """The whole training by another side, held against the right scratch side's."""
        with np.errstate(all="ignore"):
            history = follow(self.training, side, self.start, self.batches)
            return list(compare_trajectories(self._history, history, self._limits))

    def climb(self, make: Make = new_scratch) -> Iterator[Comparison]:
        """The whole ladder with another scratch side, rung by rung."""
        side = make(self.training, self.start, self.data)
        with np.errstate(all="ignore"):
            history = follow(self.training, side, self.start, self.batches)
            measured = self._measure(side, history), self._keras_measured
            pair = self._pair(side, make)
            yield from compare_pair(pair, (history, self._keras_history), self._limits, measured)


def _remembering(thing: Thing, methods: Iterable[str]) -> Thing:
    """The same thing, which answers from memory what it is asked again."""
    for name in methods:
        setattr(thing, name, _from_memory(getattr(thing, name)))
    return thing


def _from_memory(method: Callable) -> Callable:
    known: dict[tuple, Any] = {}

    def ask(*arguments: Any) -> Any:  # noqa: ANN401
        key = tuple(map(_key, arguments))
        if key not in known:
            known[key] = method(*arguments)
        return known[key]

    return ask


def _key(argument: Any) -> Any:  # noqa: ANN401
    if isinstance(argument, dict):
        return tuple((name, values.tobytes()) for name, values in argument.items())
    return argument.tobytes() if isinstance(argument, np.ndarray) else argument


def small_ground(
    model: str,
    parameters: tuple[str, ...],
    dtype: str,
    options: dict[str, bool | str] | None = None,
) -> Ground:
    """A net on the probe's samples, no two of whose sizes are the same.

    Args:
        model: as `Training.model`.
        parameters: their names.
        dtype: floating type.
        options: of the model.
    """
    start, data = probe(parameters, dtype, sizes=SAMPLES)
    return _ground_of(model, start, data, options or {})


def conv_ground(dtype: str) -> Ground:
    """The convolutional net on as many small images."""
    start, data = probe_of_images(dtype, SAMPLES.samples)
    return _ground_of("conv_net.ConvNet", start, data, {})


def norm_ground(dtype: str) -> Ground:
    """The normalising net on the probe's samples."""
    names = ("W1", "gamma1", "beta1", "mean1", "var1", "W2", "b2")
    start, data = probe_like(dict.fromkeys(names, ()), dtype, SAMPLES)
    return _ground_of("batch_norm_net.BatchNormNet", start, data, {})


def _ground_of(model: str, start: Arrays, data: Dataset, options: dict[str, bool | str]) -> Ground:
    """Three batches of a probe's samples, twice."""
    training = Training(
        name="ground",
        model=model,
        data="probe",
        start=normal(0.4, **{name: values.shape for name, values in start.items()}),
        order=in_order(BATCH),
        learning_rate=LEARNING_RATE,
        steps=STEPS,
        options=options,
        evaluate_at=(STEPS,),
        dtype=data.x.dtype.name,
    )
    batches = np.arange(BATCH * STEPS).reshape(STEPS, BATCH) % len(data.x)
    return Ground(training, start, data, batches)


def image_ground(dtype: str) -> Ground:
    """The book's net at its full width, for a few updates: fast loops and many units stand here."""
    names = ("W1", "b1", "W2", "b2")
    start, data = probe(names, dtype, sizes=IMAGES)
    rng = np.random.default_rng(0)
    lit = rng.random(data.x.shape) < 0.02
    x = (rng.integers(1, 256, data.x.shape) * lit / np.float32(255)).astype(dtype)
    start = {name: (values / 8).astype(dtype) for name, values in start.items()}
    training = Training(
        name="ground",
        model="two_layer_net.TwoLayerNet",
        data="mnist",
        start=normal(0.05, **{name: values.shape for name, values in start.items()}),
        order=in_order(100),
        learning_rate=0.1,
        steps=STEPS,
        evaluate_at=(STEPS,),
        dtype=dtype,
    )
    batches = np.arange(100 * STEPS).reshape(STEPS, 100)
    return Ground(training, start, Dataset("images", "images", x, data.t, x, data.t), batches)


def long_ground(training: Training, dtype: str, data: Dataset) -> Ground:
    """A training of the catalog, as it is."""
    training = replace(training, dtype=dtype)
    start, batches = prepare(training, data)
    return Ground(training, start, data, batches)
