"""The two sides of a comparison behind one set of methods: a scratch model and its Keras twin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import lru_cache, partial
from importlib import import_module
from typing import Literal, NamedTuple, Protocol, get_args

import numpy as np

from experiments.data import Dataset
from experiments.judge.ladder import Arrays
from experiments.judge.nets import Net, OwnNet
from experiments.judge.optimizers import COUNT, slot
from experiments.spec import Training
from scratch.gradients import numerical_gradient
from scratch.network import Network

Split = Literal["train", "test"]
Batches = np.ndarray | list[np.ndarray]
"""Row indices of every step."""

CHUNK = 1000
"""Samples per forward pass where outputs of a whole data set are wanted."""


WORTH_SKIPPING = 40
"""Hidden units from which on products without the dark pixels save more than finding these costs:
between 30 (float64) and 60 (float32), measured."""

Spoil = Callable[[dict[str, np.ndarray]], None]
"""Changes the gradients of one update in place."""


class Trained(NamedTuple):
    """What some updates gave.

    Attributes:
        losses: of every batch before its update, in the side's own convention.
        terms: what has to be added to each to make it Keras'.
        params: the state after the last update: parameters, and what the optimizer remembers.
    """

    losses: np.ndarray
    terms: np.ndarray
    params: dict[str, np.ndarray]


class Side(Protocol):
    """One implementation of a training's model. It holds no parameters: it is handed them.

    It may be handed a whole state: beside the parameters what the optimizer remembers.
    """

    name: str

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """The state that this side really begins with when it is given this one."""

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order, the outputs last, as "y"."""

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """Outputs y for all training or test samples."""

    def accuracy(self, params: Arrays, split: Split) -> float:
        """Share of all training or test samples that are decided rightly."""

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """The loss of a batch and its gradient by parameter name."""

    def known_term(self, activations: Arrays, t: np.ndarray) -> float:
        """What has to be added to this side's loss to make it Keras'."""

    def train(self, params: Arrays, batches: Batches, learning_rate: float) -> Trained:
        """Train on rows of the data set, from the given state, which stays as it is."""


def net_of(training: Training) -> Net:
    """What a training's model computes, in the judge's words."""
    module, model = training.model.split(".")
    new: Callable[..., Network] = getattr(import_module(f"scratch.{module}"), model)
    net = new({}, **training.options)
    loss = net.error.__name__
    dense = [name[0] in "Wb" and len(shape) < 3 for name, shape in training.start.shapes]
    if not all(dense) or "beta1" in dict(training.start.shapes):
        return OwnNet(net.output, loss, new=new)
    return Net(net.output, loss, bool(training.options.get("bias_unit")))


