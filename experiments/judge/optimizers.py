"""What an optimizer does to the state of a training, by formulas of the judge's own.

The state is what a training goes on from: the parameters, and beside them what the optimizer
remembers of earlier steps, an array a parameter, called "v(W1)" and the like; Adam counts "steps".
"""

from collections.abc import Callable, Mapping

import numpy as np

from experiments.judge.bounds import Bounded
from experiments.judge.conventions import EPSILON

State = Mapping[str, np.ndarray]
Memory = dict[str, Bounded]

COUNT = "steps"


def _kept(share: float, like: Bounded, power: int = 1) -> Bounded:
    """A power of a constant that the computation's precision holds, itself off by one rounding."""
    value = share**power
    return Bounded(value, like.dtype, (power + 1) * value)


def _sgd(rate: float, g: Bounded, memory: Memory, step: int) -> Bounded:
    return rate * g


def _momentum(rate: float, g: Bounded, memory: Memory, step: int) -> Bounded:
    memory["v"] = _kept(0.9, g) * memory["v"] - rate * g
    return -memory["v"]


def _adagrad(rate: float, g: Bounded, memory: Memory, step: int) -> Bounded:
    memory["h"] = memory["h"] + g * g
    return rate * g / (np.sqrt(memory["h"]) + EPSILON)


def _adam(rate: float, g: Bounded, memory: Memory, step: int) -> Bounded:
    beta1, beta2 = _kept(0.9, g), _kept(0.999, g)
    memory["m"] = beta1 * memory["m"] + (1 - beta1) * g
    memory["v"] = beta2 * memory["v"] + (1 - beta2) * (g * g)
    corrected = rate * np.sqrt(1 - _kept(0.999, g, step)) / (1 - _kept(0.9, g, step))
    return corrected * memory["m"] / (np.sqrt(memory["v"]) + EPSILON)


DOWN: dict[str, Callable[[float, Bounded, Memory, int], Bounded]] = {
    "SGD": _sgd,
    "Momentum": _momentum,
    "AdaGrad": _adagrad,
    "Adam": _adam,
}
"""What each subtracts, from η, the gradient, its memory, which it renews, and the step from 1."""

SLOTS = {"SGD": (), "Momentum": ("v",), "AdaGrad": ("h",), "Adam": ("m", "v")}
"""What each remembers."""


def slot(memory: str, name: str) -> str:
    """What a parameter's memory is called in the state."""
    return f"{memory}({name})"


def at_rest(optimizer: str, params: State) -> dict[str, np.ndarray]:
    """The state before the first step: nothing is remembered."""
    state = dict(params)
    for memory in SLOTS[optimizer]:
        state |= {slot(memory, name): np.zeros_like(values) for name, values in params.items()}
    if optimizer == "Adam":
        state[COUNT] = np.zeros((), next(iter(params.values())).dtype)
    return state


def stepped(
    optimizer: str, rate: float, state: Mapping[str, Bounded], gradient: Mapping[str, Bounded]
) -> dict[str, Bounded]:
    """The state after one step.

    Args:
        optimizer: a key of `DOWN`.
        rate: η.
        state: before it.
        gradient: by parameter.
    """
    after: dict[str, Bounded] = {}
    remembered: dict[str, Bounded] = {}
    step = int(state[COUNT].value) + 1 if COUNT in state else 1
    for name, g in gradient.items():
        memory = {of: state[slot(of, name)] for of in SLOTS[optimizer]}
        after[name] = state[name] - DOWN[optimizer](rate, g, memory, step)
        remembered |= {slot(of, name): values for of, values in memory.items()}
    if COUNT in state:
        remembered[COUNT] = Bounded(step, state[COUNT].dtype)
    return after | remembered
