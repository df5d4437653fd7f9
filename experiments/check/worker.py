"""Runs in a process of its own: loads a stranger's file and writes down what its code computes.

Started as `python -m experiments.check.worker REQUEST ANSWERS`. Knows NumPy and nothing of the
judge. Every answer is one line of JSON, written at once, so that what was found before a hang or a
crash is not lost.
"""

import ast
import base64
import builtins
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

SECONDS_PER_CALL = 5
"""After which a call is given up."""

LARGEST = 1_000_000
"""Elements of an array that is still written down."""

REMOVED = {"int": int, "float": float, "object": object, "str": str}
"""What NumPy had until 1.24 and the book still uses."""

PARAMETERS = ("W1", "b1", "W2", "b2")


class TimeoutInCall(BaseException):
    """A call took longer than `SECONDS_PER_CALL`. Not an Exception, so that few catch it."""


class Answers:
    """The file of answers, one line of JSON each."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (open to the end)

    def write(self, **answer: object) -> None:
        """Write one answer down at once."""
        self._file.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self._file.flush()


def encode(value: object) -> dict:
    """A number or array as JSON can hold it.

    Raises:
        ValueError: if it is neither, or too large.
    """
    if value is None:
        raise ValueError("returned None")
    array = np.asarray(value)
    if array.dtype == bool:
        array = array.astype(int)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"returned {type(value).__name__}, no numbers")
    if array.size > LARGEST:
        raise ValueError(f"returned an array of shape {array.shape}")
    array = np.ascontiguousarray(array, dtype=float)
    data = base64.b64encode(array.tobytes()).decode()
    dtype = np.asarray(value).dtype.name
    return {"shape": list(np.shape(value)), "dtype": dtype, "data": data}


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutInCall` in the body when its time is up."""

    def stop(*_: object) -> None:
        raise TimeoutInCall

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


class Anything(types.ModuleType):
    """Stands in for a module that is not needed: whatever is read from it can be called."""

    def __init__(self, name: str) -> None:
        """A module of the given name."""
        super().__init__(name)
        self.__path__, self.__all__ = [], []

    def __getattr__(self, name: str) -> "Anything":
        """Another of its kind; not for special names, by which Python asks what a thing can do."""
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Anything(f"{self.__name__}.{name}")

    def __call__(self, *_: object, **__: object) -> "Anything":
        """Called, it gives itself."""
        return self

    def __iter__(self) -> Iterator:
        return iter(())

    def __getitem__(self, _: object) -> "Anything":
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
        """Ours for the book's helpers; `Anything` for packages that nothing here needs."""
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

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> Anything:
        """A module that has everything."""
        return Anything(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def _wanted_by_the_stranger() -> bool:
    """Whether the import at hand stands in a file that is no part of an installed package."""
    frame = sys._getframe(2)
    while frame and ("importlib" in frame.f_code.co_filename or frame.f_globals is globals()):
        frame = frame.f_back
    places = (sys.prefix, sys.base_prefix, str(Path(np.__file__).parents[1]))
    return frame is not None and not frame.f_code.co_filename.startswith(places)


class NotNeeded(importlib.abc.MetaPathFinder):
    """Keeps heavy packages out that a check never needs, installed or not."""

    PACKAGES = ("tensorflow", "keras", "torch", "matplotlib", "pandas", "PIL", "cv2", "seaborn")

    def __init__(self, stand_ins: StandIns) -> None:
        """Modules are made by `stand_ins`."""
        self._stand_ins = stand_ins

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """`Anything` for those packages."""
        if name.partition(".")[0] in self.PACKAGES:
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
        return all(map(defining, [*statement.body, *statement.orelse]))
    if isinstance(statement, ast.Try):
        parts = [*statement.body, *statement.orelse, *statement.finalbody]
        parts += [s for handler in statement.handlers for s in handler.body]
        return all(defining(s) or isinstance(s, ast.Pass) for s in parts)
    if isinstance(statement, ast.Expr):  # sys.path.append(os.pardir)
        return "sys.path" in ast.unparse(statement)
    return False


def load(text: str, path: str, answers: Answers) -> dict:
    """Run the defining statements of a file one by one; what fails or takes long is skipped."""
    namespace = {"__name__": "checked", "__file__": path, "__builtins__": builtins}
    module = types.ModuleType("checked")
    module.__dict__.update(namespace)
    sys.modules["checked"] = module
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        last = statement.end_lineno or statement.lineno
        if not defining(statement):
            answers.write(kind="skipped", first=statement.lineno, last=last, why="not a definition")
            continue
        answers.write(kind="running", first=statement.lineno, last=last)
        code = compile(ast.Module([statement], []), path, "exec")
        try:
            with time_limit(SECONDS_PER_CALL):
                exec(code, module.__dict__)
        except BaseException as error:
            why = _short(error)
            answers.write(kind="skipped", first=statement.lineno, last=last, why=why)
    return module.__dict__


def _short(error: BaseException) -> str:
    if isinstance(error, TimeoutInCall):
        return f"took longer than {SECONDS_PER_CALL} s"
    return f"{type(error).__name__}: {error}"[:300]


def ask(
    answers: Answers, path: str, subject: str, quantity: str, compute: Callable[[], object]
) -> object:
    """Call the stranger's code for one quantity and write down what comes of it.

    Returns:
        What the code returned, or None if it failed.
    """
    answers.write(kind="asking", subject=subject, quantity=quantity)
    try:
        with time_limit(SECONDS_PER_CALL), np.errstate(all="ignore"):
            value = compute()
        encoded = encode(value)
    except BaseException as error:
        own = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path
        ]
        answers.write(
            kind="failed",
            subject=subject,
            quantity=quantity,
            why=_short(error),
            line=own[-1].lineno if own else None,
            trace=[f"line {frame.lineno}, in {frame.name}: {frame.line}" for frame in own],
        )
        return None
    answers.write(kind="value", subject=subject, quantity=quantity, **encoded)
    return value


