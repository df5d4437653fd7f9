"""A scratch side with exchanged formulas: what the ladder is to catch, or to let pass."""

from collections.abc import Mapping

import numpy as np

from experiments.data import Dataset
from experiments.faults.formulas import Formulas, Values
from experiments.sides import CHUNK, Scratch, Split
from experiments.spec import Training


class Variant(Scratch):
    """The scratch side of a training, computed by a table of formulas.

    Until its parameters are set from outside, a training goes on where the last one stopped, with
    whatever the formulas carry from step to step.
    """

    def __init__(
        self,
        training: Training,
        params: Mapping[str, np.ndarray],
        data: Dataset,
        formulas: Formulas,
    ) -> None:
        self._formulas = formulas
        self._rate = training.learning_rate
        super().__init__(training, Values(formulas, drawn=params).initial, data)
        self._previous: Values | None = None
        self._given: dict = {}

    def set_params(self, params: Mapping[str, np.ndarray]) -> None:
        """See `Side`; forgets what earlier steps have left."""
        super().set_params(params)
        self._previous = None

    def _values(self, x: np.ndarray, t: np.ndarray) -> Values:
        return Values(
            self._formulas,
            start=self.model.params,
            samples=x,
            targets=t,
            rows=np.arange(len(x)),
            first_rows=np.arange(len(x)),
            shift=0,
            rate=self._rate,
            step=0,
            previous=None,
        )

    def forward(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        values = self._values(x, np.zeros((len(x), 1)))
        names = [name for name in ("a", "a1", "z1", "a2", "y") if name in self._formulas]
        return {name: getattr(values, name) for name in names}

    def outputs(self, split: Split) -> np.ndarray:
        """See `Side`."""
        x = self._data.x if split == "train" else self._data.x_test
        return np.concatenate(
            [self.forward(x[i : i + CHUNK])["y"] for i in range(0, len(x), CHUNK)]
        )

    def loss_and_gradient(
        self, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`."""
        values = self._values(x, t)
        return float(values.loss), {n: getattr(values, f"g{n}") for n in self.model.params}

    def train(self, batches: np.ndarray | list[np.ndarray], learning_rate: float) -> np.ndarray:
        """See `Side`."""
        losses = []
        for rows in batches:
            if self._previous is None:
                self._given = {
                    "start": self.params,
                    "samples": self._data.x,
                    "targets": self._data.t,
                    "first_rows": rows,
                    "shift": 1,
                    "rate": learning_rate,
                }
            step = self._previous.step + 1 if self._previous else 0
            values = Values(
                self._formulas, **self._given, rows=rows, step=step, previous=self._previous
            )
            updated = values.updated
            losses.append(values.recorded)
            self.model.params.update(
                {name: value.astype(self._data.x.dtype) for name, value in updated.items()}
            )
            values.previous = None
            self._previous = values
        return np.array(losses, self._data.x.dtype)
