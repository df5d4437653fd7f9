"""What a run found out, as frozen data, and the one place where it is written and read.

Codes and numbers only: every sentence about them is made when a page is rendered.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from experiments.judge.ladder import Comparison
from experiments.judge.printed import Judgement
from experiments.judge.together import Together
from experiments.record.provenance import Provenance
from experiments.record.store import RESULTS, ReportFolder, to_json
from experiments.sources.ledger import Erratum, PrintedFigure
from experiments.sources.slides_today import CallToday
from experiments.spec import NAME, Measurement, Training
from experiments.words import Problem

SCHEMA = 5


@dataclass(frozen=True)
class Omitted:
    """Stands for an array that is compared whole, but too large to be written down."""

    shape: tuple[int, ...]


Value = float | int | str | list | Omitted
"""A value of an evaluation; NaN in a list is written as "nan"."""


@dataclass(frozen=True)
class Divergence:
    """Where a training stopped giving numbers.

    Attributes:
        side: "scratch" or "keras".
        step: the update, counted from 1, whose forward pass is not finite.
        layer: the first activation that is not finite, or "loss", or "update".
    """

    side: str
    step: int
    layer: str


@dataclass(frozen=True)
class Settings:
    """By which settings a training was compared, so that a page says what was done.

    Attributes:
        watched: updates after every checkpoint that both sides did from the same weights.
        shadows: copies of the scratch side whose gradients erred as much as rounding's may.
        shadow_factor: how many times as far as the farthest of them a right twin may stray.
        differences_at: elements per parameter at which central differences were taken.
    """

    watched: int
    shadows: int
    shadow_factor: int
    differences_at: int


@dataclass(frozen=True)
class Measured:
    """A measurement of both sides."""

    of: Measurement
    scratch: float
    keras: float


@dataclass(frozen=True)
class Residuals:
    """Keras' loss minus the scratch loss in Keras' convention, before the updates `step`."""

    step: tuple[int, ...]
    difference: tuple[float, ...]


@dataclass(frozen=True)
class LossCurve:
    """Losses of both sides at some points, each the mean of `updates_per_point` updates.

    Attributes:
        without_epsilon: what is left between the sides in one convention, if there are two.
    """

    step: tuple[int, ...]
    scratch: tuple[float, ...]
    keras: tuple[float, ...]
    updates_per_point: int
    without_epsilon: Residuals | None = None


@dataclass(frozen=True)
class WeightDrift:
    """‖scratch − keras‖ / ‖scratch‖ of every parameter after the updates `step`.

    Attributes:
        allowed: how large it may be there.
    """

    step: tuple[int, ...]
    relative: dict[str, tuple[float, ...]]
    allowed: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Power:
    """The smallest relative error per update, of one parameter's gradient, that would be seen.

    Attributes:
        first: update in which the error begins, counted from 1.
        last: update after which it is looked for no more.
        smallest: by parameter; one without would not be seen at all.
    """

    first: int
    last: int
    smallest: dict[str, float]


@dataclass(frozen=True)
class Frame:
    """Outputs of the scratch side over the plane after some updates: in per cent, row by row."""

    step: int
    percent: tuple[int, ...]


@dataclass(frozen=True)
class Surface:
    """Outputs of both sides over the plane of two inputs, and the targets at its corners.

    Attributes:
        grid: both axes.
        scratch: outputs after the last update.
        keras: the same.
        largest_difference: between the two.
        targets: at the corners (0, 0), (0, 1), (1, 0), (1, 1).
        along: the scratch side's outputs along training, on every second point of both axes.
    """

    grid: tuple[float, ...]
    scratch: list[list[float]]
    keras: list[list[float]]
    largest_difference: float
    targets: tuple[float, ...]
    along: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Digit:
    """A test image with what both sides make of it."""

    index: int
    pixels: tuple[int, ...]
    true: int
    scratch: int
    keras: int
    probability: float


HIDDEN_UNITS = 50
"""Hidden units, or filters, that are shown at most."""


@dataclass(frozen=True)
class ImageViews:
    """What a trained image classifier shows.

    Attributes:
        units: weights into the first hidden units, in percent of `largest`, as base64 of signed
            bytes.
        all_units: how many hidden units there are.
        right: test images decided rightly, with both sides' decisions.
        wrong: the same decided wrongly.
        confusion: by side, counts: rows true class, columns decision.
    """

    units: str
    largest: float
    all_units: int
    right: tuple[Digit, ...]
    wrong: tuple[Digit, ...]
    confusion: dict[str, list[list[int]]]


@dataclass(frozen=True)
class TrainingResult:
    """What became of one training, done by both sides.

    Attributes:
        spec: what was trained, as it was run.
        data: what it really ran on.
        seconds: spent in the loops, by side.
        settings: by which it was compared.
        provenance: when, where and by which versions.
        diverged: where a side stopped giving numbers; nothing below is there then.
        final_weights: of a tiny net.
        cut_short: whether a quick run did fewer updates than the experiment says.
        kept: whether it was kept from an earlier run.
    """

    spec: Training
    data: str
    seconds: dict[str, float]
    settings: Settings
    provenance: Provenance | None = None
    diverged: tuple[Divergence, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    measured: tuple[Measured, ...] = ()
    loss: LossCurve | None = None
    weights: WeightDrift | None = None
    power: tuple[Power, ...] = ()
    surface: Surface | None = None
    images: ImageViews | None = None
    final_weights: dict[str, list] = field(default_factory=dict)
    cut_short: bool = False
    kept: bool = False

    @property
    def dtype(self) -> str:
        """Precision of both sides."""
        return self.spec.dtype

    def value(self, of: Measurement, side: str) -> float | None:
        """One side's measurement, if the training got so far."""
        return next((getattr(m, side) for m in self.measured if m.of == of), None)

    def rows(self, quantity: str) -> dict[int, Measured]:
        """A quantity along training, by the number of updates."""
        return {m.of.step or 0: m for m in self.measured if m.of.quantity == quantity}


