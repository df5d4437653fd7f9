"""The text of what was typed into a notebook's cells: a class, and what of other cells it needs."""

import inspect
import linecache
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType


def text_of(thing: type | Callable | ModuleType) -> str:
    """A program that defines a class or function, with the imports and functions that it uses.

    Raises:
        TypeError: if its text cannot be had.
    """
    cells: dict[str, str] = {}
    imports: list[str] = []
    _collect(thing, cells, imports, set())
    return "\n".join([*imports, *reversed(cells.values())])


def _collect(
    thing: type | Callable | ModuleType, cells: dict[str, str], imports: list[str], seen: set[int]
) -> None:
    """The cell in which something stands, and those of what it uses."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    functions = list(_functions(thing))
    if not functions:
        raise TypeError(f"the text of {thing!r} cannot be had: write it into a file")
    for function in functions:
        file = function.__code__.co_filename
        lines = linecache.getlines(file)
        if not lines:
            raise TypeError(f"the text of {thing!r} cannot be had: write it into a file")
        cells.setdefault(file, "".join(lines))
        for name in sorted(names_in(function.__code__)):
            used = function.__globals__.get(name)
            if isinstance(used, ModuleType):
                line = f"import {used.__name__} as {name}"
                imports += [] if line in imports else [line]
            elif isinstance(used, FunctionType | type) and used.__module__ == thing.__module__:
                _collect(used, cells, imports, seen)


def _functions(thing: type | Callable | ModuleType) -> Iterator[FunctionType]:
    if inspect.isclass(thing):
        yield from (value for value in vars(thing).values() if isinstance(value, FunctionType))
    elif isinstance(thing, FunctionType):
        yield thing


def names_in(code: CodeType) -> set[str]:
    """Names that a function, and the functions in it, take from outside."""
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*map(names_in, inner))
