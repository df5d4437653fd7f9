"""Every fault injected into the scratch side, and what catches it.

For the faults of a net the whole ladder is climbed: each family has a small training of its own,
and both sides are trained and compared by the same code as in any experiment. Those of functions
and layers that can be asked for alone are held against Keras' own.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from experiments.faults.ground import Ground, small_ground
from experiments.faults.record import Kill
from experiments.faults.variant import Variant
from experiments.judge import ladder
from experiments.judge.ladder import Comparison
from experiments.pair.pair import Make
from experiments.subjects import mistakes
from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Family, Mistake
from experiments.subjects.values import allowed_values, keras_values, scratch_values


def ground_of(family: Family, dtype: str) -> Ground:
    """The ground of a family's net."""
    return small_ground(family.model, family.parameters, dtype)


def variant(family: Family, formulas: Formulas) -> Make:
    """What makes a family's scratch side with some formulas exchanged."""
    table = {**family.formulas, **formulas}
    return lambda training, start, data: Variant(training, data, table)


def kill(family: Family, dtype: str) -> list[Kill]:
    """Every mistake of a family, injected."""
    ground = ground_of(family, dtype)
    return [
        caught(family.name, mistake, dtype, list(ground.climb(variant(family, mistake.formulas))))
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
