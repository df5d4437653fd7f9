"""The row of an experiment: its main result in three numbers, the source's, NumPy's and Keras'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from experiments import catalog, words
from experiments.judge.rungs import Verdict
from experiments.record.results import (
    EvaluationResult,
    ExperimentResult,
    JudgedFigure,
    TrainingResult,
)
from experiments.report.environment import Phrases, significant
from experiments.spec import Measurement

WORST_FIRST = (
    Verdict.INCONSISTENT,
    Verdict.UNUSUAL,
    Verdict.INSUFFICIENT,
    Verdict.CONSISTENT,
    Verdict.EXACT,
    Verdict.NOT_COMPARABLE,
)
"""The verdict on several figures is the first of these that any of them has."""


@dataclass(frozen=True)
class Row:
    """The main result of an experiment, in three numbers.

    Attributes:
        what: which part and measurement, in English and Korean.
        printed: what the source says; empty if it says nothing.
        scratch: the NumPy side's.
        keras: Keras'.
        verdict: on the printed value.
        low: smallest value over other seeds, if it is judged by those.
        high: the largest.
        seeds: how many.
    """

    what: Mapping[str, str]
    printed: str
    scratch: str
    keras: str
    verdict: Verdict | None = None
    low: str = ""
    high: str = ""
    seeds: int = 0


def main_row(name: str, experiment: ExperimentResult) -> Row | None:
    """What the row of an experiment shows: its last printed result, or else what it ends with."""
    known = catalog.load().get(name)
    judged = [f for f in experiment.figures if f.figure.counts and f.judgement.value]
    of_results = [f for f in judged if f.figure.kind == "result"]
    wanted = [f for f in judged if known and f.figure.measures.quantity == known.headline]
    facts = [] if experiment.trainings else [f for f in judged if f.by_keras]
    if results := wanted or of_results or facts:
        return _row_of_figures(results)
    for part, training in experiment.trainings.items():
        if not training.diverged:
            return _row_of_training(part if len(experiment.trainings) > 1 else "", training)
    for evaluation in experiment.evaluations.values():
        if evaluation.comparisons:
            return _row_of_evaluation(evaluation)
    return None


def _row_of_figures(results: Sequence[JudgedFigure]) -> Row:
    """The last printed figure, or all outputs printed with it."""
    place, last = results[-1].figure.place, results[-1].figure.measures
    shown = [
        judged
        for judged in results
        if (judged.figure.place, judged.figure.measures.quantity, judged.figure.measures.step)
        == (place, last.quantity, last.step)
    ][-4:]
    one = shown[-1].judgement
    several = len(shown) > 1
    digits = 4 if several else 6  # side by side fewer
    verdicts = [judged.judgement.verdict for judged in shown]
    return Row(
        what=_measured(Measurement(last.quantity, None if several else last.row, last.step)),
        printed=", ".join(significant(judged.figure.printed, digits) for judged in shown),
        scratch=", ".join(significant(judged.judgement.value, digits) for judged in shown),
        keras=", ".join(significant(judged.by_keras, digits) for judged in shown),
        verdict=next(verdict for verdict in WORST_FIRST if verdict in verdicts),
        low="" if several or one.low is None else f"{one.low:.4f}",
        high="" if several or one.high is None else f"{one.high:.4f}",
        seeds=one.seeds,
    )


def _row_of_training(part: str, training: TrainingResult) -> Row | None:
    last = [m for m in training.measured if m.of.step == training.spec.steps]
    outputs = [m for m in last if m.of.quantity == "output"]
    accuracies = [m for m in training.measured if m.of.quantity == "test_accuracy"][-1:]
    shown = outputs or accuracies or last[:1]
    if not shown:
        return None
    of = shown[0].of
    return Row(
        what=_measured(Measurement(of.quantity, None, of.step), part),
        printed="",
        scratch=", ".join(f"{m.scratch:.4f}" for m in shown),
        keras=", ".join(f"{m.keras:.4f}" for m in shown),
    )


def _row_of_evaluation(evaluation: EvaluationResult) -> Row | None:
    for comparison in evaluation.comparisons:
        of_sides = evaluation.values[comparison.quantity]
        scratch, keras = (of_sides.get(side) for side in ("scratch", "keras"))
        if isinstance(scratch, float) and isinstance(keras, float):
            what = _measured(Measurement(comparison.quantity))
            return Row(what, "", significant(scratch), significant(keras))
    return None


def _measured(of: Measurement, part: str = "") -> dict[str, str]:
    """What was measured, in each language; of several outputs without their row.

    Args:
        of: what.
        part: the training in which, where there are several.
    """
    named = {}
    for language in words.LANGUAGES:
        say = words.of(language)
        whole = of.quantity == "output" and of.row is None
        named[language] = say("web.outputs") if whole else Phrases(say).measurement(of)
        if whole and of.step is not None:
            key = "measurement.after one" if of.step == 1 else "measurement.after"
            named[language] = say(key, quantity=named[language], step=f"{of.step:,}")
        if part:
            named[language] = f"{Phrases(say).part(part)}: {named[language]}"
    return named
