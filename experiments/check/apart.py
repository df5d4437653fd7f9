"""Runs a stranger's file in a process of its own, and reads what it wrote down."""

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.check.inside.protocol import HELPED, SWAPPED
from experiments.check.names import Meant
from experiments.check.processes import Processes, unreadable_told
from experiments.check.source import Source
from experiments.words import Problem

TRIES = 3
"""Times that a file is loaded, each time without the statement that did not come back before."""

MEMORY = 4 * 2**30
"""Bytes of address space that it may take."""


TOLD_ONCE = ("missing", "not checked", "changed its arguments", "layer")
"""What is not told again of what is asked again."""


@dataclass(frozen=True)
class Answer:
    """What a call gave: a value, or why there is none.

    Attributes:
        subject: the function or class, by the stranger's name.
        quantity: what was asked for.
        value: what came back, or None.
        dtype: of what came back.
        why: the error, if there is no value.
        line: of the stranger's file where it happened, if known.
    """

    subject: str
    quantity: str
    value: np.ndarray | None = None
    dtype: str = ""
    why: Problem | None = None
    line: int | None = None


@dataclass(frozen=True)
class Found:
    """A function or layer that was found.

    Attributes:
        about: our name of it.
        file: where it is defined: the checked file, or one that it imports.
    """

    about: str
    file: Path


@dataclass(frozen=True)
class Turn:
    """What could be reached before a turn of a loop.

    Attributes:
        line: of the loop; 0 at the end of the program.
        turn: from 0; the one after the last stands for what the loop left.
        function: in which the loop is, as Python names it.
        inside: lines of the loops that were running around it, the outermost first.
        arrays: by the expression that reads them, numbers among them.
        within: what functions computed in the turn before, by the names of their variables.
    """

    line: int
    turn: int
    function: str
    inside: tuple[int, ...]
    arrays: Mapping[str, np.ndarray]
    within: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Along:
    """A function of one argument along a loop that moves a variable.

    Attributes:
        line: of the loop.
        variable: that it moves.
        function: the function's name.
        points: the variable before every turn.
        values: of the function there.
        slopes: its central differences there.
    """

    line: int
    variable: str
    function: str
    points: np.ndarray
    values: np.ndarray
    slopes: np.ndarray


@dataclass(frozen=True)
class WayBack:
    """A way back of a layer of two numbers.

    Attributes:
        name: of the layer.
        line: where it was gone.
        given: what it was given.
        right: what it should be.
        before: how often it was gone before.
        ahead: how often the layer was gone through ahead.
    """

    name: str
    line: int
    given: float
    right: float
    before: int
    ahead: int


@dataclass(frozen=True)
class Slopes:
    """What a function gives as the slopes of another one at some points, and its differences."""

    function: str
    derivative: str
    points: np.ndarray
    given: np.ndarray
    right: np.ndarray


@dataclass(frozen=True)
class LayerOfNet:
    """A layer in a net's own list of them.

    Attributes:
        net: the name of the net's class.
        name: under which the net keeps it.
        kind: its class, by the stranger's name.
        of: our name of what it is; "" if that is not known.
        options: numbers that it holds beside its parameters.
        parameters: W and b, as far as it has them.
        given: what it was given.
        output: what it gave for that.
    """

    net: str
    name: str
    kind: str
    of: str
    options: Mapping[str, int]
    parameters: Mapping[str, np.ndarray]
    given: np.ndarray
    output: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """Everything that a run gave.

    Attributes:
        subjects: functions and layers by name.
        answers: in the order asked.
        skipped: (first line, last line, why) of top-level code that was not run.
        missing: (class, method) that a net does not have.
        not_checked: by function or class, why nothing could be asked of it.
        changed: (class, method) that changed its arguments.
        helpers: by function or class, the known functions of the file that it calls.
        turns: of its loops, as far as they were watched.
        put_in: names that the file reads and lacks, and that were put in.
        along: functions along loops that move their argument.
        ways_back: of layers of two numbers.
        slopes: of functions of two numbers.
        layers: of nets that keep them in a list.
        stood_in: modules that were not found, and for which something empty stood in.
        stopped: why the process ended early, or None.
        running: first line of the statement that was being run when it was stopped, or None.
    """

    subjects: dict[str, Found]
    answers: tuple[Answer, ...]
    skipped: tuple[tuple[int, int, Problem], ...]
    missing: tuple[tuple[str, str], ...]
    not_checked: dict[str, Problem]
    changed: tuple[tuple[str, str], ...]
    helpers: dict[str, tuple[str, ...]]
    turns: tuple[Turn, ...]
    put_in: tuple[str, ...]
    along: tuple[Along, ...]
    ways_back: tuple[WayBack, ...]
    slopes: tuple[Slopes, ...]
    layers: tuple[LayerOfNet, ...]
    stood_in: tuple[str, ...]
    stopped: Problem | None
    running: int | None


