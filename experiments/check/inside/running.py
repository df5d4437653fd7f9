"""Runs a stranger's whole program, its loops cut short, and writes down what they change."""

import ast
import builtins
import contextlib
import sys
import time
import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments.check.inside.loading import SECONDS_PER_CALL, package_of, time_limit
from experiments.check.inside.protocol import IN_A_STAND_IN, Answers, encode, raised_here
from experiments.check.inside.protocol import why as why_of
from experiments.check.inside.surroundings import draw_from_the_start
from experiments.words import Problem

SECONDS = 15
"""After which no more of a program is run."""

TURNS = 20
"""After which an outermost loop ends, or one directly in it."""

WATCHED, MOST_WATCHED = 4, 16
"""Turns of a loop that are written down; at most, as long as it changes nothing."""

OFTEN = 5
"""Times that a loop is watched in which nothing changes."""

LARGEST = 1_000_000
"""Elements of an array that is still written down."""

LATER = " later"
"""Stands behind the name of what a function computed once more in the same turn."""

DEEP = 3
"""How far attributes, keys and indices are followed."""

LOOP = "__loop__"
"""By what name a cut loop finds what cuts it."""


class Loops:
    """Cuts loops short and notes the arrays in reach before each of their first turns.

    Args:
        answers: where to; a turn of the kind "turn" with the line of its loop.
        own: name of the module whose classes' attributes are in reach.
        path: of its file.

    Attributes:
        statement: line of the top-level statement that is running.
        was_cut: whether a loop was: what then lacks its results may fail for that.
        top_level: the arrays before every watched turn of every loop that is in no function.
    """

    def __init__(self, answers: Answers, own: str, path: str) -> None:
        self._answers, self._own, self._path = answers, own, path
        self._computed: dict[int, dict[str, Any]] = {}
        self._active: list[types.FrameType] = []
        self._lines: list[int] = []
        self._noted: set[int] = set()
        self._met: set[str] = set()
        self._watched: dict[int, list[dict[str, Any]]] = {}
        self._quiet: dict[int, int] = {}
        self._held: list[dict[str, Any]] | None = None
        self.was_cut, self.statement = False, 0
        self.top_level: dict[int, list[dict[str, Any]]] = {}

    @property
    def line(self) -> int:
        """Of the outermost loop that is running; 0 if none is."""
        return self._lines[0] if self._lines else 0

    def __call__(self, line: int, items: Iterable) -> Iterator:
        """The items of a loop, one after the other, few of them if the loop is an outer one.

        A loop inside a function that an outer loop calls runs to its end: it may be a sum.
        """
        frame = sys._getframe(1)
        cut = not self._active or self._active[-1] is frame
        first_time = line not in self._noted
        self._noted.add(line)
        self._active.append(frame)
        self._lines.append(line)
        try:
            turn = -1
            for turn, item in enumerate(items):
                if first_time and self._is_watched(line, turn):
                    self.note(line, turn, frame)
                if cut and turn == TURNS:
                    self.was_cut = True
                    return
                yield item
            if first_time and turn >= 0 and self._is_watched(line, turn + 1):
                self.note(line, turn + 1, frame)
        finally:
            self._active.remove(frame)
            self._lines.remove(line)
            if first_time:
                self._collected(line)
                self._watch_again_if_quiet(line)

    def _is_watched(self, line: int, turn: int) -> bool:
        """Whether a turn is written down: one of the first, or nothing has changed yet."""
        return turn < WATCHED or (turn < MOST_WATCHED and not self._has_changed(line))

    def _has_changed(self, line: int) -> bool:
        """Whether a loop has changed fractions; a perceptron changes none where it is right."""
        first, *rest = self._watched.get(line, [{}])
        real = {name: array for name, array in first.items() if array.dtype.kind == "f"}
        return any(not np.array_equal(s.get(n, ()), a) for n, a in real.items() for s in rest)

    def _watch_again_if_quiet(self, line: int) -> None:
        """Watch a loop once more that has changed nothing."""
        turns, changed = len(self._watched.get(line, ())), self._has_changed(line)
        self._watched.pop(line, None)
        self._quiet[line] = self._quiet.get(line, 0) + 1
        if turns > 1 and not changed and self._quiet[line] < OFTEN:
            self._noted.discard(line)

    def has_met(self, kind: type) -> bool:
        """Whether the arrays of an instance were noted in a loop."""
        return kind.__name__ in self._met

    @contextlib.contextmanager
    def unnoted(self) -> Iterator[None]:
        """Nothing of it is noted."""
        kept = set(self._noted), set(self._met), self._held
        self._held = []
        try:
            yield
        finally:
            self._noted, self._met, self._held = kept

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """What is noted in it is written down only if it ends well."""
        noted, self._held = set(self._noted), []
        try:
            yield
            for row in self._held:
                self._answers.write(**row)
        except BaseException:
            self._noted = noted
            raise
        finally:
            self._held = None

    def has_run(self, line: int, code: types.CodeType) -> bool:
        """Whether a loop of a function was watched."""
        last = max((at for *_, at in code.co_lines() if at), default=line)
        return any(line <= noted <= last for noted in self._noted)

    @contextlib.contextmanager
    def around(self, line: int) -> Iterator[None]:
        """Something of a line that loops run inside of."""
        self._lines.append(line)
        try:
            yield
        finally:
            self._lines.remove(line)

    def note(self, line: int, turn: int, frame: types.FrameType) -> None:
        """Write down every array that a frame can reach.

        Args:
            line: of the loop; 0 for the end of the program.
            turn: of the loop, from 0.
            frame: in which it runs.
        """
        reach = dict(frame.f_locals)
        if frame.f_locals is not frame.f_globals:
            shared = {n: frame.f_globals[n] for n in frame.f_code.co_names if n in frame.f_globals}
            reach = shared | reach
        arrays = self.snapshot(reach)
        within = self._collected(line) if turn == 1 else {}
        self.write(line, turn, frame.f_code.co_name, arrays, within)
        if turn == 0:
            self._watched[line] = []
            self._collect(line)
        self._watched[line].append(arrays)
        if frame.f_locals is frame.f_globals:
            self.top_level[line] = self._watched[line]

    def snapshot(self, reach: dict[str, Any]) -> dict[str, Any]:
        """Copies of the arrays of a namespace."""
        self._met |= {type(value).__name__ for value in reach.values()}
        return dict(arrays_in(reach, self._own))

    @contextlib.contextmanager
    def watching_functions(self) -> Iterator[dict[str, np.ndarray]]:
        """Notes what the program's functions compute, by the names of their variables."""
        try:
            yield self._collect(0)
        finally:
            self._collected(0)

    def _collect(self, line: int) -> dict[str, np.ndarray]:
        """Begin to note what functions compute, for a loop's line; loops may be in others."""
        self._computed[line] = {}
        sys.setprofile(self._on_return)
        return self._computed[line]

    def _collected(self, line: int) -> dict[str, np.ndarray]:
        """End it, and give what was noted."""
        found = self._computed.pop(line, {})
        if not self._computed:
            sys.setprofile(None)
        return found

    def write(
        self,
        line: int,
        turn: int,
        function: str,
        arrays: Mapping[str, Any],
        within: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Write down the arrays of a turn, and what functions computed in the one before."""
        row: dict[str, Any] = {
            "kind": "turn",
            "line": line,
            "turn": turn,
            "function": function,
            "inside": [one for one in self._lines if one != line],
            "arrays": {name: encode(array) for name, array in arrays.items()},
            "locals": {name: encode(array) for name, array in within.items()},
        }
        if self._held is None:
            self._answers.write(**row)
        else:
            self._held.append(row)

    def _on_return(self, frame: types.FrameType, event: str, returned: object) -> None:
        """Keep the arrays of a function of the program that is left, and what it returns."""
        if event == "return" and frame.f_code.co_filename == self._path:
            kinds = np.ndarray | float | list
            held = {n: v for n, v in frame.f_locals.items() if isinstance(v, kinds)}
            given = {f"{frame.f_code.co_name}()": returned}
            arrays = dict(arrays_in(held | given, self._own))
            for computed in self._computed.values():
                again = {f"{n}{LATER}": a for n, a in arrays.items() if n in computed}
                computed |= {n: a for n, a in arrays.items() if n not in computed} | again


def arrays_in(reach: dict[str, Any], own: str, deep: int = DEEP) -> Iterator[tuple[str, Any]]:
    """Arrays and numbers by the expression that reads them, as "net.params['W1']"."""
    for name, value in reach.items():
        if name.startswith("__"):
            continue
        if (array := _as_numbers(value)) is not None:
            yield name, array
        elif deep and isinstance(value, dict):
            inner = {f"{name}[{key!r}]": one for key, one in value.items() if isinstance(key, str)}
            yield from arrays_in(inner, own, deep - 1)
        elif deep and isinstance(value, list | tuple):
            yield from _stacked(name, value)
            inner = {f"{name}[{index}]": one for index, one in enumerate(value[:10])}
            yield from arrays_in(inner, own, deep - 1)
        elif deep and type(value).__module__ == own and hasattr(value, "__dict__"):
            inner = {f"{name}.{key}": one for key, one in vars(value).items()}
            yield from arrays_in(inner, own, deep - 1)


def _stacked(name: str, items: Sequence) -> Iterator[tuple[str, np.ndarray]]:
    """The samples and targets of a list of pairs, as two arrays with a row for each of them."""
    pairs = [one for one in items if isinstance(one, list | tuple) and len(one) == 2]
    if len(items) < 2 or len(pairs) < len(items):
        return
    for place in (0, 1):
        held = [_as_numbers(pair[place]) for pair in pairs]
        alike = {np.shape(array) for array in held if array is not None}
        if len(alike) == 1 and all(array is not None for array in held):
            yield f"{name}[:][{place}]", np.array(held).reshape(len(held), -1)


def _as_numbers(value: object) -> np.ndarray | None:
    """A number, array or nested list of numbers as an array; None if it is none, or too large."""
    if isinstance(value, list) and not value:
        return None
    if not isinstance(value, np.ndarray | np.generic | int | float | list) or value is None:
        return None
    if isinstance(value, np.ndarray) and value.size > LARGEST:
        return None
    if isinstance(value, list) and any(isinstance(one, np.ndarray) for one in value):
        return None  # a list of arrays is followed
    try:
        array = np.array(value)
    except (ValueError, TypeError):
        return None
    return array if array.dtype.kind in "biuf" and array.size <= LARGEST else None


class _Cutting(ast.NodeTransformer):
    """Every loop's items go through `LOOP`."""

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        node.iter = _through(node, node.iter)
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        if node.orelse:
            return node
        ends = ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Break()], [])
        forever = ast.parse("iter(int, 1)", mode="eval").body
        turned = ast.For(
            ast.Name("__turn__", ast.Store()), _through(node, forever), [ends, *node.body], []
        )
        return ast.copy_location(turned, node)


