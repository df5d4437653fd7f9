"""How strangers' functions and layers are called."""

import contextlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from experiments.subjects.inputs import RATE
from experiments.subjects.subject import Ask, Given, Questions
from experiments.words import Problem


def copied(*arrays: np.ndarray) -> Ask:
    """With copies of some arrays."""

    def ask(f: Callable) -> object:
        needed = [p for p in inspect.signature(f).parameters.values() if p.default is p.empty]
        flags = [True] * (len(needed) - len(arrays))  # as `one_hot_label`
        return f(*(array.copy() for array in arrays), *flags)

    return ask


def elementwise(scores: np.ndarray) -> Ask:
    """On an array, or one by one for a function of single numbers."""

    def ask(f: Callable) -> object:
        try:
            return f(scores.copy())
        except (ValueError, TypeError):
            return np.array([[f(float(score)) for score in row] for row in scores])

    return ask


def by_names(new: Callable, first: Sequence[Any], others: dict[str, Any]) -> Any:  # noqa: ANN401
    """A class with its first arguments in order, and others by name where it has these names."""
    has_them = others.keys() <= inspect.signature(new).parameters.keys()
    return new(*first, **others) if has_them else new(*first, *others.values())


def samples(*rows: np.ndarray) -> Ask:
    """Sample by sample."""
    return lambda f: [f(*(row.copy() for row in sample)) for sample in zip(*rows, strict=True)]


def gate(given: Given) -> Ask:
    """On the four rows of the truth table."""
    pairs = list(zip(given["x1"], given["x2"], strict=True))
    return lambda f: [f(int(a), int(b)) for a, b in pairs]


def perceptron(w: float, theta: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A gate of equal weights and a threshold."""
    return lambda x1, x2: np.where(w * x1 + w * x2 > theta, 1, 0)


def layer(
    name: str, inputs: tuple[np.ndarray, ...], dout: np.ndarray | int, backward: tuple[str, ...]
) -> Questions:
    """A layer's forward pass, and the parts of what its backward pass returns.

    Args:
        name: of the layer.
        inputs: of the forward pass.
        dout: what the backward pass is given.
        backward: names of the parts.
    """

    def forward(new: Callable) -> object:
        return new().forward(*(array.copy() for array in inputs))

    def part(index: int) -> Ask:
        def ask(new: Callable) -> object:
            made = new()
            made.forward(*(array.copy() for array in inputs))
            given = dout if isinstance(dout, int) else dout.copy()
            taken = inspect.signature(made.backward).parameters.values()
            more = [0.0] * (sum(p.default is p.empty for p in taken) - 1)  # as a learning rate
            of_itself = len(taken) == 0 and isinstance(dout, int)
            found = made.backward() if of_itself else made.backward(given, *more)
            if len(backward) == 1:
                return found[index] if isinstance(found, tuple) else found
            if not isinstance(found, tuple | list) or len(found) != len(backward):
                raise Problem("check.why.parts", type=type(found).__name__, n=len(backward))
            return found[index]

        return ask

    parts = {quantity: part(index) for index, quantity in enumerate(backward)}
    return {f"{name} forward": forward, **parts}


def kept(made: Any, part: str, in_a_list: Sequence[str] = ()) -> object:  # noqa: ANN401
    """The gradient that a layer keeps: as dW, d_W or dB, or as volume 2 of the book does.

    Args:
        made: a stranger's layer.
        part: the gradient, as the book calls it.
        in_a_list: the order in which volume 2 keeps them.

    Raises:
        LookupError: if it keeps none.
    """
    name = next((n for n in dir(made) if n.lower().replace("_", "") == part.lower()), None)
    if name:
        return getattr(made, name)
    grads = getattr(made, "grads", None)
    if isinstance(grads, list) and len(grads) == len(in_a_list):
        return grads[in_a_list.index(part)]
    raise LookupError(f"no {part} after backward")


def epoch(given: Given, *weights: str, part: int | None = None) -> Ask:
    """Source 002's epochs: weights and all four samples in, new weights out."""
    arrays = [given[f"note_{name}"] for name in weights]

    def ask(f: Callable) -> object:
        x, d = given["note_X"].copy(), given["note_D"].copy()
        new = f(*(array.copy() for array in arrays), x, d, 0.9)
        return new if part is None else new[part]

    return ask


HELD = {
    **dict.fromkeys(("momentum", "mu", "moment"), 0.9),
    **dict.fromkeys(("decay_rate", "decay", "rho"), 0.99),
    **dict.fromkeys(("beta1", "beta_1", "b1"), 0.9),
    **dict.fromkeys(("beta2", "beta_2", "b2"), 0.999),
}
"""What an optimizer may call what it was made with, and the number with which it is asked."""


def updated(
    start: np.ndarray, gradients: np.ndarray, which: str = "W1", remembers: bool = True
) -> Ask:
    """An optimizer's parameter after a step per gradient: of a dict, or of a list.

    Its first argument is taken for the learning rate. There are two parameters: W2 is W1 with its
    rows in reverse, and so are its gradients; given is it with the rows of W1.

    Args:
        start: W1 before the first step.
        gradients: of every step.
        which: of the parameters.
        remembers: whether the optimizer is one with shares of its past; else they stay as it has
            them, as SGD with a momentum that is 0 by default.
    """

    def ask(new: Callable) -> object:
        try:
            return after(new, as_list=False)
        except (TypeError, AttributeError, KeyError, IndexError) as error:
            with contextlib.suppress(Exception):
                return after(new, as_list=True)
            raise error

    def after(new: Callable, as_list: bool) -> object:
        _, *others = inspect.signature(new).parameters.values()
        needed = [p.name for p in others if p.default is p.empty and p.name.lower() in HELD]
        made = new(RATE, **{name: HELD[name.lower()] for name in needed})
        if not hasattr(made, "update"):
            raise TypeError("update() missing")
        for name in HELD.keys() & vars(made).keys() if remembers else ():
            setattr(made, name, HELD[name])
        params = {"W1": start.copy(), "W2": start[::-1].copy()}
        for gradient in gradients:
            grads = {"W1": gradient.copy(), "W2": gradient[::-1].copy()}
            if as_list:
                values = list(params.values())
                made.update(values, list(grads.values()))
                params = dict(zip(params, values, strict=True))
            else:
                made.update(params, grads)
        return params["W1"] if which == "W1" else params["W2"][::-1]

    return ask
