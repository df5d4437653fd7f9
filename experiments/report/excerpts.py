"""Code of the two packages, cut out of their files by name, so that no page shows it stale."""

import ast
import textwrap
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from experiments.pair.evaluate import PACKAGES


@dataclass(frozen=True)
class Excerpt:
    """A definition without its docstrings.

    Attributes:
        file: where it stands.
        line: of its first line.
        code: the lines.
    """

    file: str
    line: int
    code: str


LINES = 25
"""Of a longer class the constructor is left out."""


def twin(names: str) -> dict[str, Excerpt]:
    """Both sides' code, by side.

    Args:
        names: "module.Name", or "module.Name|module.Other" where Keras' side has another name.
    """
    scratch, _, keras = names.partition("|")
    by_side = {"scratch": scratch, "keras": keras or scratch}
    return {
        side: excerpt(f"{PACKAGES[side]}.{module}", name)
        for side, (module, _, name) in ((s, n.partition(".")) for s, n in by_side.items())
    }


@cache
def excerpt(module: str, name: str) -> Excerpt:
    """A class, function or "Class.method" of a module, which is not imported for it.

    Raises:
        LookupError: if there is none of that name.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(module)
    text = Path(spec.origin).read_text("utf-8")
    body, found = ast.parse(text).body, None
    for part in name.split("."):
        inside = (n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef))
        found = next((n for n in inside if n.name == part), None)
        body = found.body if found else []
    if found is None:
        raise LookupError(f"{module}.{name}")
    code = textwrap.dedent(_without_docs(text, found))
    return Excerpt(module.replace(".", "/") + ".py", found.lineno, code)


def _last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _without_docs(text: str, node: ast.ClassDef | ast.FunctionDef) -> str:
    """The definition's lines but those of docstrings, and no blank line doubled or at an end."""
    left_out: set[int] = set()
    long = _last_line(node) - node.lineno > 2 * LINES
    for inner in ast.walk(node):
        if long and isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            left_out |= set(range(inner.lineno, _last_line(inner) + 1))
        if isinstance(inner, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(inner):
            docstring = inner.body[0]
            left_out |= set(range(docstring.lineno, _last_line(docstring) + 1))
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not node.lineno <= number <= _last_line(node) or number in left_out:
            continue
        if line.strip() or (lines and lines[-1].strip() and not lines[-1].endswith(":")):
            lines.append(line)
    return "\n".join(lines).rstrip()
