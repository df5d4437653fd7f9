"""A stranger's training loop, run on a net of ours that writes down what is done to it."""

import inspect
from collections.abc import Callable
from functools import partial

import numpy as np

from experiments.check.inside.faces import PARAMETERS
from experiments.check.inside.protocol import Answers, ask
from experiments.words import Problem
from scratch.two_layer_net import TwoLayerNet

BATCH, STEPS, RATE = 7, 4, 0.03
MOST = 50
"""Steps after which a training is stopped."""

NO_ROW = -1
"""Fills up the rows of a batch that is smaller than others."""

ARGUMENTS = {
    "net": ("net", "network", "model", "nn"),
    "x": ("x", "x_train", "train_x", "inputs", "data"),
    "x_test": ("x_test", "test_x"),
    "t_test": ("t_test", "y_test", "test_t", "test_labels"),
    "t": ("t", "t_train", "train_t", "y", "y_train", "labels", "targets", "target"),
    "rate": ("lr", "learning_rate", "alpha", "eta", "rate"),
    "steps": ("iters_num", "iters", "iterations", "steps", "step_num", "num_iters", "n_iters"),
    "epochs": ("epochs", "epoch", "num_epochs", "n_epochs", "max_epochs"),
    "batch": ("batch_size", "mini_batch_size", "batch"),
}
"""What a training loop is given, by the names that its parameters may have."""


def check_training(
    answers: Answers, path: str, name: str, train: Callable, given: dict[str, np.ndarray]
) -> None:
    """Let a function train a net, and write down the batches it took and the weights it left.

    Args:
        answers: where to.
        path: of the stranger's file.
        name: of the function.
        train: the function; its parameters are known by their names.
        given: the probe's net, with the samples "train_x" and their targets "train_t".
    """
    x, t = given["train_x"], given["train_t"]
    rows: list[list[int]] = []
    targets: list[np.ndarray] = []

    class Watched(TwoLayerNet):
        def gradient(self, x_batch: np.ndarray, t_batch: np.ndarray) -> dict[str, np.ndarray]:
            if len(rows) == MOST:
                raise Problem("check.why.endless", steps=MOST)
            rows.append([int(np.flatnonzero((x == row).all(axis=1))[0]) for row in x_batch])
            targets.append(np.array(t_batch, float))
            return super().gradient(x_batch, t_batch)

        numerical_gradient: Callable[..., dict[str, np.ndarray]] = gradient

    net = Watched({key: given[f"net_{key}"].copy() for key in PARAMETERS})
    values = {"net": net, "x": x.copy(), "t": t.copy(), "rate": RATE, "batch": BATCH}
    values |= {"steps": STEPS, "epochs": STEPS * BATCH // len(x)}
    values |= {"x_test": x.copy(), "t_test": t.copy()}
    try:
        arguments = _arguments(train, values)
    except Problem as error:
        answers.write(kind="not checked", subject=name, why=error)
        return

    def call() -> list[list[int]]:
        train(**arguments)
        if not rows:
            raise Problem("check.why.no training")
        widest = max(map(len, rows))  # shorter batches are filled up
        return [row + [NO_ROW] * (widest - len(row)) for row in rows]

    if ask(answers, path, name, "rows", call) is None:
        return
    given_a_size = any(argument.lower() in ARGUMENTS["batch"] for argument in arguments)
    ask(answers, path, name, "batch", lambda: BATCH if given_a_size else 0)
    ask(answers, path, name, "targets of the batches", lambda: np.concatenate(targets))
    for key in PARAMETERS:
        ask(answers, path, name, f"{key} at the end", partial(lambda k: net.params[k], key))


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