def _through(node: ast.stmt, items: ast.expr) -> ast.expr:
    line = ast.Constant(node.lineno)
    return ast.Call(ast.Name(LOOP, ast.Load()), [line, items], [])


def run(
    text: str,
    path: str,
    name: str,
    lacking: Mapping[str, object],
    loops: Loops,
    answers: Answers,
    hanging: Collection[int],
    after_each: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """Run a program statement by statement, as its author would; what fails is noted.

    Args:
        text: of the file.
        path: of the file.
        name: of the module that it is run as.
        lacking: names that it reads and does not define.
        loops: cut its loops short.
        answers: told about every statement that is run or fails.
        hanging: first lines of statements that an earlier try did not come back from.
        after_each: is given the namespace after every statement.

    Returns:
        The namespace.
    """
    module = types.ModuleType(name)
    sys.modules[name] = sys.modules["__main__"] = module  # where a pickle looks for its classes
    names = module.__dict__
    names |= {**lacking, "__file__": path, "__builtins__": builtins, LOOP: loops}
    names["__package__"] = package_of(path, text)
    draw_from_the_start()
    deadline = time.monotonic() + SECONDS
    tree = ast.fix_missing_locations(_Cutting().visit(ast.parse(text)))
    for statement in tree.body:
        last = statement.end_lineno or statement.lineno
        left = deadline - time.monotonic()
        if statement.lineno in hanging or left <= 0:
            why = Problem("check.why.hangs" if left > 0 else "check.why.no time")
            answers.write(kind="skipped", first=statement.lineno, last=last, why=why)
            continue
        names["__name__"] = "__main__" if isinstance(statement, ast.If) else name
        answers.write(kind="running", first=statement.lineno)
        loops.statement = statement.lineno
        try:
            with time_limit(min(left, SECONDS_PER_CALL)), np.errstate(all="ignore"):
                exec(compile(ast.Module([statement], []), path, "exec"), names)
        except BaseException as error:
            if not loops.was_cut:
                key = IN_A_STAND_IN if raised_here(error) else ""
                told = why_of(error, key)
                answers.write(kind="skipped", first=statement.lineno, last=last, why=told)
        after_each(names)
    loops.write(0, 0, "<module>", dict(arrays_in(names, name)))
    return names
