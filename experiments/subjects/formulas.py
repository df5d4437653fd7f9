"""What computes a subject: named formulas, any of which can be exchanged.

A model's one training step is written as a table from a name to the formula of that quantity; a
formula reads the others as attributes. With one formula exchanged the table computes what a program
with that mistake would, and with two what one with both would. Of a net, a1, z1, a2, y, delta2 and
delta1 are its activations and deltas, gW1 is the gradient of W1 and new_W1 the weight after the
update. What is compared has a blank or no underscore in its name; the others are functions.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Formula = Callable[["Values"], Any]
Formulas = Mapping[str, Formula]


class Values:
    """Quantities by name as attributes, each computed by its formula when it is first read.

    Args:
        formulas: by name.
        given: what needs no formula: for a step of a net the parameters it starts with (`start`),
            all samples and targets (`samples`, `targets`), the `rows` of the batch, the learning
            `rate`, the number of the `step` from 0, and the `previous` step's values or None.
    """

    formulas: Formulas
    given: dict[str, Any]
    previous: "Values | None"

    def __init__(self, formulas: Formulas, **given: Any) -> None:  # noqa: ANN401
        self.__dict__.update(given, formulas=formulas, given=given)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        formulas = self.__dict__["formulas"]
        if name not in formulas:
            raise AttributeError(name)
        value = formulas[name](self)
        self.__dict__[name] = value
        return value

    def again(self, **changed: Any) -> "Values":  # noqa: ANN401
        """The same formulas with something else given."""
        return Values(self.formulas, **(self.given | changed))

    @property
    def updated(self) -> dict[str, np.ndarray]:
        """The parameters after the update, by name."""
        return {name: getattr(self, f"new_{name}") for name in self.start}


def slope_at(z: np.ndarray) -> np.ndarray:
    """The sigmoid's derivative, from its output."""
    return z * (1 - z)


def all_but_last(values: np.ndarray) -> np.ndarray:
    """All but the last unit's column."""
    return values * (np.arange(values.shape[-1]) < values.shape[-1] - 1)
