"""Right twins along whole trainings: other right ways to compute, under many seeds.

None of them may leave the limits of the trajectory, whatever rounding does to them on the way.
"""

from dataclasses import replace

from experiments import catalog
from experiments.data import kind_of, load
from experiments.faults.edits import GROUND_MODELS, Edit, edited_side, edits
from experiments.faults.ground import long_ground
from experiments.faults.record import Along
from experiments.pair.sides import Side
from experiments.spec import Training

UPDATES_OF_IMAGES = 500
"""Updates of a net for images that are followed."""


def trainings() -> dict[str, Training]:
    """Every training of the catalog, by experiment and name; of those of images the beginning.

    Of those that differ in their seeds alone, the first.
    """
    found: dict[str, Training] = {}
    for experiment in catalog.load().values():
        for training in experiment.trainings:
            same = replace(training, name="", seed=0)
            if same not in found.values():
                found[f"{experiment.name}: {training.name}"] = same
    return {name: _beginning(training) for name, training in found.items()}


def _beginning(training: Training) -> Training:
    if kind_of(training.data) != "images" or training.steps <= UPDATES_OF_IMAGES:
        return training
    return replace(training, steps=UPDATES_OF_IMAGES, evaluate_at=())


def right_edits(model: str) -> list[Edit]:
    """The right ways to write a model that is told by its name."""
    found: dict[tuple[str, str], Edit] = {}
    for edit in edits():
        if not edit.rung and GROUND_MODELS[edit.ground] == model:
            found.setdefault((edit.old, edit.new), edit)
    return list(found.values())


def along(name: str, seed: int, dtype: str) -> Along:
    """All right twins of one training under one seed, and Keras among them."""
    training = trainings()[name]
    ground = long_ground(replace(training, seed=seed), dtype, load(training.data, dtype))
    ways = right_edits(training.model)
    sides: list[Side] = [
        ground.keras,
        *(edited_side(e, training, ground.start, ground.data) for e in ways),
    ]
    comparisons = [comparison for side in sides for comparison in ground.along(side)]
    return Along(
        name=name,
        dtype=dtype,
        seed=seed,
        twins=len(ways) + 1,
        comparisons=len(comparisons),
        alarms=sum(not comparison.passed for comparison in comparisons),
        largest=max(comparison.share for comparison in comparisons),
    )