class Tapped(Network):
    """A net looked into while a loop trains it: the loop sees a net like any other.

    Args:
        net: the net.
        watch: is shown the activations and targets of every loss that is asked for.
        spoil: changes the gradients in place before the loop gets them.
    """

    def __init__(
        self,
        net: Network,
        watch: Callable[[Arrays, np.ndarray], None] | None = None,
        spoil: Spoil | None = None,
    ) -> None:
        super().__init__(net.params)
        self._net, self._watch, self._spoil = net, watch, spoil
        self._activations: dict[str, np.ndarray] = {}

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Network`."""
        self._activations = self._net.forward(x)
        return self._activations

    def error(self, y: np.ndarray, t: np.ndarray) -> float:
        """See `Network`."""
        if self._watch:
            self._watch(self._activations, t)
        return self._net.error(y, t)

    def backward(
        self, x: np.ndarray, activations: dict[str, np.ndarray], t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """See `Network`."""
        gradients = self._net.backward(x, activations, t)
        if self._spoil:
            self._spoil(gradients)
        return gradients


Part = tuple[slice | np.ndarray, np.ndarray, np.ndarray]
"""Numbers of columns, samples with these columns alone, and their targets."""

Cut = Callable[[np.ndarray, np.ndarray, int], list[tuple[np.ndarray, np.ndarray, np.ndarray]]]
"""Cuts images and their classes into parts of a size, without dark pixels."""


@lru_cache(maxsize=2)
def _parts_of(cut: Cut, data: Dataset, split: Split) -> list[Part]:
    """All images in parts, each without the pixels that are dark in all of it."""
    x, t = data.split(split)
    parts = cut(x, t.argmax(axis=1), CHUNK)
    one_hot = np.eye(t.shape[1], dtype=t.dtype)
    return [(lit, images, one_hot[labels]) for lit, images, labels in parts]


class Scratch:
    """The NumPy side: backpropagation by hand.

    Args:
        training: says which model.
        data: what is trained on.
        spoil: see `Tapped`.
        terms: whether a training notes what makes its losses Keras'; else they count as 0.
    """

    name = "scratch"

    def __init__(
        self,
        training: Training,
        data: Dataset,
        spoil: Spoil | None = None,
        terms: bool = True,
    ) -> None:
        module, model = training.model.split(".")
        self._new = partial(getattr(import_module(f"scratch.{module}"), model), **training.options)
        self.net = net_of(training)
        self._data = data
        self._spoil, self._terms = spoil, terms
        self._names = [name for name, _ in training.start.shapes]
        self._units = dict(training.start.shapes)[self._names[0]][-1]
        self._optimizer = training.optimizer
        self._train = import_module("scratch.train").train
        self._train_by = import_module("scratch.train").train_by
        self._optimizers = import_module("scratch.optimizers").OPTIMIZERS
        self._fast_train = import_module("scratch.fast").train
        self._cut = import_module("scratch.fast").without_dark_pixels

    def skipping(self) -> "Scratch":
        """The same side by the loop that skips dark pixels, which has to be able to train it."""
        side = copy(self)
        side._train = self._fast_train
        return side

    def quickly(self) -> "Scratch":
        """The same side by the loop that takes least time."""
        pays = self.has_fast_loop and self._units >= WORTH_SKIPPING
        return self.skipping() if pays else self

    @property
    def is_by_pixel(self) -> bool:
        """Whether every pixel has weights of its own: a dark one's do nothing."""
        return self._data.kind == "images" and self.net.is_dense

    @property
    def has_fast_loop(self) -> bool:
        """Whether the loop that skips dark pixels can train it."""
        return self.is_by_pixel and self._optimizer == "SGD"

    @property
    def can_be_stacked(self) -> bool:
        """Whether many copies can be trained as one: tiny nets, by plain descent."""
        return self._data.kind == "truth table" and self._optimizer == "SGD"

    def model(self, params: Arrays) -> Network:
        """The net with the given parameters."""
        return self._new({name: params[name] for name in self._names})

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """See `Side`."""
        copies = {name: values.copy() for name, values in start.items()}
        return copies | self.model(copies).params

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self.model(params).forward(x)

    def _chunks(self, split: Split) -> list[slice]:
        """Parts of a data set whose activations stay in the processor's cache."""
        samples = len(self._data.split(split)[0])
        return [slice(i, i + CHUNK) for i in range(0, samples, CHUNK)]

    def _parts(self, split: Split) -> Iterable[Part]:
        """These parts themselves, without dark pixels where these do nothing."""
        if self.is_by_pixel:
            return _parts_of(self._cut, self._data, split)
        x, t = self._data.split(split)
        return ((slice(None), x[chunk], t[chunk]) for chunk in self._chunks(split))

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """See `Side`."""
        x, _ = self._data.split(split)
        model = self.model(params)
        return np.concatenate([model.predict(x[part]) for part in self._chunks(split)])

    def accuracy(self, params: Arrays, split: Split) -> float:
        """See `Side`; by the net's own method, part by part."""
        right, first = 0, self._names[0]
        for pixels, x, t in self._parts(split):
            model = self.model({**params, first: params[first][pixels]})
            right += round(model.accuracy(x, t) * len(x))
        return right / len(self._data.split(split)[0])

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`."""
        model = self.model(params)
        return float(model.loss(x, t)), model.gradient(x, t)

    def numerical_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Central differences by the net's own method, the loss put in Keras' convention."""
        model = self.model({name: values.copy() for name, values in params.items()})
        gradient = model.numerical_gradient(x, t)
        if self.net.has_known_term:
            for name, values in model.params.items():
                gradient[name] += numerical_gradient(
                    lambda _: self.known_term(model.forward(x), t), values
                )
        return gradient

    def known_term(self, activations: Arrays, t: np.ndarray) -> float:
        """See `Side`."""
        return float(self.net.known_term(activations, t))

    def train(self, params: Arrays, batches: Batches, learning_rate: float) -> Trained:
        """See `Side`."""
        model = self.model({name: values.copy() for name, values in params.items()})
        terms: list[float] = []

        def watch(activations: Arrays, t: np.ndarray) -> None:
            terms.append(self.known_term(activations, t))

        has_term = self.net.has_known_term and self._terms
        if has_term or self._spoil:
            model = Tapped(model, watch if has_term else None, self._spoil)
        x, t = self._data.x, self._data.t
        memory = {}
        if self._optimizer == "SGD":
            losses = self._train(model, x, t, batches, learning_rate)
        else:
            optimizer = self._optimizers[self._optimizer](learning_rate)
            remind(optimizer, params)
            losses = self._train_by(optimizer, model, x, t, batches)
            memory = remembered(optimizer, x.dtype)
        known = np.full(len(losses), np.nan if has_term else 0.0, losses.dtype)
        if len(terms) == len(losses):
            known[:] = terms
        return Trained(losses, known, model.params | memory)