@dataclass(frozen=True)
class EvaluationResult:
    """What became of one evaluation.

    Attributes:
        data: what it ran on, if it asked for data.
        values: by name and side; only scratch's where nothing is compared.
        seconds: durations by name and side.
        picture: how to draw the values.
        on_given_weights: whether the user's own weights were used, not those of a training.
    """

    data: str | None
    dtype: str
    picture: str
    values: dict[str, dict[str, Value]]
    seconds: dict[str, dict[str, float]]
    comparisons: tuple[Comparison, ...] = ()
    on_given_weights: bool = False
    provenance: Provenance | None = None
    kept: bool = False

    def value(self, of: Measurement, side: str) -> float | str | None:
        """One side's value or an element of it, if there is one."""
        found = self.values.get(of.quantity, {}).get(side)
        if of.row is not None and isinstance(found, list):
            found = found[of.row] if of.row < len(found) else None
        return found if isinstance(found, float | int | str) else None


@dataclass(frozen=True)
class Ensemble:
    """A training under other seeds: for every measurement its values, in the order of the seeds."""

    seeds: tuple[int, ...]
    measured: tuple[tuple[Measurement, tuple[float, ...]], ...]

    def values(self, of: Measurement) -> tuple[float, ...]:
        """The values over the seeds; none if it was not measured."""
        return dict(self.measured).get(of, ())


@dataclass(frozen=True)
class JudgedFigure:
    """A printed figure, the verdict on it, and Keras' value as the source's tool writes it."""

    figure: PrintedFigure
    judgement: Judgement
    by_keras: str = ""


@dataclass(frozen=True)
class ExperimentResult:
    """Everything that is known of an experiment."""

    lesson: int
    sources: tuple[str, ...]
    trainings: dict[str, TrainingResult] = field(default_factory=dict)
    evaluations: dict[str, EvaluationResult] = field(default_factory=dict)
    ensembles: dict[str, Ensemble] = field(default_factory=dict)
    figures: tuple[JudgedFigure, ...] = ()
    runs: tuple[Together, ...] = ()
    errata: tuple[Erratum, ...] = ()

    @property
    def parts(self) -> dict[str, TrainingResult | EvaluationResult]:
        """Trainings and evaluations by name."""
        return {**self.trainings, **self.evaluations}


