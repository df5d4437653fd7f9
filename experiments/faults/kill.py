"""Every fault injected into the scratch side, and what catches it.

For the faults of a net the whole ladder is climbed: each family has a small training of its own,
and both sides are trained and compared by the same code as in any experiment. Those of functions
and layers that can be asked for alone are held against Keras' own.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from experiments.compare import allowed, batch_of, compare_pair
from experiments.data import Dataset
from experiments.data.probe import Sizes, probe
from experiments.faults.formulas import Formulas
from experiments.faults.functions import FUNCTION_FAULTS
from experiments.faults.keras_quantities import keras_values
from experiments.faults.quantities import allowed_values, function_values
from experiments.faults.registry import Family, Fault
from experiments.faults.variant import Variant
from experiments.judge import ladder
from experiments.judge.ladder import Arrays, Comparison
from experiments.run import follow, follow_shadows
from experiments.sides import Keras, Scratch, Side
from experiments.spec import Training, in_order, normal

STEPS = 6
LEARNING_RATE = 0.03
SAMPLES = Sizes(21, 12, (9, 11), 5)
"""The training of every family: three batches of seven, twice."""


LARGEST = 1e300
"""Stands for an infinite share, which JSON cannot hold."""

Make = Callable[[Training, Arrays, Dataset], Side]


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
        )
        self.batches = np.arange(7 * STEPS).reshape(STEPS, 7) % len(self.data.x)
        self.keras = Keras(self.training, self.start, self.data)
        self._keras_probe: Side | None = None
        self.keras_history = follow(self.training, self.keras, self.batches)
        right = Scratch(self.training, self.start, self.data)
        bounds = allowed(right, batch_of(self.data, self.batches[0]), LEARNING_RATE)
        shadows = follow_shadows(
            self.training, self.start, self.data, self.batches, STEPS, lambda done: None
        )
        history = follow(self.training, right, self.batches)
        self.bounds = ladder.trajectory_bounds(history, shadows, bounds.updated)

    def variant(self, formulas: Formulas) -> Make:
        """What makes the scratch side with some formulas exchanged."""
        table = {**self.family.formulas, **formulas}
        return lambda training, params, data: Variant(training, params, data, table)

    def keras_probe(self, training: Training, params: Arrays, data: Dataset) -> Side:
        """The Keras side of the probe, which is the same for every fault."""
        if self._keras_probe is None:
            self._keras_probe = Keras(training, params, data)
        self._keras_probe.set_params(params)
        return self._keras_probe

    def climb(self, formulas: Formulas) -> list[Comparison]:
        """The whole ladder with some of the scratch side's formulas exchanged."""
        return self.climb_with(self.variant(formulas))

    def climb_with(self, make: Make) -> list[Comparison]:
        """The whole ladder with another scratch side."""
        side = make(self.training, self.start, self.data)
        with np.errstate(all="ignore"):
            history = follow(self.training, side, self.batches)
            return compare_pair(
                self.training,
                self.data,
                (side, self.keras),
                (history, self.keras_history),
                self.batches,
                self.bounds,
                (make, self.keras_probe),
            )


def kill(family: Family, dtype: str) -> list[dict]:
    """One row per fault of a family; see `row`."""
    ground = Ground(family, dtype)
    return [row(family.name, fault, dtype, ground.climb(fault.formulas)) for fault in family.faults]


def kill_functions(dtype: str) -> list[dict]:
    """One row per fault of a function or layer; see `row`."""
    allowed, twin = allowed_values(dtype), keras_values(dtype)
    rows = []
    for fault in FUNCTION_FAULTS:
        with np.errstate(all="ignore"):
            values = function_values(fault.formulas, dtype, lambda array, dtype: array)
            found = [
                ladder.compare("values", "probe", name, value, twin[name], allowed[name])
                for name, value in values.items()
            ]
        rows.append(row("functions", fault, dtype, found))
    return rows


def largest_shares(comparisons: Iterable[Comparison]) -> dict[str, float]:
    """The largest share of the bound on every rung."""
    shares: dict[str, float] = {}
    for comparison in comparisons:
        share = min(comparison.share, LARGEST)
        shares[comparison.rung] = max(shares.get(comparison.rung, 0.0), share)
    return shares


def row(family: str, fault: Fault, dtype: str, comparisons: Sequence[Comparison]) -> dict:
    """The largest share of the bound on every rung, and the first comparison that fails."""
    first = next((comparison for comparison in comparisons if not comparison.passed), None)
    return {
        "family": family,
        "fault": fault.id,
        "dtype": dtype,
        "belongs": fault.rung,
        "caught": first.rung if first else "",
        "state": first.state if first else "",
        "quantity": first.quantity if first else "",
        "margin": min(first.share, LARGEST) if first else 0.0,
        "shares": largest_shares(comparisons),
    }