def remind(optimizer: object, state: Arrays) -> None:
    """Give one of scratch's optimizers what it is to remember."""
    for of, held in vars(optimizer).items():
        if isinstance(held, dict):
            held |= {
                name.removeprefix(f"{of}(")[:-1]: values
                for name, values in state.items()
                if name.startswith(f"{of}(")
            }
    if COUNT in state:
        optimizer.step = int(state[COUNT])  # type: ignore[attr-defined]


def remembered(optimizer: object, dtype: np.dtype) -> dict[str, np.ndarray]:
    """What one of scratch's optimizers remembers, as the state names it."""
    found = {
        slot(of, name): values
        for of, held in vars(optimizer).items()
        if isinstance(held, dict)
        for name, values in held.items()
    }
    count = getattr(optimizer, "step", None)
    return found if count is None else found | {COUNT: np.array(count, dtype)}


def stacked(nets: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Parameters of many nets as those of one, with a leading axis for the net."""
    params = {name: np.stack([net[name] for net in nets]) for name in nets[0]}
    return {n: v[:, np.newaxis] if v.ndim == 2 else v for n, v in params.items()}


@lru_cache(maxsize=2)
def _tensors(data: Dataset) -> dict[Split, tuple]:
    """Samples and targets as TensorFlow holds them: those of a training and those of its probe.

    Kept because the next training often has the same, of some hundred megabytes.
    """
    constant = import_module("keras_ref.runtime").tf.constant
    return {split: tuple(map(constant, data.split(split))) for split in get_args(Split)}


class Keras:
    """The tf.keras side. TensorFlow is imported when the first one is made."""

    name = "keras"

    def __init__(self, training: Training, start: Arrays, data: Dataset) -> None:
        """A compiled model of the shapes of `start`."""
        runtime = import_module("keras_ref.runtime")
        runtime.use_dtype(data.x.dtype.name)
        module, model = training.model.split(".")
        new = getattr(import_module(f"keras_ref.{module}"), model)
        self._names = [name for name, _ in training.start.shapes]
        self.model = new({name: start[name] for name in self._names}, **training.options)
        self._data = _tensors(data)
        optimizers = import_module("keras_ref.optimizers")
        self._memory = optimizers.give(self.model, training.optimizer)
        self._train = import_module("keras_ref.train").train
        self._weights = import_module("keras_ref.weights")
        self._layers = import_module("keras_ref.layers")
        self._loss_and_gradient = import_module("keras_ref.gradients").loss_and_gradient

    def _set(self, state: Arrays) -> None:
        """Give the model its parameters."""
        self._weights.set_params(self.model, {name: state[name] for name in self._names})

    def _state(self) -> dict[str, np.ndarray]:
        """Copies of its parameters, and of what its optimizer remembers."""
        dtype = self.model.compute_dtype
        memory = {
            name: self._weights.as_in_the_book(held.numpy()).astype(dtype)
            for name, held in self._memory.items()
        }
        return self._weights.get_params(self.model) | memory

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """See `Side`; read back from the model's variables, as a new optimizer has them."""
        self._set(start)
        return self._state()

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        self._set(params)
        return self._layers.forward(self.model, x)

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """See `Side`."""
        self._set(params)
        return self.model(self._data[split][0]).numpy()

    def accuracy(self, params: Arrays, split: Split) -> float:
        """See `Side`; by Keras' own metric."""
        self._set(params)
        return self._layers.accuracy(self.model, *self._data[split])

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`; the gradient is taken by automatic differentiation."""
        self._set(params)
        return self._loss_and_gradient(self.model, x, t)

    def known_term(self, activations: Arrays, t: np.ndarray) -> float:
        """See `Side`."""
        return 0.0

    def train(self, params: Arrays, batches: Batches, learning_rate: float) -> Trained:
        """See `Side`."""
        self._set(params)
        for name, held in self._memory.items():
            held.assign(self._weights.as_in_keras(params[name]))
        losses = self._train(self.model, *self._data["train"], batches, learning_rate)
        return Trained(losses, np.zeros_like(losses), self._state())
