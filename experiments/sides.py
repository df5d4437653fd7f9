"""The two sides of a comparison behind one set of methods: a scratch model and its Keras twin."""

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Literal, Protocol

import numpy as np

from experiments.data import Dataset
from experiments.judge.bounds import Bounded
from experiments.judge.conventions import KERAS_MINUS_SOURCE
from experiments.spec import Training
from scratch.network import Network

Split = Literal["train", "test"]

CHUNK = 1000
"""Samples per forward pass where outputs of a whole data set are wanted."""


class Side(Protocol):
    """One implementation of a training's model, holding its own copy of the parameters."""

    name: str

    @property
    def params(self) -> dict[str, np.ndarray]:
        """Copies of the parameters, by name."""

    def set_params(self, params: Mapping[str, np.ndarray]) -> None:
        """Overwrite the parameters."""

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Named activations in order, the outputs last, as "y"."""

    def outputs(self, split: Split) -> np.ndarray:
        """Outputs y for all training or test samples."""

    def loss_and_gradient(
        self, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """The loss of a batch and its gradient by parameter name."""

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """What has to be added to this side's loss to make it Keras'."""

    def train(self, batches: np.ndarray | list[np.ndarray], learning_rate: float) -> np.ndarray:
        """Train on rows of the data set; returns the loss of every batch before its update."""


class Scratch:
    """The NumPy side: backpropagation by hand.

    Args:
        training: says which model.
        params: the parameters to start with, which are copied.
        data: what is trained on.
        loop: the module of `scratch` whose `train` is used: "train", or "fast" for images.
    """

    name = "scratch"

    def __init__(
        self,
        training: Training,
        params: Mapping[str, np.ndarray],
        data: Dataset,
        loop: str = "train",
    ) -> None:
        module, model = training.model.split(".")
        self._new = partial(getattr(import_module(f"scratch.{module}"), model), **training.options)
        self.model = self._new({name: values.copy() for name, values in params.items()})
        self.output = self.model.output
        known = KERAS_MINUS_SOURCE.get(self.model.error.__name__)
        self.has_known_term = known is not None
        self._known_term = known or (lambda y, t: 0.0)
        self._data = data
        self._train = import_module(f"scratch.{loop}").train

    @property
    def params(self) -> dict[str, np.ndarray]:
        """See `Side`."""
        return {name: values.copy() for name, values in self.model.params.items()}

    def set_params(self, params: Mapping[str, np.ndarray]) -> None:
        """See `Side`."""
        for name, values in params.items():
            self.model.params[name][...] = values

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self.model.forward(x)

    def outputs(self, split: Split) -> np.ndarray:
        """See `Side`; in chunks whose activations stay in the processor's cache."""
        x = self._data.x if split == "train" else self._data.x_test
        chunks = [self.model.predict(x[i : i + CHUNK]) for i in range(0, len(x), CHUNK)]
        return np.concatenate(chunks) if len(chunks) > 1 else chunks[0]

    def loss_and_gradient(
        self, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`."""
        return float(self.model.loss(x, t)), self.model.gradient(x, t)

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """See `Side`."""
        return self._known_term(y, t)

    def train(self, batches: np.ndarray | list[np.ndarray], learning_rate: float) -> np.ndarray:
        """See `Side`."""
        return self._train(self.model, self._data.x, self._data.t, batches, learning_rate)

    def bounded(self) -> Network:
        """The same model, of the same parameters, that computes its error bounds as it goes."""
        return self._new({name: Bounded(v, v.dtype) for name, v in self.model.params.items()})


def stacked(nets: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Parameters of many nets as those of one, with a leading axis for the net."""
    params = {name: np.stack([net[name] for net in nets]) for name in nets[0]}
    return {n: v[:, np.newaxis] if v.ndim == 2 else v for n, v in params.items()}


class Keras:
    """The tf.keras side. TensorFlow is imported when the first one is made."""

    name = "keras"

    def __init__(self, training: Training, params: Mapping[str, np.ndarray], data: Dataset) -> None:
        runtime = import_module("keras_ref.runtime")
        runtime.use_dtype(data.x.dtype.name)
        module, model = training.model.split(".")
        self.model = getattr(import_module(f"keras_ref.{module}"), model)(
            params, **training.options
        )
        self._x, self._t, self._x_test = map(runtime.tf.constant, (data.x, data.t, data.x_test))
        self._train = import_module("keras_ref.train").train
        self._weights = import_module("keras_ref.weights")
        self._forward = import_module("keras_ref.layers").forward
        self._loss_and_gradient = import_module("keras_ref.gradients").loss_and_gradient

    @property
    def params(self) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self._weights.get_params(self.model)

    def set_params(self, params: Mapping[str, np.ndarray]) -> None:
        """See `Side`."""
        self._weights.set_params(self.model, params)

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self._forward(self.model, x)

    def outputs(self, split: Split) -> np.ndarray:
        """See `Side`."""
        return self.model(self._x if split == "train" else self._x_test).numpy()

    def loss_and_gradient(
        self, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`; the gradient is taken by automatic differentiation."""
        return self._loss_and_gradient(self.model, x, t)

    def known_term(self, y: np.ndarray, t: np.ndarray) -> float:
        """See `Side`."""
        return 0.0

    def train(self, batches: np.ndarray | list[np.ndarray], learning_rate: float) -> np.ndarray:
        """See `Side`."""
        return self._train(self.model, self._x, self._t, batches, learning_rate)