@dataclass(frozen=True)
class Cost:
    """What a run took that did everything anew, up to its record: its pages are drawn after it.

    Attributes:
        date: the minute, in UTC.
        seconds: from its beginning.
        core_seconds: processor time of all its processes.
        product_seconds: of that, what the matrix products alone of its trainings on images take.
    """

    date: str
    seconds: float
    core_seconds: float
    product_seconds: float

    @property
    def ratio(self) -> float:
        """How many times as long the whole takes as the products alone."""
        return self.core_seconds / self.product_seconds


@dataclass(frozen=True)
class Results:
    """The record of a report.

    Attributes:
        experiments: by name.
        calls_today: what the installed versions say to the printed calls.
        cost: of the last run that did all of these experiments anew, if there was one.
    """

    experiments: dict[str, ExperimentResult] = field(default_factory=dict)
    calls_today: tuple[CallToday, ...] = ()
    cost: Cost | None = None
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        """See that every experiment's name can be that of a folder.

        Raises:
            ValueError: if it cannot.
        """
        for name in self.experiments:
            if not re.fullmatch(NAME, name):
                raise ValueError(f"{name!r} is no experiment's name")


class RecordError(Problem):
    """A record that cannot be used: absent, damaged or of an old schema."""


def plain(result: Any) -> Any:  # noqa: ANN401 - any of the above
    """As JSON can hold it."""
    return msgspec.to_builtins(result)


def typed(content: Any, kind: type) -> Any:  # noqa: ANN401 - any of the above
    """From plain data, with every field checked.

    Raises:
        ValueError: if a field is missing or of another type.
    """
    return msgspec.convert(content, kind, strict=False)


def read(path: Path, kind: type, schema: int, command: str) -> Any:  # noqa: ANN401
    """A record of any kind from its file.

    Raises:
        RecordError: if there is none, or it is damaged or of another schema.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise ValueError("no file")
        text = path.read_text("utf-8")
        content = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if content["schema"] != schema:
            raise RecordError("record.old", path=path, schema=content["schema"], command=command)
        return typed(content, kind)
    except FileNotFoundError:
        raise RecordError("record.absent", path=path, command=command) from None
    except PermissionError as error:
        raise RecordError("record.unreadable", path=path, why=error.strerror) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RecordError("record.damaged", path=path, why=error, command=command) from None


def _no_number(text: str) -> NoReturn:
    """What is no JSON, and never written here."""
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    """A number; JSON may write some that are larger than any."""
    return float(text) if math.isfinite(float(text)) else _no_number(text)


def read_if_there(path: Path, kind: type, schema: int, command: str) -> Any:  # noqa: ANN401
    """See `read`, but None if there is no such file."""
    return read(path, kind, schema, command) if path.exists() else None


def load(out: Path) -> Results:
    """The record of the report in a folder, or of a file.

    Raises:
        RecordError: if there is none, or it is damaged or of another schema.
    """
    return read(out if out.is_file() else out / RESULTS, Results, SCHEMA, "twins run")


def change(
    out: Path, how: Callable[[Results], Results], replaced: Callable[[RecordError], None]
) -> None:
    """Read, change and write the record while no other run does; the course's order is kept.

    Args:
        out: the report's folder.
        how: makes the new record of the present one.
        replaced: told why the present record could not be used, if so, and is made anew.
    """
    out.mkdir(parents=True, exist_ok=True)
    folder = ReportFolder(out)
    with folder.lock():
        try:
            present = read_if_there(out / RESULTS, Results, SCHEMA, "twins run") or Results()
        except RecordError as error:
            replaced(error)
            present = Results()
        results = how(present)
        ordered = dict(sorted(results.experiments.items(), key=lambda item: item[1].lesson))
        folder.write(RESULTS, to_json(plain(replace(results, experiments=ordered))))
    folder.finish()
