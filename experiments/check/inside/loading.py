"""Loads a stranger's file: what it defines is run, what it lacks is stood in for."""

import ast
import builtins
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import signal
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dis import opname
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

LOADER = "experiments.check.inside.standing_in"
"""Where the stand-ins for `load_mnist` and for Keras' `load_data` are."""

SECONDS_PER_CALL = 5
"""After which a call is given up."""

REMOVED = {"int": int, "float": float, "object": object, "str": str}
"""What NumPy had until 1.24 and the book still uses."""


class TimeoutInCall(BaseException):
    """A call took longer than `SECONDS_PER_CALL`. Not an Exception, so that few catch it."""


FAILURES = (Exception, TimeoutInCall, SystemExit)
"""What a call of a stranger's code may end by, and the check goes on all the same."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutInCall` in the body when its time is up."""

    def stop(*_: object) -> None:
        raise TimeoutInCall(seconds)

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


class NotLoaded(types.ModuleType):
    """Stands in for a module that is not needed: whatever is read from it can be called."""

    def __init__(self, name: str, *_: object) -> None:
        """A module of the given name, or what a class derived from it becomes."""
        super().__init__(name)
        self.__path__: list[str] = []
        self.__all__: list[str] = []

    def __getattr__(self, name: str) -> "NotLoaded":
        """Another of its kind; not for special names, by which Python asks what a thing can do."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return NotLoaded(f"{self.__name__}.{name}")

    def __call__(self, *given: Any, **_: object) -> Any:  # noqa: ANN401
        """Called, it gives itself; what data and bars of progress need of it, they get."""
        name = self.__name__.rpartition(".")[2]
        if given and name in ("tqdm", "trange", "track"):
            return range(given[0]) if isinstance(given[0], int) else given[0]
        if name == "load_data" and "mnist" in self.__name__:
            return import_module(LOADER).load_data()
        if given and name == "to_categorical":
            return np.eye(int(np.max(given[0])) + 1)[given[0]]
        return self

    def __iter__(self) -> Iterator:
        """As many of its kind as are unpacked; nothing for a loop."""
        frame = sys._getframe(1)
        code = frame.f_code.co_code
        if opname[code[frame.f_lasti]] == "UNPACK_SEQUENCE":
            return iter([self] * code[frame.f_lasti + 1])
        return iter(())

    def __format__(self, _: str) -> str:
        return "?"

    def __getitem__(self, _: object) -> "NotLoaded":
        return self


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what the stranger's folder lacks: the book's helper modules, and anything else.

    Attributes:
        used: names of the modules that were stood in for.
    """

    def __init__(self, helpers: Path) -> None:
        """The book's helper modules are looked up in the folder `helpers`."""
        self.used: list[str] = []
        self._helpers = helpers

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ours for the book's helpers; `NotLoaded` for packages that nothing here needs."""
        if not _wanted_by_the_stranger():
            return None
        helper = self._helpers.joinpath(*name.split("."))
        for file in (helper.with_suffix(".py"), helper / "__init__.py"):
            if file.is_file():
                locations = [str(helper)] if file.name == "__init__.py" else None
                return importlib.util.spec_from_file_location(
                    name, file, submodule_search_locations=locations
                )
        self.used.append(name)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> NotLoaded:
        """A module that has everything."""
        return NotLoaded(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def _wanted_by_the_stranger() -> bool:
    """Whether the import at hand stands in a file that is no part of an installed package."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame and ("importlib" in frame.f_code.co_filename or frame.f_globals is globals()):
        frame = frame.f_back
    return frame is not None and not installed(frame.f_code.co_filename)


def installed(file: str) -> bool:
    """Whether a file belongs to Python or to an installed package."""
    return file.startswith((sys.prefix, sys.base_prefix, str(Path(np.__file__).parents[1])))


class OwnFiles(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Takes in a stranger's other files: what they define, and nothing that they do.

    Args:
        folders: in which they lie.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A file of theirs, wherever Python would find it; the loader of images is stood in for."""
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            return None
        file = Path(spec.origin).resolve()
        if installed(str(file)) or not any(file.is_relative_to(one) for one in self._folders):
            return None
        spec.loader = self
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """As usual."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the defining statements, one by one."""
        file = str(module.__file__)
        text = Path(file).read_bytes()
        if module.__name__.endswith("mnist") and b"def load_mnist" in text:
            module.__dict__["load_mnist"] = import_module(LOADER).load_mnist
            return
        for statement in filter(defining, ast.parse(text, file).body):
            exec(compile(ast.Module([statement], []), file, "exec"), module.__dict__)


class NotNeeded(importlib.abc.MetaPathFinder):
    """Keeps heavy packages out that a check never needs, installed or not.

    Args:
        stand_ins: which make modules for them.
        packages: their names.
    """

    def __init__(self, stand_ins: StandIns, packages: Collection[str]) -> None:
        self._stand_ins, self._packages = stand_ins, packages

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """`NotLoaded` for those packages."""
        if name.partition(".")[0] in self._packages:
            return importlib.machinery.ModuleSpec(name, self._stand_ins, is_package=True)
        return None


def defining(statement: ast.stmt) -> bool:
    """Whether a top-level statement defines something, and so is worth running.

    Imports, functions, classes and assignments are; of `if` and `try` those that hold nothing else.
    Loops, plots, prints and whatever stands under `if __name__ == "__main__"` are not.
    """
    simple = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
    )
    if isinstance(statement, simple):
        return True
    if isinstance(statement, ast.If):
        if "__name__" in ast.dump(statement.test):
            return False
        parts = [*statement.body, *statement.orelse]
        imports = any(isinstance(part, ast.Import | ast.ImportFrom) for part in parts)
        return all(defining(p) or (imports and isinstance(p, ast.Expr)) for p in parts)
    if isinstance(statement, ast.Try):
        parts = [*statement.body, *statement.orelse, *statement.finalbody]
        parts += [s for handler in statement.handlers for s in handler.body]
        return all(defining(s) or isinstance(s, ast.Pass) for s in parts)
    if isinstance(statement, ast.Expr):  # sys.path.append(os.pardir)
        return "sys.path" in ast.unparse(statement)
    return False


