"""The two sides of a comparison behind one set of methods: a scratch model and its Keras twin."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Literal, Protocol

import numpy as np

from experiments.data import Dataset
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import KERAS_MINUS_SOURCE
from experiments.judge.ladder import Arrays
from experiments.spec import Training
from scratch.network import Network

Split = Literal["train", "test"]
Batches = np.ndarray | list[np.ndarray]
"""Row indices of every step."""

CHUNK = 1000
"""Samples per forward pass where outputs of a whole data set are wanted."""


class Side(Protocol):
    """One implementation of a training's model. It holds no parameters: it is handed them."""

    name: str

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """The parameters that this side really begins with when it is given these."""

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order, the outputs last, as "y"."""

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """Outputs y for all training or test samples."""

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """The loss of a batch and its gradient by parameter name."""

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """What has to be added to this side's loss to make it Keras'."""

    def train(
        self, params: Arrays, batches: Batches, learning_rate: float
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Train on rows of the data set, from the given parameters, which stay as they are.

        Returns:
            The loss of every batch before its update, and the parameters after the last.
        """


class Scratch:
    """The NumPy side: backpropagation by hand.

    Args:
        training: says which model.
        data: what is trained on.
        loop: the module of `scratch` whose `train` is used: "train", or "fast" for images.
    """

    name = "scratch"

    def __init__(self, training: Training, data: Dataset, loop: str = "train") -> None:
        module, model = training.model.split(".")
        self._new = partial(getattr(import_module(f"scratch.{module}"), model), **training.options)
        net = self._new({})
        self.output: str = net.output
        known = KERAS_MINUS_SOURCE.get(net.error.__name__)
        self.has_known_term = known is not None
        self._known_term = known or (lambda y, t: 0.0)
        self._data = data
        self._train = import_module(f"scratch.{loop}").train

    def model(self, params: Arrays) -> Network:
        """The net with the given parameters."""
        return self._new(dict(params))

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self.model({name: values.copy() for name, values in start.items()}).params

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self.model(params).forward(x)

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """See `Side`; in chunks whose activations stay in the processor's cache."""
        x = self._data.x if split == "train" else self._data.x_test
        starts = range(0, len(x), CHUNK)
        chunks = [self.forward(params, x[i : i + CHUNK])["y"] for i in starts]
        return np.concatenate(chunks) if len(chunks) > 1 else chunks[0]

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`."""
        model = self.model(params)
        return float(model.loss(x, t)), model.gradient(x, t)

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """See `Side`."""
        return float(self._known_term(y, t))

    def train(
        self, params: Arrays, batches: Batches, learning_rate: float
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """See `Side`."""
        model = self.model({name: values.copy() for name, values in params.items()})
        losses = self._train(model, self._data.x, self._data.t, batches, learning_rate)
        return losses, model.params

    def bounded_term(self, y: Bounded, t: np.ndarray) -> "Bounded | float":
        """`known_term` with its error bound."""
        of_bounded: Callable[..., Bounded | float] = self._known_term
        return of_bounded(y, t)

    def bounded(self, params: Arrays) -> Any:  # noqa: ANN401 - a `Network` of `Bounded` arrays
        """The net of the given parameters that computes its error bounds as it goes."""
        bounded: Any = {name: Bounded(v, v.dtype) for name, v in params.items()}
        return self.model(bounded)


def stacked(nets: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Parameters of many nets as those of one, with a leading axis for the net."""
    params = {name: np.stack([net[name] for net in nets]) for name in nets[0]}
    return {n: v[:, np.newaxis] if v.ndim == 2 else v for n, v in params.items()}


class Keras:
    """The tf.keras side. TensorFlow is imported when the first one is made."""

    name = "keras"

    def __init__(self, training: Training, start: Arrays, data: Dataset) -> None:
        """A compiled model of the shapes of `start`."""
        runtime = import_module("keras_ref.runtime")
        runtime.use_dtype(data.x.dtype.name)
        module, model = training.model.split(".")
        new = getattr(import_module(f"keras_ref.{module}"), model)
        self.model = new(start, **training.options)
        self._x, self._t, self._x_test = map(runtime.tf.constant, (data.x, data.t, data.x_test))
        self._train = import_module("keras_ref.train").train
        self._weights = import_module("keras_ref.weights")
        self._forward = import_module("keras_ref.layers").forward
        self._loss_and_gradient = import_module("keras_ref.gradients").loss_and_gradient

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """See `Side`; read back from the model's variables."""
        self._weights.set_params(self.model, start)
        return self._weights.get_params(self.model)

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        self._weights.set_params(self.model, params)
        return self._forward(self.model, x)

    def outputs(self, params: Arrays, split: Split) -> np.ndarray:
        """See `Side`."""
        self._weights.set_params(self.model, params)
        return self.model(self._x if split == "train" else self._x_test).numpy()

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`; the gradient is taken by automatic differentiation."""
        self._weights.set_params(self.model, params)
        return self._loss_and_gradient(self.model, x, t)

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """See `Side`."""
        return 0.0

    def train(
        self, params: Arrays, batches: Batches, learning_rate: float
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """See `Side`."""
        self._weights.set_params(self.model, params)
        losses = self._train(self.model, self._x, self._t, batches, learning_rate)
        return losses, self._weights.get_params(self.model)
