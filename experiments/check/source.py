"""A stranger's file as text: whatever its encoding, a script or a notebook."""

import ast
import builtins
import contextlib
import io
import json
import re
import sys
import textwrap
import tokenize
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

from experiments.words import Problem, Words

ENCODINGS = ("cp949", "shift_jis")
"""Tried after UTF-8 and what the file itself declares: Korean and Japanese Windows."""


NEWER = re.compile(r"\s*(async\s+def|def|class)\s+\w+\[|\s*type\s+\w+")
"""What Python writes from 3.12 on."""


LARGEST, LONGEST = 50_000_000, 1_000_000
"""Bytes of a file that is looked at, a notebook with its pictures has a few million; and characters
of its code, each of which takes a thousand bytes when it is parsed."""


class SourceError(Problem):
    """The file cannot be read as Python; says why, and in which line."""


@dataclass(frozen=True)
class Line:
    """A line of a script, or of a notebook's cell.

    Attributes:
        line: its number, counted from 1.
        cell: the code cell's number, or None in a script.
        file: the imported file in which it is, if it is not the checked one.
    """

    line: int
    cell: int | None = None
    file: str = ""

    def told(self, say: Words) -> str:
        """What to call it."""
        place = say("check.line", line=self.line)
        if self.cell is not None:
            place = say("check.cell", cell=self.cell, line=self.line)
        return say("check.in file", file=self.file, place=place) if self.file else place


