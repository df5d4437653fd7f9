"""How templates are filled: where they are, and the filters that turn a record into words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import jinja2
import numpy as np

from experiments import words
from experiments.judge.ladder import Comparison
from experiments.judge.printed import Judgement
from experiments.judge.rungs import LOOKS, RUNGS, Verdict
from experiments.judge.together import Together
from experiments.pair.measure import DERIVED
from experiments.record.results import (
    Divergence,
    EvaluationResult,
    Measured,
    Omitted,
    Results,
    Settings,
    TrainingResult,
)
from experiments.record.store import ReportFolder
from experiments.record.summary import Failure
from experiments.report.places import place_in_words
from experiments.spec import Measurement
from experiments.words import Words


def write_pages(
    report: ReportFolder,
    folder: str,
    filled: Callable[[Words], Mapping[str, Any]],
    room: str = "",
) -> Path:
    """Write `page.md.j2` of the room of that name in every language into a folder of a report.

    Args:
        report: the report's folder.
        folder: of the pages, called as the room.
        filled: what the template is given in a language.
        room: where the template is, if it is called otherwise.

    Returns:
        The English page's path.
    """
    for language in words.LANGUAGES:
        say = words.of(language)
        page = environment(say, f"experiments.{room or folder}").get_template("page.md.j2")
        report.write(f"{folder}/{say('page.this file')}", page.render(filled(say)))
    report.finish([folder])
    return report.path / folder / words.of("en")("page.this file")


FEW = 4
"""Of more numbers than these a table shows the shape only."""


def _code(text: str) -> str:
    """Code in a cell of a table, in one line."""
    lines = (line.strip() for line in text.splitlines())
    return f"`{'; '.join(lines)}`".replace("|", "\\|") if text else "–"


@cache
def environment(say: Words, package: str = "experiments.report") -> jinja2.Environment:
    """The templates of a package in a language."""
    folder = PurePath("templates") if package == "experiments.report" else PurePath()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package, str(folder)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    phrases = Phrases(say)
    environment.globals |= {"say": say, "columns": phrases.columns}
    environment.filters |= {
        name: getattr(phrases, name)
        for name in (
            "verdict",
            "reason",
            "measurement",
            "together",
            "quantity",
            "part",
            "diverged",
            "failure",
            "spec",
            "compared",
            "value",
            "timed",
            "duration",
        )
    }
    environment.filters |= {
        "short": short,
        "six": significant,
        "by_rung": by_rung,
        "kind": lambda kind: say(f"kind.{kind}"),
        "mistake": say.mistake,
        "correction": lambda name: say.mistake(name, "write"),
        "thousands": lambda number: f"{number:,}",
        "cell": lambda text: str(text).replace("|", "\\|").replace("\n", " "),
        "code": _code,
        "power": lambda power: ", ".join(f"{n} {e:.1g}" for n, e in power.smallest.items()),
        "table": table,
        "final_outputs": final_outputs,
    }
    return environment


def short(number: float) -> str:
    """Two digits."""
    return f"{number:.2g}"


def significant(value: object, digits: int = 6) -> str:
    """At most so many significant digits of a number; anything else as it is written."""
    try:
        return f"{float(str(value)):.{digits}g}"
    except ValueError:
        return str(value)


@dataclass(frozen=True)
class OfRung:
    """A rung of a training: how many comparisons, and the one that comes nearest to its bound."""

    rung: str
    count: int
    nearest: Comparison
    passed: bool


def by_rung(comparisons: Iterable[Comparison]) -> list[OfRung]:
    """The rungs of a training, in the ladder's order."""
    of: dict[str, list[Comparison]] = {}
    for row in comparisons:
        of.setdefault(row.rung, []).append(row)
    return [
        OfRung(
            rung,
            len(of[rung]),
            max(of[rung], key=lambda row: row.share),
            all(r.passed for r in of[rung]),
        )
        for rung in RUNGS
        if rung in of
    ]


def settings(results: Results) -> dict[str, str]:
    """The settings by which the trainings were compared; where they differ, all of them."""
    used = [t.settings for e in results.experiments.values() for t in e.trainings.values()]
    return {
        field.name: " / ".join(map(str, sorted({getattr(one, field.name) for one in used})))
        for field in fields(Settings)
        if used
    }


def cost(results: Results) -> dict[str, str]:
    """What a whole run took, as its sentence has it; empty if that is not known."""
    of = results.cost
    return (
        {}
        if of is None
        else {
            "date": of.date,
            "seconds": f"{of.seconds:.0f}",
            "core": f"{of.core_seconds:.0f}",
            "alone": f"{of.product_seconds:.0f}",
            "ratio": f"{of.ratio:.2f}",
        }
    )


def table(evaluation: EvaluationResult) -> list[tuple]:
    """The rows of a table whose columns are values of scratch alone; empty if they are none."""
    columns = [value["scratch"] for value in evaluation.values.values()]
    if not columns or not all(isinstance(column, list) for column in columns):
        return []
    lists = [column for column in columns if isinstance(column, list)]
    same = len({len(column) for column in lists}) == 1
    return list(zip(*lists, strict=True)) if same else []


def final_outputs(training: TrainingResult) -> list[Measured]:
    """The outputs on the rows of a truth table after the last update."""
    last = training.spec.steps
    wanted = [Measurement("output", row, last) for row in range(4)]
    return [measured for of in wanted for measured in training.measured if measured.of == of]


