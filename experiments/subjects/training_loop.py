"""A training loop around any net: its formulas, what goes wrong in it, and where it shows."""

from collections.abc import Sequence

import numpy as np

from experiments.subjects.formulas import Formula, Formulas, Values
from experiments.subjects.subject import Mistake, Subject, mistakes

TRACES = {
    "t": r"t\w*\[",
    **{f"new_{name}": rf"{name}\s*[-+]?=|\]\s*[-+]?=" for name in ("W1", "b1", "W2", "b2")},
}


def _parameter(name: str) -> Formula:
    """At the first step as started, later as the step before left it."""
    return lambda v: v.start[name] if v.previous is None else getattr(v.previous, f"new_{name}")


def _update(name: str) -> Formula:
    return lambda v: getattr(v, name) - v.rate * getattr(v, f"g{name}")


def loop(names: Sequence[str]) -> Formulas:
    """What a training loop does around a net of the given parameters."""
    return {
        "initial": lambda v: v.drawn,
        "x": lambda v: v.samples[v.rows],
        "t": lambda v: v.targets[v.rows],
        "recorded": lambda v: v.loss,
        **{name: _parameter(name) for name in names},
        **{f"new_{name}": _update(name) for name in names},
    }


def _with_gradient(name: str, rule: str) -> Formula:
    """An update by something else than the gradient."""
    rules = {
        "ascent": lambda v, w, g: w + v.rate * g,
        "without rate": lambda v, w, g: w - g,
        "tenfold": lambda v, w, g: w - 10 * v.rate * g,
        "divided": lambda v, w, g: w - v.rate * g / len(v.x),
        "sign only": lambda v, w, g: w - v.rate * np.where(g > 0, 1.0, -1.0),
        "replaced": lambda v, w, g: -(v.rate * g),
        "decay": lambda v, w, g: w - v.rate / (1 + 0.1 * v.step) * g,
    }
    return lambda v: rules[rule](v, getattr(v, name), getattr(v, f"g{name}"))


def _unseen(name: str) -> dict[str, Formula]:
    """A parameter whose first array every step computes with, and a new one that is updated."""

    def updated(v: Values) -> np.ndarray:
        last = v.start[name] if v.previous is None else getattr(v.previous, f"new_{name}")
        return last - v.rate * getattr(v, f"g{name}")

    return {name: lambda v: v.start[name], f"new_{name}": updated}


def _first_step_only(name: str) -> Formula:
    return lambda v: getattr(v, name) - (v.step == 0) * v.rate * getattr(v, f"g{name}")


def _carried(name: str, share: float) -> dict[str, Formula]:
    """The gradient with a share of what the step before went by."""

    def sum_of_gradients(v: Values) -> np.ndarray:
        present = getattr(v, f"g{name}")
        if v.previous is None:
            return present
        return present + share * getattr(v.previous, f"carried_{name}")

    return {
        f"carried_{name}": sum_of_gradients,
        f"new_{name}": lambda v: getattr(v, name) - v.rate * getattr(v, f"carried_{name}"),
    }


def never_updated(name: str) -> str:
    """The name of the mistake of leaving a parameter out of the update."""
    return f"{name}-never-updated"


def update_mistakes(names: Sequence[str]) -> tuple[Mistake, ...]:
    """Mistakes of the update of the given parameters."""

    def updates(rule: str) -> dict[str, Formula]:
        return {f"new_{name}": _with_gradient(name, rule) for name in names}

    def kept(name: str) -> dict[str, Formula]:
        return {f"new_{name}": lambda v: getattr(v, name) * 1.0}

    def carried(share: float) -> dict[str, Formula]:
        return {key: f for name in names for key, f in _carried(name, share).items()}

    never = {never_updated(name): kept(name) for name in names if len(names) > 1}
    rules = {
        "update-uphill": "ascent",
        "update-without-rate": "without rate",
        "update-tenfold": "tenfold",
        "update-divided": "divided",
        "update-by-sign": "sign only",
        "update-replaces": "replaced",
    }
    later: dict[str, Formulas] = {
        "rate-decays": updates("decay"),
        "old-arrays": {key: f for name in names for key, f in _unseen(name).items()},
        "gradients-accumulate": carried(1.0),
        "momentum": carried(0.9),
        "stops-after-first": {f"new_{name}": _first_step_only(name) for name in names},
    }
    at_once = never | {name: updates(rule) for name, rule in rules.items()}
    return (*mistakes("update", at_once), *mistakes("trajectory", later))


BATCH_MISTAKES = (
    *mistakes(
        "trajectory",
        {
            "same-batch": {
                "x": lambda v: v.samples[v.first_rows],
                "t": lambda v: v.targets[v.first_rows],
            }
        },
    ),
    *mistakes(
        "update",
        {
            "samples-and-targets-apart": {
                "t": lambda v: v.targets[(v.rows + v.shift) % len(v.targets)]
            }
        },
    ),
    *mistakes(
        "steps",
        {"loss-after-update": {"recorded": lambda v: v.again(start=v.updated, previous=None).loss}},
        conventions=("loss-after-update",),
    ),
    *mistakes("layers", {"inputs-not-scaled": {"x": lambda v: 255 * v.samples[v.rows]}}),
    *mistakes(
        "start",
        {
            "constant-start": {"initial": lambda v: {n: 0 * w + 0.5 for n, w in v.drawn.items()}},
            "start-scale": {"initial": lambda v: {n: 10 * w for n, w in v.drawn.items()}},
        },
    ),
)
"""Of the batches, the recorded losses, the inputs and the start."""


def loop_mistakes(names: Sequence[str]) -> tuple[Mistake, ...]:
    """Mistakes of the update and the training loop around a net of the given parameters."""
    return (*update_mistakes(names), *BATCH_MISTAKES)


SUBJECT = Subject(
    name="train",
    names=("train", "train_net", "train_network", "training"),
    traces=TRACES,
    is_training=True,
)