@dataclass(frozen=True)
class Source:
    """The Python text of a file.

    Attributes:
        path: the file.
        text: the code; of a notebook all code cells one after the other.
        places: for every line where it stands.
    """

    path: Path
    text: str
    places: tuple[Line, ...]

    def __reduce__(self) -> tuple:
        return Source, (self.path, self.text, self.places)  # another process parses it anew

    @cached_property
    def tree(self) -> ast.Module:
        """The text, parsed."""
        return ast.parse(self.text)

    @cached_property
    def defined(self) -> dict[str, ast.stmt]:
        """Every function, class and method, as "name" or "Class.method".

        The last definition counts, as in Python.
        """
        return _definitions(self.tree)

    def place(self, line: int) -> Line:
        """Where a line of the text, counted from 1, stands."""
        return self.places[min(line, len(self.places)) - 1]

    def assigned(self, expression: str, loop: int = 0) -> int | None:
        """The last line that assigns to an expression, or to an attribute or key of its name.

        What a constructor assigns is only where something starts.

        Args:
            expression: what is assigned to.
            loop: line of a loop in which, or in whose functions, the line is preferred.
        """
        lines = [node.lineno for node in self._assignments.get(_own_name(expression), ())]
        if loop:
            inside = [
                line
                for line in lines
                for part in self._parts_of(loop)
                if part.lineno <= line <= (part.end_lineno or line)
            ]
            lines = inside or lines
        return max(lines, default=None)

    def is_printed_after(self, name: str, line: int) -> bool:
        """Whether a variable is printed after the loop of a line, as the loop left it."""
        loop = next((n for n in self.tree.body if n.lineno == line), None)
        if loop is None:
            return False
        for statement in self.tree.body[self.tree.body.index(loop) + 1 :]:
            if any(
                isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
                for node in ast.walk(statement)
            ):
                return False
            if isinstance(statement, ast.Expr) and f"print({name}" in ast.unparse(statement):
                return True
        return False

    def starts_like_weights(self, expression: str) -> bool:
        """Whether something is drawn at random, or as zeros, where it is assigned to first."""
        name = _own_name(expression)
        assigned = (
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign)
            and name in {_own_name(ast.unparse(n)) for t in node.targets for n in ast.walk(t)}
        )
        return any(
            re.search(r"rand|normal|uniform|zeros", ast.unparse(node.value)) for node in assigned
        )

    def goes_on(self, expression: str) -> bool:
        """Whether what is assigned to an expression may be made of what it was, as weights are."""
        name = _own_name(expression)
        if self.is_item(name) or self.is_counter(name) or self._is_of_pairs(expression):
            return False
        if name not in self._assignments or self._is_changed_in_part(name):
            return True
        made_of = self._made_of(name)
        between = (other for other in made_of if other not in self._made_of(other))
        return name in made_of or any(self._continues(other, name) for other in between)

    def _continues(self, other: str, name: str) -> bool:
        """Whether a variable is another one with something added, or a function's of it."""
        return any(
            (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add | ast.Sub))
            or (isinstance(inner, ast.Call) and _own_name(ast.unparse(inner.func)) in self.defined)
            for node in self._assignments.get(other, ())
            for inner in ast.walk(node)
            if name in {_own_name(ast.unparse(part)) for part in _terms(inner)}
        )

    def _is_of_pairs(self, expression: str) -> bool:
        """Whether something is a sample or target in a list of pairs that a loop goes through."""
        base, of_pair = re.subn(r"\[[:\d]+\]\[\d\]$", "", expression)
        name = re.escape(_own_name(base))
        return bool(of_pair) and bool(re.search(rf"in {name}:|shuffle\({name}\)", self.text))

    def _is_changed_in_part(self, name: str) -> bool:
        """Whether elements of an array are added to or taken off."""
        return any(
            isinstance(node, ast.AugAssign) and _without_key(key) == name != key
            for key, nodes in self._assignments.items()
            for node in nodes
        )

    def is_taken_off(self, expression: str) -> bool:
        """Whether something is subtracted somewhere, but in its own assignments."""
        name = _own_name(expression)
        own = {id(node) for one in self._assignments.get(name, ()) for node in ast.walk(one)}
        return any(
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Sub)
            and id(node) not in own
            and _own_name(ast.unparse(node.right)) == name
            for node in ast.walk(self.tree)
        )

    def is_item(self, expression: str) -> bool:
        """Whether a variable is what a loop goes through something with."""
        return _own_name(expression) in self._loop_variables["items"]

    def is_counter(self, expression: str) -> bool:
        """Whether a variable only counts a loop's turns."""
        return expression in self._loop_variables["counters"]

    def is_given(self, expression: str, weights: Collection[str]) -> bool:
        """Whether a variable is what a loop goes through, or made of nothing that is learned.

        What functions of the file itself give may be made of anything.
        """
        name = _own_name(expression)
        learned = {_own_name(weight) for weight in weights} | self.defined.keys()
        known, waiting = set(), {name}
        while waiting:
            one = waiting.pop()
            known.add(one)
            if not self.is_item(one):
                waiting |= self._made_of(one) - known
        return (name in self._assignments or self.is_item(name)) and not known & learned

    def numbers_in_updates(self, expressions: Collection[str]) -> set[float]:
        """The numbers written where something is assigned to expressions."""
        names = {_without_key(_own_name(one)) for one in expressions}
        return {
            _number(inner)
            for name, nodes in self._assignments.items()
            if _without_key(name) in names
            for node in nodes
            for inner in ast.walk(node)
            if _is_number(inner)
        }

    @cached_property
    def arguments(self) -> set[str]:
        """The names of the arguments of all functions."""
        return {node.arg for node in ast.walk(self.tree) if isinstance(node, ast.arg)}

    @cached_property
    def numbers(self) -> set[float]:
        """The numbers that the program is written with."""
        return {_number(node) for node in ast.walk(self.tree) if _is_number(node)}

    def has_logarithms_only(self, loop: int) -> bool:
        """Whether a loop takes logarithms, and no squares: its loss is a cross-entropy.

        Or what it calls does; what stands outside may be made ready by logarithms.
        """
        parts = self._parts_of(loop)
        inner = [node for part in parts for node in ast.walk(part)]
        called = {_own_name(ast.unparse(n.func)) for n in inner if isinstance(n, ast.Call)}
        squares = any(isinstance(node, ast.Pow) for node in inner)
        return "log" in called and not squares and not called & {"square", "power"}

    @cached_property
    def unknown_names(self) -> set[str]:
        """Names that the file reads and nowhere defines or imports; none if it imports a star."""
        read: set[str] = set()
        known = set(dir(builtins))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                (read if isinstance(node.ctx, ast.Load) else known).add(node.id)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                known |= {(a.asname or a.name).partition(".")[0] for a in node.names}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                known.add(node.name)
            elif isinstance(node, ast.arg):
                known.add(node.arg)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                known.add(node.name)
        return set() if "*" in known else read - known

    def called(self, line: int) -> str:
        """What to call a loop that begins in a line, or the function that does."""
        around = [
            name
            for name, node in self.defined.items()
            if isinstance(node, ast.FunctionDef)
            and node.lineno <= line <= (node.end_lineno or node.lineno)
        ]
        if around and self.defined[around[-1]].lineno == line:
            return around[-1]
        header = self.text.split("\n")[line - 1].strip().rstrip(":")
        return f"{around[-1]}: {header}" if around else header

    def line_called(self, name: str) -> int:
        """The line of the loop or function that `called` gives a name; 0 if there is none."""
        node = self.loop_called(name) or self.defined.get(name)
        return node.lineno if node else 0

    def loop_called(self, name: str) -> ast.stmt | None:
        """The loop that `called` gives a name."""
        loops = (node for node in ast.walk(self.tree) if isinstance(node, ast.For | ast.While))
        return next((node for node in loops if self.called(node.lineno) == name), None)

    def loop_at(self, line: int) -> ast.stmt | None:
        """The loop that begins in a line."""
        loops = (node for node in ast.walk(self.tree) if isinstance(node, ast.For | ast.While))
        return next((node for node in loops if node.lineno == line), None)

    def _parts_of(self, loop: int) -> list[ast.stmt]:
        """The loop that begins in a line, and the functions and classes that it uses."""
        used = (self.defined.get(name) for name in self.used_from(loop))
        return [part for part in (self.loop_at(loop), *used) if part is not None]

    def is_added(self, expression: str) -> bool:
        """Whether something is an operand of an addition, or what a loop goes through it with."""
        name = _own_name(expression)
        names = {name}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.For | ast.comprehension) and "[" in name:
                through = (_own_name(ast.unparse(n)) for n in ast.walk(node.iter))
                if _without_key(name) in through:
                    names |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        return any(
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Add)
            and names & {_own_name(ast.unparse(node.left)), _own_name(ast.unparse(node.right))}
            for node in ast.walk(self.tree)
        )

    def used_from(self, line: int) -> set[str]:
        """The file's functions and classes that what begins in a line uses, and what those use."""
        kinds = ast.For | ast.While | ast.FunctionDef
        begins = [n for n in ast.walk(self.tree) if isinstance(n, kinds) and n.lineno == line]
        around = {
            name.partition(".")[0]
            for name, node in self.defined.items()
            if node.lineno <= line <= (node.end_lineno or node.lineno)
        }
        found: set[str] = set()
        waiting: list[ast.AST] = [
            *begins,
            *(self.defined[name] for name in around if name in self.defined),
        ]
        while waiting:
            used = {_own_name(ast.unparse(n)) for n in ast.walk(waiting.pop())
                    if isinstance(n, ast.Name | ast.Attribute)}  # fmt: skip
            for name, node in self.defined.items():
                owner, _, method = name.rpartition(".")
                if (method if owner else name) in used and (owner or name) not in found:
                    found.add(owner or name)
                    waiting.append(self.defined.get(owner, node))
        return found | around

    def reaches(self, line: int) -> set[str]:
        """The file's functions and methods that are called, as far as names tell, from a line on.

        Args:
            line: in which a loop or function begins.
        """
        kinds = ast.For | ast.While | ast.FunctionDef
        waiting = [n for n in ast.walk(self.tree) if isinstance(n, kinds) and n.lineno == line]
        found: set[str] = set()
        while waiting:
            calls = [n for n in ast.walk(waiting.pop()) if isinstance(n, ast.Call)]
            called = {_own_name(ast.unparse(call.func)) for call in calls}
            new = [n for n in self.defined if n.rpartition(".")[2] in called and n not in found]
            found |= set(new)
            waiting += [n for name in new if isinstance(n := self.defined[name], ast.FunctionDef)]
        return found

    def calls(self, line: int, names: re.Pattern[str]) -> bool:
        """Whether a loop that begins in a line calls something of such a name itself."""
        kinds = ast.For | ast.While
        loops = (n for n in ast.walk(self.tree) if isinstance(n, kinds) and n.lineno == line)
        called = (n.func for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Call))
        return any(names.fullmatch(_own_name(ast.unparse(function))) for function in called)

    def _made_of(self, name: str) -> set[str]:
        """Names of what the assignments to a name read."""
        names: set[str] = set()
        for node in self._assignments.get(name, ()):
            changed = [node.target] if isinstance(node, ast.AugAssign) else []
            handed = self._handed.get(node, set())
            for inner in (*changed, *ast.walk(getattr(node, "value", None) or ast.Pass())):
                if isinstance(inner, ast.Name | ast.Attribute | ast.Subscript):
                    read = ast.unparse(inner)
                    names |= set() if read in handed else {_own_name(read)}
        return names

    @cached_property
    def _handed(self) -> dict[ast.AST, set[str]]:
        """For every statement in a function, the arguments that this one does not assign to."""
        found: dict[ast.AST, set[str]] = {}
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef):
                inner = list(ast.walk(function))
                stored = {
                    node.id
                    for node in inner
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                }
                handed = {arg.arg for arg in function.args.args} - stored - {"self"}
                found |= dict.fromkeys(inner, handed)
        return found

    @cached_property
    def _loop_variables(self) -> dict[str, set[str]]:
        """The names that loops go through something with, and those that count."""
        found: dict[str, set[str]] = {"items": set(), "counters": set()}
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.For):
                continue
            names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
            counting = ast.unparse(node.iter)
            if re.match(r"enumerate\(", counting):
                found["counters"].add(names.pop(0))
            is_counter = re.match(r"(\w+\()?(\w+\.)?t?range\(", counting)
            found["counters" if is_counter else "items"] |= set(names)
        return found

    @cached_property
    def _assignments(self) -> dict[str, list[ast.Assign | ast.AugAssign | ast.AnnAssign]]:
        """Assignments by the name of what they assign to, without those of constructors."""
        starts = {
            node
            for function in ast.walk(self.tree)
            if isinstance(function, ast.FunctionDef) and function.name == "__init__"
            for node in ast.walk(function)
        }
        found: dict[str, list] = {}
        for node in ast.walk(self.tree):
            if node in starts or not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for one in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
                    found.setdefault(_own_name(ast.unparse(one)), []).append(node)
        return found