class Phrases:
    """What a record says, in the words of a language."""

    def __init__(self, say: Words) -> None:
        self.say = say

    def columns(self, *names: str) -> str:
        """Headings of a table."""
        return " | ".join(self.say(f"column.{name}") for name in names)

    def verdict(self, verdict: Verdict) -> str:
        """Sign and word."""
        return f"{LOOKS[Verdict(verdict)].sign} {self.say(f'verdict.{verdict}')}"

    def together(self, run: Together) -> str:
        """The verdict on all figures of a printed run, and what such verdicts are worth."""
        part = self.part(run.part) + (f" ({self.measurement(run.among)})" if run.among else "")
        values = {
            "figures": run.figures,
            "part": part,
            "independent": f"{run.independent:.1f}",
            "seeds": run.seeds,
            "all": run.seeds + 1,
            "verdict": self.verdict(run.verdict),
            "as_far": run.as_far,
            "chance": f"{run.chance:.2f}",
            "shift": run.seen_from and f"{run.seen_from:.1f}",
            "judged": f"{run.judged:,}",
            "unusual": run.unusual,
            "inconsistent": run.inconsistent,
        }
        keys = ["run", "run seen from" if run.seen_from else "run not seen", "run singly"]
        if run.verdict is Verdict.INSUFFICIENT:
            keys = ["run of few"]
        return " ".join(self.say(f"page.figures.{key}", **values) for key in keys)

    def reason(self, judgement: Judgement) -> str:
        """Why a printed figure has its verdict."""
        if judgement.unmet:
            return "; ".join(
                self.say("reason.unmet", name=name, own=own, printed=printed)
                for name, own, printed in judgement.unmet
            )
        chance = "" if judgement.chance is None else f"{judgement.chance:.1g}"
        return self.say(
            f"reason.{judgement.reason}",
            value=judgement.value,
            seeds=judgement.seeds,
            chance=chance,
        )

    def measurement(self, of: Measurement) -> str:
        """What was measured: "output 1, after 9,999 updates"."""
        quantity = self.say.get(f"measurement.{of.quantity}", "") or self.quantity(of.quantity)
        if "{row}" in quantity:
            quantity = quantity.format(row=(of.row or 0) + 1)
        elif of.row is not None:
            quantity = f"{quantity}[{of.row}]"
        if of.step is None:
            return quantity
        key = "measurement.after one" if of.step == 1 else "measurement.after"
        return self.say(key, quantity=quantity, step=f"{of.step:,}")

    def part(self, name: str) -> str:
        """What a training or evaluation is called."""
        return self.say.get(f"part.{name}", name)

    def quantity(self, quantity: str) -> str:
        """What was compared: a known name, or known parts of one with commas and colons."""
        if said := self.say.get(f"quantity.{quantity}", ""):
            return said
        for mark in (": ", ", "):
            first, found, rest = quantity.partition(mark)
            if found:
                return f"{self.quantity(first)}{mark}{self.quantity(rest)}"
        return quantity

    def diverged(self, divergence: Divergence) -> str:
        """Where a side stopped giving numbers."""
        return self.say(
            "page.diverged", side=divergence.side, step=divergence.step, layer=divergence.layer
        )

    def failure(self, failure: Failure) -> str:
        """Why the two sides of a part disagree."""
        found = failure.comparison
        if found is None:
            return f"{failure.part}: {'; '.join(map(self.diverged, failure.diverged))}"
        place = place_in_words(found.place, self.say)
        return self.say(
            "page.failed",
            part=failure.part,
            rung=self.say(f"rung.{found.rung}"),
            quantity=found.quantity,
            state=self.say.get(f"state.{found.state}", found.state),
            difference=f"{found.difference:.3g}",
            bound=f"{found.bound:.3g}",
            place=place and f", {self.say('place.index', index=place)}",
        )

    def spec(self, training: TrainingResult) -> str:
        """What was trained, in a sentence."""
        spec, count = training.spec, training.spec.order.batch_size
        return self.say(
            "page.training.spec",
            model=spec.model,
            data=training.data,
            steps=f"{spec.steps:,}",
            batch=self.say("page.training.one sample")
            if count == 1
            else self.say("page.training.samples", count=count),
            order=self.say(f"order.{spec.order.kind}"),
            optimizer=spec.optimizer,
            rate=spec.learning_rate,
            start=self.say(f"start.{spec.start.distribution}"),
            seed=spec.seed,
            dtype=training.dtype,
        )

    def compared(self, row: Comparison) -> str:
        """A comparison in a line: what, with which weights, how far, how far it may be, where."""
        return self.say(
            "page.training.nearest",
            quantity=self.quantity(row.quantity),
            state=self.say(f"state.{row.state}"),
            difference=short(row.difference),
            bound=short(row.bound),
        )

    def value(self, value: object) -> str:
        """A value of an evaluation for a table: a few numbers, or the shape of many."""
        if isinstance(value, Omitted | Mapping):
            shape = value.shape if isinstance(value, Omitted) else value["shape"]
            return self.say("unit.array", shape=tuple(shape))
        if not isinstance(value, list):
            return significant(value)
        numbers = np.asarray(value)
        if numbers.size > FEW:
            return self.say("unit.array", shape=numbers.shape)
        return ", ".join(map(significant, numbers.ravel().tolist()))

    def shared(self) -> str:
        """What one function does for both sides, and what that rests on instead."""
        return self.say("faults.shared", derived=", ".join(map(self.quantity, DERIVED)))

    def timed(self, what: str) -> str:
        """What a duration is of."""
        return self.say.get(f"timed.{what}", what)

    def duration(self, seconds: float | None) -> str:
        """Seconds, or hours where they are many."""
        if seconds is None:
            return "–"
        if seconds < 3600:
            return self.say("unit.seconds", seconds=f"{seconds:.2f}")
        return self.say("unit.hours", hours=f"{seconds / 3600:.1f}")
