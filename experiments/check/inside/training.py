"""A stranger's training loop, run on a net of ours that writes down what is done to it."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from experiments.check.inside.faces import PARAMETERS
from experiments.check.inside.protocol import Answers, ask
from experiments.words import Problem
from scratch import optimizers
from scratch.two_layer_net import TwoLayerNet

BATCH, STEPS, RATE = 7, 4, 0.03
MOST = 50
"""Steps after which a training is stopped."""

OPTIMIZERS = {"Momentum": 0.0, "Nesterov": 0.0, "AdaGrad": 0.02, "RMSprop": 0.02, "Adam": 0.02}
"""By which a net may be trained other than by plain gradient descent, as the book has them; and how
large gradients have to be for it not to show which ε is added, and where: in Adam's first step it
is added to 0.03 |g|."""

SAME, FEWEST = 2e-4, 20
"""How far, relative to the largest, changes may lie off those of an optimizer: an ε up to 1e-7
beside such gradients; and how many numbers have to be known."""

NO_ROW = -1
"""Fills up the rows of a batch that is smaller than others."""

ARGUMENTS = {
    "net": ("net", "network", "model", "nn"),
    "x": ("x", "x_train", "train_x", "inputs", "data"),
    "x_test": ("x_test", "test_x"),
    "t_test": ("t_test", "y_test", "test_t", "test_labels"),
    "t": ("t", "t_train", "train_t", "y", "y_train", "labels", "targets", "target"),
    "rate": ("lr", "learning_rate", "alpha", "eta", "rate"),
    "optimizer": ("optimizer_param", "optimizer_params"),
    "steps": ("iters_num", "iters", "iterations", "steps", "step_num", "num_iters", "n_iters"),
    "epochs": ("epochs", "epoch", "num_epochs", "n_epochs", "max_epochs"),
    "batch": ("batch_size", "mini_batch_size", "batch"),
}
"""What a training loop is given, by the names that its parameters may have."""


class InAnyCase(dict[str, np.ndarray]):
    """Parameters or gradients by the book's names, in whatever case a loop writes them."""

    def __getitem__(self, key: str) -> np.ndarray:
        return super().__getitem__(_in_the_books_case(key))

    def __setitem__(self, key: str, values: np.ndarray) -> None:
        super().__setitem__(_in_the_books_case(key), values)


def _in_the_books_case(key: str) -> str:
    return next((name for name in PARAMETERS if name.lower() == str(key).lower()), key)


class Watched(TwoLayerNet):
    """A right net on the probe that notes its batches and its weights before each of them.

    Args:
        given: the probe.
        numbers_of: the rows' numbers in "train_x", from what the loop takes.

    Attributes:
        most: gradients that may be asked for.
        keeps_arrays: whether its layers go on with the arrays that they were built with.
        rows: of every batch, as numbers of the samples in "train_x".
        targets: of every batch.
        weights: before every batch.
        gradients: of every batch.
    """

    most, keeps_arrays = MOST, False

    def __init__(
        self, given: Mapping[str, np.ndarray], numbers_of: Callable[[np.ndarray], np.ndarray]
    ) -> None:
        super().__init__(InAnyCase({key: given[f"net_{key}"].copy() for key in PARAMETERS}))
        self._built_with = dict(self.params)
        self._samples, self._numbers_of = given["train_x"], numbers_of
        self._classes = given["train_t"].shape[1]
        self.rows: list[list[int]] = []
        self.targets: list[np.ndarray] = []
        self.weights: list[dict[str, np.ndarray]] = []
        self.gradients: list[dict[str, np.ndarray]] = []

    def predict(self, x: np.ndarray, *_: object, **__: object) -> np.ndarray:
        """The outputs of the probe's samples in the place of the loop's, in training or not."""
        return super().predict(self._samples[self._numbers_of(x)])

    def loss(self, x: np.ndarray, t: np.ndarray) -> float:
        """The right loss; t one-hot or labels."""
        return float(self.error(self.predict(x), self._one_hot(t)))

    def accuracy(self, x: np.ndarray, t: np.ndarray) -> float:
        """The right accuracy; t one-hot or labels."""
        return float(np.mean(self.predict(x).argmax(axis=1) == self._one_hot(t).argmax(axis=1)))

    def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
        """The right gradient; what was asked is noted."""
        if len(self.rows) == self.most:
            raise Problem("check.why.endless", steps=self.most)
        numbers = self._numbers_of(x)
        self.rows.append([int(number) for number in numbers])
        self.targets.append(self._one_hot(t))
        self.weights.append({key: array.copy() for key, array in self.params.items()})
        net = TwoLayerNet(self._built_with if self.keeps_arrays else self.params)
        gradient = net.gradient(self._samples[numbers], self.targets[-1])
        self.gradients.append({key: array.copy() for key, array in gradient.items()})
        return InAnyCase(gradient)

    numerical_gradient: Callable[..., dict[str, np.ndarray]] = gradient

    def rate(self) -> float:
        """By which its gradients were taken off or added; 0 if nothing was changed."""
        products = squares = 0.0
        for (before, after), gradients in zip(pairwise(self.weights), self.gradients, strict=False):
            for key, gradient in gradients.items():
                change = before[key] - after[key]
                if change.any():
                    products += float(np.vdot(change, gradient))
                    squares += float(np.vdot(gradient, gradient))
        return abs(products) / squares if squares else 0.0

    def optimizer(self) -> tuple[int, float] | None:
        """The optimizer that explains all updates but the last, and its rate; None if none does.

        Every optimizer's steps are proportional to its rate.
        """
        weights = [_flat(params) for params in self.weights[: STEPS + 1]]
        gradients = self.gradients[: len(weights) - 1]
        for number, (name, least) in enumerate(OPTIMIZERS.items()):
            made = getattr(optimizers, name)(1.0)
            place = {key: np.zeros_like(array) for key, array in self.params.items()}
            at = [0 * weights[0]]
            for gradient in gradients:
                made.update(place, gradient)
                at.append(_flat(place))
            is_large = np.all([np.abs(_flat(gradient)) >= least for gradient in gradients], axis=0)
            change, step = (np.diff(of, axis=0)[:, is_large].ravel() for of in (weights, at))
            if len(gradients) < 2 or is_large.sum() < FEWEST:
                continue
            rate = float(change @ step / (step @ step or 1.0))
            if np.abs(change - rate * step).max() < SAME * np.abs(change).max():
                return number, rate
        return None

    def _one_hot(self, t: np.ndarray) -> np.ndarray:
        t = np.asarray(t)
        if t.dtype.kind in "iu" and t.ndim < 2:
            return np.eye(self._classes)[np.atleast_1d(t)]
        return np.array(np.atleast_2d(t)[:, : self._classes], float)


