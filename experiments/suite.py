"""Many experiments: what is trained, what is kept from before, and the file of all results."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from threadpoolctl import threadpool_limits

from experiments import data, provenance, store
from experiments.ensemble import run_ensemble
from experiments.judge import published
from experiments.run import run_training
from experiments.spec import Experiment, Training
from experiments.store import FinishedWork, fingerprint

SCHEMA = 1
RESULTS = "results.json"

Progress = Callable[[str, int], Callable[[int], None]]
"""Called with a label and the number of steps; gives the function that is told of steps done."""


class ResultsError(Exception):
    """A `results.json` that cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What a user may choose about a run.

    Attributes:
        out: the report's folder.
        data: folder where MNIST lies, if named.
        dtype: of both sides.
        seed: instead of every training's own.
        seeds: how many seeds judge a printed figure of unknown seed.
        force: train even what is finished.
        command: what was typed, for the record.
    """

    out: Path
    data: Path | None = None
    dtype: str = "float64"
    seed: int | None = None
    seeds: int = published.SEEDS
    force: bool = False
    command: str = "twins run"


def training_code() -> list[Path]:
    """The source files that a training's result depends on."""
    here = Path(__file__).parent
    folders = (here.parent / "scratch", here.parent / "keras_ref", here / "data", here / "judge")
    files = [here / f"{name}.py" for name in ("run", "sides", "spec", "measure", "views")]
    return [*files, *(path for folder in folders for path in folder.glob("*.py"))]


def run(
    experiments: Sequence[Experiment], options: Options, progress: Progress
) -> Iterator[tuple[str, dict]]:
    """Run experiments one by one; each is written to `results.json` before it is given out.

    Results that the file holds of other experiments stay.

    Yields:
        Name and result of each experiment.

    Raises:
        DataError: if the data named by the user cannot be used.
        OSError: if the report's folder cannot be written to.
    """
    results = {"schema": SCHEMA, "experiments": {}}
    if (options.out / RESULTS).exists():
        results = load_results(options.out)
    finished = FinishedWork(options.out / ".store")
    for experiment in experiments:
        result = run_experiment(experiment, options, finished, progress)
        results["experiments"][experiment.name] = result
        store.write(options.out / RESULTS, store.to_json(results))
        yield experiment.name, result


def load_results(out: Path) -> dict:
    """The content of `results.json`.

    Raises:
        ResultsError: if there is none, or it is damaged or of another schema.
    """
    path = out / RESULTS
    try:
        results = json.loads(path.read_text("utf-8"))
        schema = results["schema"]
    except FileNotFoundError:
        raise ResultsError(f"{path} does not exist; `twins run` writes it") from None
    except (ValueError, KeyError, TypeError):
        raise ResultsError(f"{path} is damaged; remove it and run `twins run`") from None
    if schema != SCHEMA:
        raise ResultsError(
            f"{path} has schema {schema}, not {SCHEMA}; remove it and run `twins run`"
        )
    return results


def run_experiment(
    experiment: Experiment, options: Options, finished: FinishedWork, progress: Progress
) -> dict:
    """The part of `results.json` of one experiment: its trainings and its judged figures."""
    trainings, ensembles = {}, {}
    figures = published.figures(experiment.name)
    for training in experiment.trainings:
        if options.seed is not None:
            training = replace(training, seed=options.seed)
        trainings[training.name] = _trained(experiment, training, options, finished, progress)
        by_seeds = any(f.judged == "seeds" and f.training == training.name for f in figures)
        if by_seeds and trainings[training.name]["data"] == training.data:
            ensembles[training.name] = _ensemble(experiment, training, options, finished, progress)
    return {
        "lesson": experiment.lesson,
        "title": experiment.title,
        "title_ko": experiment.title_ko,
        "sources": list(experiment.sources),
        "discussion": experiment.discussion,
        "trainings": trainings,
        "figures": judge_figures(figures, trainings, ensembles),
        "errata": [asdict(erratum) for erratum in published.errata(experiment.name)],
    }


def _trained(
    experiment: Experiment,
    training: Training,
    options: Options,
    finished: FinishedWork,
    progress: Progress,
) -> dict:
    """A training's result: kept from before if nothing that it depends on has changed."""
    dataset = data.load(training.data, options.dtype, options.data)
    key = fingerprint(
        {
            "training": asdict(training),
            "data": [dataset.name, dataset.sha256],
            "dtype": options.dtype,
            "versions": provenance.versions(),
        },
        training_code(),
    )
    name = f"{experiment.name}-{training.name.replace(' ', '-')}"
    if not options.force and (kept := finished.get(name, key)):
        progress(f"{experiment.name}: {training.name}, kept from before", 1)(1)
        return kept | {"kept": True}
    with threadpool_limits(1, "blas"):
        result = run_training(
            training, dataset, lambda label: progress(f"{experiment.name}: {label}", training.steps)
        )
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    digests = {dataset.name: dataset.sha256} if dataset.sha256 else {}
    result["provenance"] = {"date": now} | provenance.describe(options.command, digests)
    finished.put(name, key, result)
    return result | {"kept": False}


def _ensemble(
    experiment: Experiment,
    training: Training,
    options: Options,
    finished: FinishedWork,
    progress: Progress,
) -> dict[int, dict[str, float]]:
    dataset = data.load(training.data, options.dtype, options.data)
    record = {
        "data": dataset.sha256,
        "versions": provenance.versions(),
        "code": fingerprint(None, [p for p in training_code() if p.parent.name != "keras_ref"]),
    }
    return run_ensemble(
        training,
        range(options.seeds),
        options.data,
        finished,
        record,
        progress(f"{experiment.name}: {training.name}, {options.seeds} seeds", options.seeds),
    )


def judge_figures(
    figures: Sequence[published.Figure],
    trainings: Mapping[str, dict],
    ensembles: Mapping[str, Mapping[int, dict[str, float]]],
) -> list[dict]:
    """The printed figures with their verdicts, as plain data.

    Args:
        figures: of one experiment.
        trainings: its results by name.
        ensembles: by training, the measurements by seed.
    """
    judged = []
    for figure in figures:
        result = trainings[figure.training]
        conditions = {
            "seed": result["spec"]["seed"],
            "dtype": result["dtype"],
            "data": result["data"],
        }
        measured = result.get("measurements", {}).get(figure.measures, {"scratch": math.nan})
        over_seeds = [
            member[figure.measures] for member in ensembles.get(figure.training, {}).values()
        ]
        judgement = published.judge(figure, measured["scratch"], over_seeds, conditions)
        judged.append(asdict(figure) | asdict(judgement) | {"over_seeds": over_seeds})
    return judged