def run_apart(
    processes: Processes,
    source: Source,
    known: Meant,
    classes: Sequence[str],
    probes: Mapping[str, np.ndarray],
) -> Outcome:
    """Load a file in its own process and ask its functions and classes for their numbers.

    Args:
        processes: that run strangers' files.
        source: the file.
        known: what may be meant by the stranger's names.
        classes: names of the classes that may be nets.
        probes: what they are given.

    Raises:
        Problem: if what the process wrote down cannot be read.
    """
    hanging: set[int] = set()
    for _ in range(TRIES):
        outcome = _try(processes, source, known, classes, probes, hanging)
        if outcome.running is None:
            break
        hanging.add(outcome.running)
    return outcome


def _try(
    processes: Processes,
    source: Source,
    known: Meant,
    classes: Sequence[str],
    probes: Mapping[str, np.ndarray],
    hanging: Collection[int],
) -> Outcome:
    """One process: its request, its answers."""
    lines, stopped = processes.answers(
        {
            "path": str(source.path.resolve()),
            "text": source.text,
            "known": {name: list(meant) for name, meant in known.items()},
            "hanging": list(hanging),
            "lacking": sorted(source.unknown_names),
            "classes": list(classes),
            "memory": MEMORY,
        },
        given=probes,
    )
    with unreadable_told():
        return _read(lines, stopped)


def told_why(said: dict) -> Problem:
    """A sentence that the stranger's process has written down."""
    values = {n: told_why(v) if isinstance(v, dict) else v for n, v in said["values"].items()}
    return Problem(said["key"], **values)


def _read(lines: list[dict], stopped: Problem | None) -> Outcome:
    """What the process wrote down, line by line; what it was asking when it ended has failed."""
    of: dict[str, list[dict]] = {}
    for line in lines:
        if line["kind"] in TOLD_ONCE and line["subject"].startswith((SWAPPED, HELPED)):
            continue
        of.setdefault(line["kind"], []).append(line)
    stopped = None if "done" in of else stopped or Problem("check.why.gone")
    has_come_back = "stood in" in of or "running" not in of
    running = None if has_come_back else int(of["running"][-1]["first"])
    return Outcome(
        {row["subject"]: Found(row["about"], Path(row["file"])) for row in of.get("subject", [])},
        tuple(_answers(lines, stopped or Problem("check.why.gone"))),
        tuple((row["first"], row["last"], told_why(row["why"])) for row in of.get("skipped", [])),
        tuple((row["subject"], row["quantity"]) for row in of.get("missing", [])),
        {row["subject"]: told_why(row["why"]) for row in of.get("not checked", [])},
        tuple((row["subject"], row["quantity"]) for row in of.get("changed its arguments", [])),
        _by_subject(of.get("helpers", [])),
        tuple(map(_turn, of.get("turn", []))),
        tuple(str(name) for row in of.get("put in", []) for name in row["names"]),
        tuple(map(_along, of.get("along", []))),
        tuple(
            WayBack(**{name: row[name] for name in WayBack.__dataclass_fields__})
            for row in of.get("way back", [])
        ),
        tuple(
            Slopes(
                row["function"],
                row["derivative"],
                *(_array(row[part]) for part in ("points", "given", "right")),
            )
            for row in of.get("slopes", [])
        ),
        tuple(map(_layer, of.get("layer", []))),
        tuple(map(str, of["stood in"][-1]["names"])) if "stood in" in of else (),
        stopped,
        running,
    )


def _by_subject(rows: list[dict]) -> dict[str, tuple[str, ...]]:
    """The names of all rows of a subject."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row["subject"]] = (*found.get(row["subject"], ()), *row["names"])
    return found


def _turn(row: dict) -> Turn:
    arrays, within = (
        {name: _of_its_type(value) for name, value in row[part].items()}
        for part in ("arrays", "locals")
    )
    return Turn(row["line"], row["turn"], row["function"], tuple(row["inside"]), arrays, within)


def _layer(row: dict) -> LayerOfNet:
    parameters = {name: _array(value) for name, value in row["parameters"].items()}
    given, output = _array(row["given"]), _array(row["output"])
    names = row["subject"], row["layer"], row["class"], row["of"]
    return LayerOfNet(*names, row["options"], parameters, given, output)


def _along(row: dict) -> Along:
    arrays = (_array(row[part]) for part in ("points", "values", "slopes"))
    return Along(row["line"], row["variable"], row["function"], *arrays)


def _of_its_type(value: dict) -> np.ndarray:
    kept = value["dtype"] if value["dtype"] in ("float32", "int64") else "float64"
    return _array(value).astype(kept)


def _array(value: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(value["data"])).reshape(value["shape"])


def _answers(lines: list[dict], ended: Problem) -> Iterator[Answer]:
    asking: tuple[str, str] | None = None
    for line in lines:
        if line["kind"] == "asking":
            asking = line["subject"], line["quantity"]
        elif asking and line["kind"] == "value":
            yield Answer(*asking, _array(line), line["dtype"])
            asking = None
        elif asking and line["kind"] == "failed":
            yield Answer(*asking, why=told_why(line["why"]), line=line["line"])
            asking = None
    if asking:
        yield Answer(*asking, why=ended)