def _flat(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([arrays[key].ravel() for key in PARAMETERS])


def check_training(
    answers: Answers, path: str, name: str, train: Callable, given: dict[str, np.ndarray]
) -> None:
    """Let a function train a net, and write down the batches it took and the weights it left.

    Args:
        answers: where to.
        path: of the stranger's file.
        name: of the function.
        train: the function, or a class with a method of that name; what is taken is known by
            the names.
        given: the probe's net, with the samples "train_x" and their targets "train_t".
    """
    x, t = given["train_x"], given["train_t"]
    net = Watched(given, lambda rows: np.array([_place_of(row, x) for row in np.atleast_2d(rows)]))
    values = {"net": net, "x": x.copy(), "t": t.copy(), "rate": RATE, "batch": BATCH}
    values |= {"steps": STEPS, "epochs": STEPS * BATCH // len(x)}
    values |= {"x_test": x.copy(), "t_test": t.copy(), "optimizer": {"lr": RATE}}
    try:
        arguments = _arguments(train, values)
    except Problem as error:
        answers.write(kind="not checked", subject=name, why=error)
        return

    def run() -> object:
        made = train(**arguments)
        return made.train() if isinstance(train, type) else made

    given_a_size = any(argument.lower() in ARGUMENTS["batch"] for argument in arguments)
    write_training(answers, path, name, net, run, given_a_size)


def _place_of(row: np.ndarray, rows: np.ndarray) -> int:
    return int(np.flatnonzero((rows == row).all(axis=1))[0])


def write_training(
    answers: Answers,
    path: str,
    name: str,
    net: Watched,
    train: Callable[[], object],
    given_a_size: bool = False,
    steps: int = MOST,
) -> None:
    """Write down what a training did to a watched net.

    Args:
        answers: where to.
        path: of the stranger's file.
        name: of the function or loop.
        net: that is trained.
        train: trains it, if it is not yet.
        given_a_size: whether the size of the batches was given to it.
        steps: how many of the training's are written down.
    """

    def rows() -> list[list[int]]:
        train()
        if not net.rows:
            raise Problem("check.why.no training")
        widest = max(map(len, net.rows))  # shorter batches are filled up
        return [row + [NO_ROW] * (widest - len(row)) for row in net.rows[:steps]]

    if ask(answers, path, name, "rows", rows) is None:
        return
    end = net.weights[steps] if len(net.weights) > steps else net.params
    ask(answers, path, name, "batch", lambda: BATCH if given_a_size else 0)
    if found := net.optimizer():
        ask(answers, path, name, "optimizer", lambda: found)
    ask(answers, path, name, "targets of the batches", lambda: np.concatenate(net.targets[:steps]))
    for key in PARAMETERS:
        ask(answers, path, name, f"{key} at the end", partial(end.get, key))


def _arguments(train: Callable, values: dict[str, object]) -> dict[str, object]:
    """What to call a training loop with.

    Raises:
        Problem: if a parameter without default has no known name.
    """
    known = {name: role for role, names in ARGUMENTS.items() for name in names}
    found = {}
    for parameter in inspect.signature(train).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        role = known.get(parameter.name.lower())
        if role:
            found[parameter.name] = values[role]
        elif parameter.default is parameter.empty:
            raise Problem("check.why.parameter", name=parameter.name)
    return found
