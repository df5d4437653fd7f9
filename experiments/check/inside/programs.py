"""A stranger's program as its author runs it, on stand-ins where something is not there."""

import ast
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.check.inside.descending import write_differences, write_slopes
from experiments.check.inside.graph import Layer, kind_of, layers, write_ways_back
from experiments.check.inside.loading import NotLoaded
from experiments.check.inside.protocol import Answers, ask
from experiments.check.inside.running import Loops, run
from experiments.check.inside.standing_in import load_mnist, numbers_of
from experiments.check.inside.stepping import (
    layers_keep_arrays,
    step_by_role,
    train_by_role,
)
from experiments.check.inside.training import Watched, write_training

MOST = 1000
"""Gradients that a program may ask for: its loops are cut short anyhow."""

STEPS = 4
"""Updates of a watched net that are judged."""

NAME = "program"
"""Of the module as which a program is run."""

BOOKS = ("TwoLayerNet",)
"""Nets that are stood in for where a program imports them and they are nowhere."""


def check_program(
    answers: Answers,
    text: str,
    path: str,
    lacking: Mapping[str, object],
    given: Mapping[str, np.ndarray],
    hanging: Collection[int],
    classes: Collection[str],
) -> None:
    """Run a program and write down what its loops did to its arrays, or to a watched net.

    Args:
        answers: where to.
        text: of the file.
        path: of the file.
        lacking: names that it reads and does not define.
        given: the probe.
        hanging: first lines of statements that an earlier try did not come back from.
        classes: that may be nets, and are trained for a few steps if the program does not.
    """
    loops, trained = Loops(answers, NAME, path), []
    of_images, of_two = "mnist" in text.lower(), layers()
    own: dict[str, type] = {}

    class InALoop(Watched):
        line, most = 0, MOST

        def __init__(self, *_: object, **__: object) -> None:
            super().__init__(given, numbers_of)
            trained.append(self)

        def gradient(self, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
            self.line = self.line or loops.line or loops.statement
            loops.was_cut |= len(self.rows) >= self.most
            return super().gradient(x, t)

        numerical_gradient = gradient

        def __getattr__(self, name: str) -> object:
            """What the program's own net may have and a right one has not: nothing comes of it."""
            if name.startswith("_"):
                raise AttributeError(name)
            return self.gradient if "grad" in name else NotLoaded(name)

    def put_stand_ins(names: dict[str, Any]) -> None:
        for name, value in list(names.items()):
            if name == "load_mnist":
                names[name] = load_mnist
            elif _is_a_net(name, value, of_images) and not _is_one(value, InALoop):
                own[name] = value
                names[name] = type("InALoop", (InALoop,), _kept(loops, value))
            elif _is_a_layer(value) and (kind := kind_of(name, value)):
                names[name] = of_two[kind]

    names = run(text, path, NAME, lacking, loops, answers, hanging, put_stand_ins)
    write_differences(answers, loops.top_level, names)
    write_slopes(answers, names)
    write_ways_back(answers, of_two["MulLayer"].made, names)
    _write_trained(answers, text.split("\n"), path, trained)
    _step_by_role(loops, names | own, classes, _methods(text), given)


def _write_trained(
    answers: Answers, lines: Sequence[str], path: str, trained: Sequence[Any]
) -> None:
    """What the first loop did that trained a watched net.

    Up to its last batch at most: the update after that may have been cut off in the middle.
    """
    for net in (net for net in trained if len(net.rows) > 1 and net.line and net.rate()):
        name = lines[net.line - 1].strip().rstrip(":")
        answers.write(kind="subject", subject=name, about="train", file=path)
        ask(answers, path, name, "rate", net.rate)
        steps = min(STEPS, len(net.rows) - 1)
        write_training(answers, path, name, net, lambda: None, steps=steps)
        return


def _step_by_role(
    loops: Loops,
    names: Mapping[str, Any],
    classes: Collection[str],
    lines: Mapping[tuple[str, str], int],
    given: Mapping[str, np.ndarray],
) -> None:
    """Let functions and nets make a few steps that the program itself did not run."""
    for function in [one for one in names.values() if inspect.isfunction(one)]:
        line = function.__code__.co_firstlineno
        if function.__module__ == NAME and not loops.has_run(line, function.__code__):
            step_by_role(loops, function, line)
    for name in classes:
        new = names.get(name)
        if isinstance(new, type) and new.__module__ == NAME and not loops.has_met(new):
            of_class = {method: line for (kind, method), line in lines.items() if kind == name}
            train_by_role(loops, new, of_class, given)


def _methods(text: str) -> dict[tuple[str, str], int]:
    """The line of every method, by class and name."""
    return {
        (kind.name, method.name): method.lineno
        for kind in ast.parse(text).body
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
        if isinstance(method, ast.FunctionDef)
    }


def _kept(loops: Loops, net: type) -> dict[str, bool]:
    """Of a net that is stood in for: what its layers keep."""
    with loops.unnoted():
        return {"keeps_arrays": layers_keep_arrays(net)}


def _is_one(value: object, kind: type) -> bool:
    return isinstance(value, type) and issubclass(value, kind)


def _is_a_layer(value: object) -> bool:
    """Whether something is a layer, or was nowhere."""
    if isinstance(value, NotLoaded):
        return True
    is_new = isinstance(value, type) and not issubclass(value, Layer)
    return is_new and hasattr(value, "forward") and hasattr(value, "backward")


def _is_a_net(name: str, value: object, of_images: bool) -> bool:
    """Whether something is the book's net, which a loop outside of it trains on images."""
    if isinstance(value, NotLoaded):
        return name in BOOKS
    if (
        not of_images
        or not isinstance(value, type)
        or any(hasattr(value, n) for n in ("fit", "train", "learn"))
    ):
        return False
    goes_back = hasattr(value, "gradient") or hasattr(value, "numerical_gradient")
    return goes_back and hasattr(value, "predict") and hasattr(value, "loss")
