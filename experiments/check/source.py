"""A stranger's file as text: whatever its encoding, a script or a notebook."""

import ast
import io
import json
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

from experiments.words import Problem, Words

ENCODINGS = ("cp949", "shift_jis")
"""Tried after UTF-8 and what the file itself declares: Korean and Japanese Windows."""


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
        tree: the same, parsed.
        places: for every line where it stands.
        defined: line of every function, class and method, as "name" or "Class.method"; the last
            definition counts, as in Python.
    """

    path: Path
    text: str
    tree: ast.Module
    places: tuple[Line, ...]
    defined: dict[str, ast.stmt] = field(default_factory=dict)

    def place(self, line: int) -> Line:
        """Where a line of the text, counted from 1, stands."""
        return self.places[min(line, len(self.places)) - 1]


def read_source(path: Path) -> Source:
    """Read and parse a script or a notebook.

    Raises:
        SourceError: if it cannot be decoded or parsed.
        OSError: if it cannot be read.
    """
    text = _decode(path.read_bytes(), path)
    if path.suffix == ".ipynb":
        text, places = _cells(text, path)
    else:
        places = tuple(Line(number) for number in range(1, text.count("\n") + 2))
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        place = places[min(error.lineno or 1, len(places)) - 1]
        line = error.text.strip() if error.text else ""
        old = "print" in str(error.msg)
        key = "check.source.python 2" if old else "check.source.syntax"
        where = Problem("check.cell" if place.cell else "check.line", cell=place.cell,
                        line=place.line)  # fmt: skip
        raise SourceError(key, file=path.name, place=where, why=error.msg, text=line) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError("check.source.unparsed", file=path.name, why=error) from None
    return Source(path, text, tree, places, _definitions(tree))


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
        cells = json.loads(text)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise SourceError("check.source.notebook", file=path.name) from None
    lines, places = [], []
    for number, cell in enumerate(code, 1):
        whole = cell.lstrip().startswith("%%")
        for line, content in enumerate(cell.split("\n"), 1):
            indent = content[: len(content) - len(content.lstrip())]
            magic = content.lstrip().startswith(("%", "!", "?")) or content.rstrip().endswith("?")
            lines.append(f"{indent}pass  # {content.strip()}" if magic or whole else content)
            places.append(Line(line, number))
    return "\n".join(lines), tuple(places) or (Line(1),)


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