def unchanged(
    answers: Answers, subject: str, quantity: str, before: list[np.ndarray], after: list[np.ndarray]
) -> None:
    """Write it down if a call has changed what it was given."""
    if not all(np.array_equal(a, b) for a, b in zip(before, after, strict=True)):
        answers.write(kind="changed its arguments", subject=subject, quantity=quantity)


def watch(answers: Answers, subject: str, quantity: str, function: Callable) -> Callable:
    """The same function, which tells when it changes the arrays it is given."""

    def call(*arguments: object) -> object:
        arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
        before = [array.copy() for array in arrays]
        value = function(*arguments)
        unchanged(answers, subject, quantity, before, arrays)
        return value

    return call


def function_calls(given: dict[str, np.ndarray]) -> dict[str, list[tuple[str, Callable]]]:
    """By our name of a function: quantities, and how the function is called for each."""
    scores, y, t = given["scores"], given["y"], given["t"]
    labels = t.argmax(axis=1)
    x1, x2 = given["x1"], given["x2"]

    def gate(f: Callable) -> list[float]:
        return [f(int(a), int(b)) for a, b in zip(x1, x2, strict=True)]

    def cubes(x: np.ndarray) -> float:
        return float(np.sum(x**3) + np.prod(x))

    def elementwise(f: Callable) -> object:
        """On an array, or one by one for a function of single numbers."""
        try:
            return f(scores.copy())
        except (ValueError, TypeError):
            return np.array([[f(float(score)) for score in row] for row in scores])

    return {
        "step": [("step", elementwise)],
        "sigmoid": [("sigmoid", elementwise)],
        "relu": [("relu", elementwise)],
        "identity": [("identity", elementwise)],
        "sigmoid_grad": [("slope of the sigmoid", elementwise)],
        "numerical_diff": [("numerical derivative", lambda f: f(lambda x: x**3, 1.5))],
        "softmax": [
            ("softmax, batch", lambda f: f(scores.copy())),
            ("softmax, one sample", lambda f: f(scores[0].copy())),
            ("softmax, far", lambda f: f(scores[0] + 1000.0)),
            ("softmax, far batch", lambda f: f(scores + 1000.0)),
        ],
        "half_squared_error": [
            ("squared error, batch", lambda f: f(y.copy(), t.copy())),
            ("squared error, one sample", lambda f: f(y[0].copy(), t[0].copy())),
        ],
        "cross_entropy_error": [
            ("cross-entropy, one-hot", lambda f: f(y.copy(), t.copy())),
            ("cross-entropy, labels", lambda f: f(y.copy(), labels.copy())),
            ("cross-entropy, one sample", lambda f: f(y[0].copy(), t[0].copy())),
        ],
        "numerical_gradient": [("numerical gradient", lambda f: f(cubes, given["at"].copy()))],
        "AND": [("AND", gate)],
        "OR": [("OR", gate)],
        "NAND": [("NAND", gate)],
        "XOR": [("XOR", gate)],
    }


