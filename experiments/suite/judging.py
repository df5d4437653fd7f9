"""The printed figures of an experiment, judged by its results and by other seeds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from experiments.judge.printed import judge, write_value
from experiments.judge.together import Together, judge_together
from experiments.record.results import Ensemble, EvaluationResult, JudgedFigure, TrainingResult
from experiments.sources.ledger import PrintedFigure
from experiments.spec import Measurement

Part = TrainingResult | EvaluationResult


def over_seeds(figure: PrintedFigure, ensemble: Ensemble | None) -> tuple[float, ...]:
    """What a figure is judged by: its measurement under every seed, or those it is among."""
    if ensemble is None:
        return ()
    values = ensemble.values(figure.measures)
    if figure.among is None:
        return values
    among = ensemble.values(figure.among)
    return tuple(value for value, keep in zip(values, among, strict=True) if keep)


def judge_figures(
    figures: Sequence[PrintedFigure], parts: Mapping[str, Part], ensembles: Mapping[str, Ensemble]
) -> tuple[JudgedFigure, ...]:
    """The printed figures of an experiment with their verdicts.

    Args:
        figures: of one experiment.
        parts: results of its trainings and evaluations, by name.
        ensembles: of its trainings, by name.
    """
    return tuple(
        _judged(figure, parts.get(figure.part), ensembles.get(figure.part)) for figure in figures
    )


def judge_runs(
    figures: Sequence[JudgedFigure], ensembles: Mapping[str, Ensemble]
) -> tuple[Together, ...]:
    """The verdicts on whole printed runs: all figures of a training that the same seeds judge.

    Seeds' values are taken with the digits that the source prints.
    """
    runs: dict[tuple[str, Measurement | None], list[PrintedFigure]] = defaultdict(list)
    for judged in figures:
        if judged.judgement.seeds:
            runs[judged.figure.part, judged.figure.among].append(judged.figure)
    found = []
    for (part, among), of_run in runs.items():
        columns = [
            [float(write_value(value, figure)) for value in over_seeds(figure, ensembles[part])]
            for figure in of_run
        ]
        printed = np.array([float(figure.printed) for figure in of_run])
        found.append(judge_together(part, among, printed, np.array(columns).T))
    return tuple(found)


def _judged(figure: PrintedFigure, part: Part | None, ensemble: Ensemble | None) -> JudgedFigure:
    training = part if isinstance(part, TrainingResult) else None
    conditions = {
        "seed": training.spec.seed if training else None,
        "dtype": part.dtype if part else None,
        "data": part.data if part else None,
    }
    scratch = keras = None
    if part and figure.judged != "none" and not (training and training.cut_short):
        scratch, keras = (part.value(figure.measures, side) for side in ("scratch", "keras"))
    judgement = judge(figure, scratch, over_seeds(figure, ensemble), conditions)
    shown = "" if keras is None or not judgement.value else write_value(keras, figure)
    return JudgedFigure(figure, judgement, shown)
