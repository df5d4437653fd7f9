"""A stranger's file as text: whatever its encoding, a script or a notebook."""

import ast
import io
import json
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

ENCODINGS = ("cp949", "shift_jis")
"""Tried after UTF-8 and what the file itself declares: Korean and Japanese Windows."""


class SourceError(Exception):
    """The file cannot be read as Python; the message says why, and in which line."""


@dataclass(frozen=True)
class Source:
    """The Python text of a file.

    Attributes:
        path: the file.
        text: the code; of a notebook all code cells one after the other.
        tree: the same, parsed.
        places: for every line what to call it, as "line 12" or "cell 3, line 4".
        defined: line of every function, class and method, as "name" or "Class.method"; the last
            definition counts, as in Python.
    """

    path: Path
    text: str
    tree: ast.Module
    places: tuple[str, ...]
    defined: dict[str, ast.stmt] = field(default_factory=dict)

    def place(self, line: int) -> str:
        """What to call a line, counted from 1."""
        return self.places[line - 1]


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
        places = tuple(f"line {number}" for number in range(1, text.count("\n") + 2))
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        place = places[min(error.lineno or 1, len(places)) - 1]
        hint = " (Python 2?)" if "print" in str(error.msg) else ""
        line = f": {error.text.strip()}" if error.text else ""
        raise SourceError(f"{path.name}, {place}: {error.msg}{hint}{line}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SourceError(f"{path.name} cannot be parsed: {error}") from None
    return Source(path, text, tree, places, _definitions(tree))


def _decode(data: bytes, path: Path) -> str:
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        candidates = (declared, *ENCODINGS)
    except SyntaxError:
        candidates = ENCODINGS
    for encoding in candidates:
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeDecodeError, LookupError):
            continue
    raise SourceError(f"{path.name} is in no encoding known here; save it as UTF-8")


def _cells(text: str, path: Path) -> tuple[str, tuple[str, ...]]:
    """The code cells of a notebook, magics and shell commands turned into comments."""
    try:
        cells = json.loads(text)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise SourceError(f"{path.name} is no notebook (its JSON cannot be used)") from None
    lines, places = [], []
    for number, cell in enumerate(code, 1):
        whole = cell.lstrip().startswith("%%")
        for line, content in enumerate(cell.split("\n"), 1):
            indent = content[: len(content) - len(content.lstrip())]
            magic = content.lstrip().startswith(("%", "!", "?")) or content.rstrip().endswith("?")
            lines.append(f"{indent}pass  # {content.strip()}" if magic or whole else content)
            places.append(f"cell {number}, line {line}")
    return "\n".join(lines), (*places, "the end")


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
