"""A scratch side with exchanged formulas: what the ladder is to catch, or to let pass."""

import numpy as np

from experiments.data import Dataset
from experiments.judge import ladder
from experiments.judge.ladder import Arrays
from experiments.pair.sides import Batches, Scratch, Split, Trained
from experiments.spec import Training
from experiments.subjects.formulas import Formulas, Values


class Variant(Scratch):
    """The scratch side of a training, computed by a table of formulas.

    Handed the very parameters that it gave back last, a training goes on with whatever the formulas
    carry from step to step; from any others it begins anew.
    """

    def __init__(self, training: Training, data: Dataset, formulas: Formulas) -> None:
        super().__init__(training, data)
        self._formulas = formulas
        self._rate = training.learning_rate
        self._left: Arrays | None = None
        self._previous: Values | None = None
        self._given: dict = {}

    def begin(self, start: Arrays) -> dict[str, np.ndarray]:
        """See `Side`."""
        return super().begin(Values(self._formulas, drawn=start).initial)

    def _values(self, params: Arrays, x: np.ndarray, t: np.ndarray) -> Values:
        return Values(
            self._formulas,
            start=params,
            samples=x,
            targets=t,
            rows=np.arange(len(x)),
            first_rows=np.arange(len(x)),
            shift=0,
            rate=self._rate,
            step=0,
            previous=None,
        )

    def forward(self, params: Arrays, x: np.ndarray) -> dict[str, np.ndarray]:
        """See `Side`."""
        return self._activations(self._values(params, x, np.zeros((len(x), 1))))

    def _activations(self, values: Values) -> dict[str, np.ndarray]:
        names = [name for name in ("a", "a1", "z1", "a2", "y") if name in self._formulas]
        return {name: getattr(values, name) for name in names}

    def loss_and_gradient(
        self, params: Arrays, x: np.ndarray, t: np.ndarray
    ) -> tuple[float, dict[str, np.ndarray]]:
        """See `Side`."""
        values = self._values(params, x, t)
        return float(values.loss), {name: getattr(values, f"g{name}") for name in params}

    def accuracy(self, params: Arrays, split: Split) -> float:
        """See `Side`."""
        t = self._data.split(split)[1]
        return float(np.mean(ladder.decisions(self.outputs(params, split)) == ladder.decisions(t)))

    def train(self, params: Arrays, batches: Batches, learning_rate: float) -> Trained:
        """See `Side`."""
        if params is not self._left:
            self._previous = None
        losses, terms, dtype = [], [], self._data.x.dtype
        held = {name: values.copy() for name, values in params.items()}
        for rows in batches:
            if self._previous is None:
                self._given = {
                    "start": {name: values.copy() for name, values in held.items()},
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
            held = {name: value.astype(dtype) for name, value in values.updated.items()}
            losses.append(values.recorded)
            terms.append(self.known_term(self._activations(values), values.t))
            values.previous = None
            self._previous = values
        self._left = held
        return Trained(np.array(losses, dtype), np.array(terms, dtype), held)
