"""A Keras model that a hand-written net is compared with."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from experiments.check.chain import Chain
from experiments.check.keras_program.net import (
    built,
    chain_of,
    keras_values,
)
from experiments.check.keras_program.program import KerasProgram, Model
from experiments.check.keras_program.remarks import of_model
from experiments.judge.ladder import Arrays
from experiments.words import Problem

PLAIN = {
    "momentum": 0.0,
    "nesterov": False,
    "use_ema": False,
    **dict.fromkeys(("weight_decay", "clipnorm", "global_clipnorm", "clipvalue")),
    **dict.fromkeys(("loss_scale_factor", "gradient_accumulation_steps")),
}
"""Options of an SGD that is gradient descent and nothing else."""


@dataclass(frozen=True)
class Theirs:
    """A Keras model, described.

    Attributes:
        model: as its program made it.
        chain: what it is.
        among: how many models its program compiles.
    """

    model: Model
    chain: Chain
    among: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether it is trained by plain gradient descent."""
        optimizer = self.model.optimizer
        is_sgd = optimizer.kind == "SGD" and optimizer.rate is not None
        return is_sgd and not self.more and not self.fixed

    @property
    def more(self) -> list[str]:
        """What an SGD has beside its rate, as it is written; empty of another optimizer."""
        if self.model.optimizer.kind != "SGD":
            return []
        options = self.model.optimizer.config.get("config", {})
        has_momentum = bool(options.get("momentum"))
        return [
            f"`{name}={options[name]}`"
            for name, value in PLAIN.items()
            if options.get(name, value) != value and (has_momentum or name != "nesterov")
        ]

    @property
    def schedule(self) -> str:
        """The class by which the rate goes down or up along the training; empty if it stays."""
        rate = self.model.optimizer.config.get("config", {}).get("learning_rate")
        return str(rate.get("class_name", "")) if isinstance(rate, dict) else ""

    @property
    def fixed(self) -> int:
        """How many of its layers are not trained."""
        return sum(layer.get("trainable") is False for layer in self.model.layers)


def the_model(program: KerasProgram, name: str) -> Theirs:
    """The model that a program trains; of several the last one.

    Args:
        program: as it was run.
        name: of its file.

    Raises:
        Problem: if it compiles none, or one that is no chain of dense layers.
    """
    if not program.models:
        raise Problem("compare.no model", file=name)
    trained = [model for model in program.models if model.fits]
    model = (trained or list(program.models))[-1]
    try:
        return Theirs(model, chain_of(model), len(program.models))
    except Problem as problem:
        wrong = next((remark.says for remark in of_model(model) if remark.is_wrong), problem)
        raise Problem("compare.their model", why=wrong) from None


def values(theirs: Theirs, start: Arrays, x: np.ndarray, t: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs, loss and gradient by Keras, in float64."""
    with warnings.catch_warnings(action="ignore"):
        new = built(theirs.model, theirs.chain)
        return keras_values(new, theirs.model.loss.kind.endswith("labels"), start, x, t)


def updates(
    theirs: Theirs, start: Arrays, batches: Sequence[tuple[np.ndarray, np.ndarray]]
) -> Mapping[str, np.ndarray]:
    """The parameters after every step of Keras' own descent from a start, as "new_W1@0"."""
    weights, train = (import_module(f"keras_ref.{file}") for file in ("weights", "train"))
    new = built(theirs.model, theirs.chain)
    found: dict[str, np.ndarray] = {}
    weights.set_params(new, start)
    for step, (x, t) in enumerate(batches):
        given = t.argmax(axis=1) if theirs.model.loss.kind.endswith("labels") else t
        train.train_eagerly(new, x, given, [np.arange(len(x))], theirs.chain.rate)
        after = weights.get_params(new)
        found |= {f"new_{name}@{step}": values for name, values in after.items()}
    return found
