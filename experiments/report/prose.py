"""Sentences with measured values: discussions, outcomes, evidence and answers."""

from collections import defaultdict
from typing import Any

import jinja2

from experiments.record.results import ExperimentResult
from experiments.words import Words

TEMPLATES = jinja2.Environment(
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def prose(text: str, experiment: ExperimentResult, say: Words) -> str:
    """A text with the measured values of an experiment; see `catalog.Text` for what it may name.

    Of an experiment whose training was cut short, or gave no numbers, and of a record that does not
    have all values yet, the sentence that says so.
    """
    if any(training.diverged for training in experiment.trainings.values()):
        return say("page.diverged text")
    if any(training.cut_short for training in experiment.trainings.values()):
        return say("page.cut short text")
    scratch, keras, seeds = (dict[str, dict[str, Any]]() for _ in range(3))
    for name, training in experiment.trainings.items():
        scratch[name] = {str(m.of): m.scratch for m in training.measured}
        keras[name] = {str(m.of): m.keras for m in training.measured}
        ensemble = experiment.ensembles.get(name)
        values = {str(of): list(v) for of, v in ensemble.measured} if ensemble else {}
        seeds[name] = defaultdict(list, values)
    for name, evaluation in experiment.evaluations.items():
        scratch[name] = {n: v.get("scratch") for n, v in evaluation.values.items()}
        keras[name] = {n: v.get("keras") for n, v in evaluation.values.items()}
    printed: dict[str, dict[str, str]] = defaultdict(dict)
    for judged in experiment.figures:
        printed[judged.figure.part][str(judged.figure.measures)] = judged.figure.printed

    def outputs(part: str, step: int, digits: int = 3) -> str:
        rows = (scratch[part][f"output[{row}]@{step}"] for row in range(4))
        return ", ".join(f"{y:.{digits}f}" for y in rows)

    weights = {name: training.final_weights for name, training in experiment.trainings.items()}
    seconds = {name: of.seconds for name, of in experiment.evaluations.items()}

    def figures(verdict: str) -> int:
        return sum(judged.judgement.verdict == verdict for judged in experiment.figures)

    given = any(evaluation.on_given_weights for evaluation in experiment.evaluations.values())
    try:
        return TEMPLATES.from_string(text.strip()).render(
            m=scratch,
            k=keras,
            s=seeds,
            w=weights,
            p=printed,
            outputs=outputs,
            given=given,
            t=seconds,
            figures=figures,
        )
    except (jinja2.UndefinedError, LookupError):  # it asks for what was not measured
        return say("page.older text")