def _terms(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a sum or call, and the factors of those that are products."""
    for part in ast.iter_child_nodes(node):
        yield part
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mult):
            yield from ast.iter_child_nodes(part)


def _is_number(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _number(node: ast.Constant) -> float:
    return float(ast.literal_eval(node))


def _without_key(expression: str) -> str:
    return expression.partition("[")[0]


NAMES = re.compile(r"\w+(, \w+)+")
"""Variables that are taken together, as w1, w2."""


def _own_name(expression: str) -> str:
    """What an attribute or key is called, without what it is of; of several names the first."""
    first = expression.partition(", ")[0] if NAMES.fullmatch(expression) else expression
    return first.rpartition(".")[2].removesuffix("[:]").removesuffix("[...]")


def read_source(path: Path) -> Source:
    """Read and parse a script or a notebook.

    Raises:
        SourceError: if it cannot be decoded or parsed.
        OSError: if it cannot be read.
    """
    if not path.is_file():
        raise SourceError("check.source.no file", path=path)
    if path.stat().st_size > LARGEST:
        raise SourceError("check.source.large", file=path.name, megabytes=LARGEST // 10**6)
    text = _decode(path.read_bytes(), path)
    if path.suffix.lower() == ".ipynb":
        text, places = _cells(text, path)
    else:
        places = tuple(Line(number) for number in range(1, text.count("\n") + 2))
    if len(text) > LONGEST:
        raise SourceError("check.source.large", file=path.name, megabytes=LONGEST // 10**6)
    source = Source(path, text, places)
    try:
        with warnings.catch_warnings(action="ignore"):  # of escapes that Python does not know
            source.tree  # noqa: B018 (parsed here, where it can be told why it is not)
    except SyntaxError as error:
        place = places[min(error.lineno or 1, len(places)) - 1]
        line = error.text.strip() if error.text else ""
        line = line if len(line) < LONG_LINE else f"{line[:LONG_LINE]} …"
        old = "print" in str(error.msg)
        newer = sys.version_info < (3, 12) and NEWER.match(error.text or "")
        key = f"check.source.{'python 2' if old else 'newer' if newer else 'syntax'}"
        where = Problem("check.cell" if place.cell else "check.line", cell=place.cell,
                        line=place.line)  # fmt: skip
        read = ".".join(map(str, sys.version_info[:2]))
        raise SourceError(
            key, file=path.name, place=where, why=error.msg, text=line, read=read
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError("check.source.unparsed", file=path.name, why=error) from None
    return source


def _decode(data: bytes, path: Path) -> str:
    try:
        candidates = [tokenize.detect_encoding(io.BytesIO(data).readline)[0], *ENCODINGS]
    except SyntaxError:
        candidates = list(ENCODINGS)
    for encoding in candidates:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeDecodeError, LookupError):
            continue
    raise SourceError("check.source.encoding", file=path.name)


def _cells(text: str, path: Path) -> tuple[str, tuple[Line, ...]]:
    """The code cells of a notebook, magics and shell commands turned into comments."""
    try:
        notebook = json.loads(text)
        sheets = notebook.get("worksheets") or [notebook]  # of the third format
        cells = [cell for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"]
        code = ["".join(cell.get("input", cell.get("source"))) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceError("check.source.notebook", file=path.name) from None
    lines: list[str] = []
    places: list[Line] = []
    for number, cell in enumerate(code, 1):
        lines += _without_magics(textwrap.dedent(cell) if cell[:1].isspace() else cell)
        places += [Line(line, number) for line in range(1, cell.count("\n") + 2)]
    return "\n".join(lines), tuple(places) or (Line(1),)


LONG_LINE = 120
"""Characters of a line after which no more of it is shown."""

TIMING = re.compile(r"%%(time|timeit|capture|prun)\b")
"""Magics of whole cells whose other lines are Python."""

TAKEN = re.compile(r"(\s*[\w.,\s]+=\s*)[!%]\w")
"""A line that takes what a shell command or a magic gives."""


def _without_magics(cell: str) -> list[str]:
    """The lines of a cell, those that are no Python turned into comments.

    What is Python as it stands is left alone: a line may begin with the % of an expression.
    """
    contents = cell.split("\n")
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(cell)
        return contents
    if cell.lstrip().startswith("%%") and not TIMING.match(cell.lstrip()):
        return [f"# {content}" for content in contents]
    found = []
    for content in contents:
        indent = content[: len(content) - len(content.lstrip())]
        magic = content.lstrip().startswith(("%", "!", "?")) or content.rstrip().endswith("?")
        if taken := TAKEN.match(content):
            found.append(f"{taken[1]}None  # {content.strip()}")
        else:
            found.append(f"{indent}pass  # {content.strip()}" if magic else content)
    return found


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node in tree.body:
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found |= {name.id: node for name in node.targets if isinstance(name, ast.Name)}
    for name, node in list(found.items()):
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                if isinstance(child, ast.FunctionDef):
                    found[f"{name}.{child.name}"] = child
    return found


def classes_of(source: Source) -> list[str]:
    """The classes of a file; which of them are nets is seen when they are loaded."""
    return [
        name
        for name in source.defined
        if "." not in name and any(other.startswith(f"{name}.") for other in source.defined)
    ]
