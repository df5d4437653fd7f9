"""Every fault injected into the scratch side, and what catches it.

For the faults of a net the whole ladder is climbed: each family has a small training of its own,
and both sides are trained and compared by the same code as in any experiment. Those of functions
and layers that can be asked for alone are held against Keras' own.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from experiments.data import Dataset
from experiments.data.probe import Sizes, probe
from experiments.faults.record import Kill
from experiments.faults.variant import Variant
from experiments.judge import ladder
from experiments.judge.ladder import Arrays, Comparison, History
from experiments.pair.compare import compare_pair
from experiments.pair.follow import follow
from experiments.pair.measure import Values, measure
from experiments.pair.pair import Make, Pair, new_scratch
from experiments.pair.shadows import limits_of
from experiments.pair.sides import Keras, Scratch, Side
from experiments.spec import Training, in_order, normal
from experiments.subjects import mistakes
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Family, Mistake
from experiments.subjects.values import allowed_values, keras_values, scratch_values

STEPS = 6
LEARNING_RATE = 0.03
SAMPLES = Sizes(21, 12, (9, 11), 5)
"""The training of every family: three batches of seven, twice."""


class Ground:
    """The training on which a family's faults are tried, and Keras' side of it, trained once."""

    def __init__(self, family: Family, dtype: str) -> None:
        self.family = family
        self.start, self.data = probe(family.parameters, dtype, sizes=SAMPLES)
        self.training = Training(
            name=family.name,
            model=family.model,
            data="probe",
            start=normal(0.4, **{name: values.shape for name, values in self.start.items()}),
            order=in_order(7),
            learning_rate=LEARNING_RATE,
            steps=STEPS,
            evaluate_at=(STEPS,),
        )
        self.batches = np.arange(7 * STEPS).reshape(STEPS, 7) % len(self.data.x)
        self.keras = Keras(self.training, self.start, self.data)
        self.keras_history = follow(self.training, self.keras, self.start, self.batches)
        self._twins: dict[str, Side] = {}
        right = Scratch(self.training, self.data)
        history = follow(self.training, right, self.start, self.batches)
        self.limits = limits_of(self._pair(right), history)
        self.keras_measured = self._measure(self.keras, self.keras_history)

    def _pair(self, side: Scratch, make: Make = new_scratch) -> Pair:
        makes = (make, self.twin)
        return Pair(self.training, self.data, self.start, self.batches, side, self.keras, makes)

    def _measure(self, side: Side, history: History) -> Values:
        return measure(self.training, self.data, side, history, self.batches)

    def variant(self, formulas: Formulas) -> Make:
        """What makes the scratch side with some formulas exchanged."""
        table = {**self.family.formulas, **formulas}
        return lambda training, start, data: Variant(training, data, table)

    def twin(self, training: Training, start: Arrays, data: Dataset) -> Side:
        """Keras' side on other data, which is the same for every fault and made once."""
        shape = f"{data.x.shape}{data.t.shape}{data.x.sum()}"
        if shape not in self._twins:
            self._twins[shape] = Keras(training, start, data)
        return self._twins[shape]

    def climb(self, formulas: Formulas) -> list[Comparison]:
        """The whole ladder with some of the scratch side's formulas exchanged."""
        return self.climb_with(self.variant(formulas))

    def climb_with(self, make: Make) -> list[Comparison]:
        """The whole ladder with another scratch side."""
        side = make(self.training, self.start, self.data)
        with np.errstate(all="ignore"):
            history = follow(self.training, side, self.start, self.batches)
            pair = self._pair(side, make)
            measured = self._measure(side, history), self.keras_measured
            return compare_pair(pair, (history, self.keras_history), self.limits, measured)


def kill(family: Family, dtype: str) -> list[Kill]:
    """Every mistake of a family, injected."""
    ground = Ground(family, dtype)
    return [
        caught(family.name, mistake, dtype, ground.climb(mistake.formulas))
        for mistake in family.mistakes
    ]


def kill_functions(dtype: str) -> list[Kill]:
    """Every mistake of a function or layer, injected."""
    allowed, twin = allowed_values(dtype), keras_values(dtype)
    kills = []
    for mistake in mistakes():
        with np.errstate(all="ignore"):
            values = scratch_values(mistake.formulas, dtype, lambda array, dtype: array)
            found = [
                ladder.compare("values", "probe", name, value, twin[name], allowed[name])
                for name, value in values.items()
            ]
        kills.append(caught("functions", mistake, dtype, found))
    return kills


def largest_shares(comparisons: Iterable[Comparison]) -> dict[str, float]:
    """The largest share of the bound on every rung."""
    shares: dict[str, float] = {}
    for comparison in comparisons:
        shares[comparison.rung] = max(shares.get(comparison.rung, 0.0), comparison.share)
    return shares


def caught(family: str, mistake: Mistake, dtype: str, comparisons: Sequence[Comparison]) -> Kill:
    """The largest share of the bound on every rung, and the first comparison that fails."""
    first = next((comparison for comparison in comparisons if not comparison.passed), None)
    return Kill(
        family=family,
        mistake=mistake.id,
        dtype=dtype,
        belongs=mistake.rung,
        caught=first.rung if first else "",
        state=first.state if first else "",
        quantity=first.quantity if first else "",
        margin=first.share if first else 0.0,
        shares=largest_shares(comparisons),
    )