def packages_up(text: str) -> int:
    """How many packages deep a file lies by its relative imports; 1 at least."""
    imports = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom))
    return max((node.level for node in imports), default=0) or 1


def package_of(path: str, text: str) -> str:
    """The package in which relative imports of a file look: as many folders as they go up."""
    return ".".join(Path(path).parent.parts[-packages_up(text) :])


def load(
    text: str,
    path: str,
    lacking: Mapping[str, object],
    write: Callable[..., None],
    hanging: Collection[int],
    before_again: Callable[[dict, str, int], None],
) -> dict:
    """Run the defining statements of a file one by one; what fails or takes long is skipped.

    Args:
        text: of the file.
        path: of the file.
        lacking: names that it reads and does not define.
        write: told about every statement that is run.
        hanging: first lines of statements that an earlier try did not come back from.
        before_again: called before a function or class is defined anew, with the namespace, the
            name, and the line where it was defined before.

    Returns:
        What the file defines, by name.
    """
    namespace = {"__name__": "checked", "__file__": path, "__builtins__": builtins}
    namespace["__package__"] = package_of(path, text)
    module = types.ModuleType("checked")
    module.__dict__.update({**lacking, **namespace})
    sys.modules["checked"] = module
    defined: dict[str, ast.stmt] = {}
    for statement in ast.parse(text).body:
        if statement.lineno in hanging or not defining(statement):
            continue
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            before = defined.get(statement.name)
            if before and ast.dump(before) != ast.dump(statement):
                before_again(module.__dict__, statement.name, before.lineno)
            defined[statement.name] = statement
        write(kind="running", first=statement.lineno)
        with contextlib.suppress(BaseException), time_limit(SECONDS_PER_CALL):
            exec(compile(ast.Module([statement], []), path, "exec"), module.__dict__)
    return module.__dict__