def check_net(
    answers: Answers, path: str, name: str, new: type, given: dict[str, np.ndarray]
) -> None:
    """Build a net, give it the probe's parameters, and ask it for everything it has."""
    x, t = given["net_x"], given["net_t"]
    params = {key: given[f"net_{key}"] for key in PARAMETERS}
    sizes = (*params["W1"].shape, params["W2"].shape[1])

    def build() -> object:
        try:
            return new(*sizes)
        except TypeError as error:
            with contextlib.suppress(TypeError):
                return new(input_size=sizes[0], hidden_size=sizes[1], output_size=sizes[2])
            raise error

    try:
        with time_limit(SECONDS_PER_CALL):
            net = build()
            _put(net, params)
    except BaseException as error:
        answers.write(kind="no net", subject=name, why=_short(error))
        return

    def far() -> object:
        _put(net, params | {"b2": params["b2"] + 1000.0})
        return net.predict(x.copy())

    def fresh(method: str, *arguments: np.ndarray) -> Callable[[], object]:
        def call() -> object:
            _put(net, params)
            copies = [argument.copy() for argument in arguments]
            value = getattr(net, method)(*copies)
            unchanged(answers, name, method, list(arguments), copies)
            return value

        return call

    if hasattr(net, "predict"):
        ask(answers, path, name, "predict", fresh("predict", x))
        ask(answers, path, name, "far", far)
    if hasattr(net, "loss"):
        ask(answers, path, name, "loss", fresh("loss", x, t))
        ask(answers, path, name, "loss, labels", fresh("loss", x, t.argmax(axis=1)))
    if hasattr(net, "accuracy"):
        ask(answers, path, name, "accuracy", fresh("accuracy", x, t))
    for method in ("gradient", "numerical_gradient"):
        if not hasattr(net, method):
            answers.write(kind="missing", subject=name, quantity=method)
            continue
        gradients = _gradients(answers, path, name, method, fresh(method, x, t))
        for key in PARAMETERS:
            if key in gradients:
                ask(answers, path, name, f"{method} {key}", lambda k=key, g=gradients: g[k])


def _gradients(
    answers: Answers, path: str, name: str, method: str, compute: Callable[[], object]
) -> dict[str, object]:
    """What a gradient method returns, by parameter name; a dict or four arrays."""
    held: list[object] = []

    def call() -> float:
        held.append(compute())
        if held[0] is None:
            raise ValueError("returned None")
        return 0.0

    ask(answers, path, name, method, call)
    value = held[0] if held else None
    if isinstance(value, dict):
        return {str(key).lstrip("dg_"): array for key, array in value.items()}
    if isinstance(value, list | tuple) and len(value) == len(PARAMETERS):
        return dict(zip(PARAMETERS, value, strict=True))
    return {}


def _put(net: object, params: dict[str, np.ndarray]) -> None:
    """Write parameters into a net's own arrays, which its layers may hold as well."""
    held = getattr(net, "params", None)
    for name, values in params.items():
        array = held[name] if isinstance(held, dict) else getattr(net, name)
        if array.shape == values.shape or (array.size == values.size and 1 in array.shape):
            array[...] = values.reshape(array.shape)
        else:
            raise ValueError(f"{name} has shape {array.shape}, not {values.shape}")


def is_net(value: object) -> bool:
    """Whether a class has the face of the book's nets."""
    wanted = ("predict", "loss", "gradient", "numerical_gradient")
    return isinstance(value, type) and sum(hasattr(value, name) for name in wanted) >= 2


def main(request_file: str, answers_file: str) -> None:
    """Answer one request."""
    request = json.loads(Path(request_file).read_text("utf-8"))
    given = dict(np.load(request["probes"]))
    answers = Answers(answers_file)
    path = request["path"]
    _limit(request["memory"])
    folder = str(Path(path).parent)
    os.chdir(folder)
    above = [str(parent) for parent in Path(folder).parents[:2]]
    here = [entry for entry in sys.path if entry not in ("", folder)]
    sys.path[:] = [folder, *here, *above]  # an editor runs files from the project's root
    sys.argv = [path]
    stand_ins = StandIns(Path(request["helpers"]))
    sys.meta_path.insert(0, NotNeeded(stand_ins))
    sys.meta_path.append(stand_ins)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    builtins.input = lambda *_: (_ for _ in ()).throw(EOFError("nobody answers here"))
    for name, kind in REMOVED.items():
        if name not in np.__dict__:
            setattr(np, name, kind)
    namespace = load(request["text"], path, answers)
    answers.write(kind="stood in", names=stand_ins.used)
    calls = function_calls(given)
    for name in request["functions"]:
        function = namespace.get(name)
        ours = request["functions"][name]
        if isinstance(function, types.FunctionType):
            for quantity, call in calls[ours]:
                watched = watch(answers, name, quantity, function)
                ask(answers, path, name, quantity, lambda c=call, f=watched: c(f))
    for name in request["classes"]:
        new = namespace.get(name)
        if is_net(new):
            check_net(answers, path, name, new, given)
    answers.write(kind="done")


def _limit(memory: int) -> None:
    """Keep the process from taking all memory, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
