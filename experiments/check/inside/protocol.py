"""Writes down what a stranger's code answers, one line of JSON each.

Every answer is written at once, so that what was found before a hang or a crash is not lost.
"""

import base64
import difflib
import inspect
import json
import re
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import TracebackType

import numpy as np

from experiments.check.inside.loading import SECONDS_PER_CALL, NotLoaded, TimeoutInCall, time_limit
from experiments.words import Problem

SWAPPED, HELPED = "swapped: ", "helped: "
"""Before the name of a function or class that was asked again: with its two arguments the other way
round; with right helpers in place of those of its file."""

GIVEN_X, GIVEN_T = "x_given", "t_given"
GIVEN_RATE, GIVEN_SLOPES = "rate_given", "slopes_given"
"""The inputs and targets that a check gives to what it calls by role; the rate by which it takes
off gradients that a net gives it; what is there if these are the slopes of the net's loss."""

OWN_LOSS, OWN_RATE = "loss_given", "own_rate"
"""What a net says that its loss is; by which rate it makes its own steps."""

LARGEST = 1_000_000
"""Elements of an array that is still written down."""


class Answers:
    """The file of answers, one line of JSON each."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (open to the end)

    def write(self, **answer: object) -> None:
        """Write one answer down at once; an error in it as a key of the words and values."""
        self._file.write(json.dumps(answer, default=why) + "\n")
        self._file.flush()


def _text_of(error: BaseException) -> str:
    """What an error says; nothing if it cannot be asked."""
    try:
        return str(error)
    except Exception:
        return ""


def why(error: BaseException, key: str = "") -> dict:
    """An error as the key of a sentence and what that is filled with.

    Args:
        error: what was raised.
        key: of a sentence that the error's own is put into.
    """
    if isinstance(error, TimeoutInCall):
        said = {"key": "check.why.long", "values": {"seconds": round(*error.args)}}
    elif isinstance(error, Problem):
        said = {"key": error.key, "values": {n: str(v) for n, v in error.values.items()}}
    else:
        near: list[str] = []
        if isinstance(error, AttributeError) and error.name and error.obj is not None:
            near = difflib.get_close_matches(error.name, dir(error.obj), n=1, cutoff=0.75)
        elif isinstance(error, NameError) and error.name and error.__traceback__:
            near = _named_nearly(error.name, error.__traceback__)
        text = _text_of(error).replace("'NotLoaded'", "something that was not found")
        raised = f"{type(error).__name__}: {text}"[:300]
        if called := _class_called(error):
            name, function = called
            values = {"error": raised, "name": name, "function": function}
            return {"key": "check.why.class called", "values": values}
        said = {"key": "check.why.raised", "values": {"error": raised}}
        if near:
            said = {"key": "check.why.misspelt", "values": {"error": raised, "near": near[0]}}
    return {"key": key, "values": {"why": said}} if key else said


def raised_here(error: BaseException) -> bool:
    """Whether an error comes from what stands in for something, and not from a stranger's code."""
    if isinstance(error, TimeoutInCall | Problem | OSError) or not error.__traceback__:
        return False
    file = _last(error.__traceback__).tb_frame.f_code.co_filename
    return Path(file).is_relative_to(Path(__file__).parents[2])


def _class_called(error: BaseException) -> tuple[str, str] | None:
    """A class that was called like the function of its name in small letters, and that function."""
    found = re.match(r"(\w+)(\.__init__)?\(\) takes ", _text_of(error))
    if not (isinstance(error, TypeError) and found and error.__traceback__):
        return None
    known = _last(error.__traceback__).tb_frame.f_globals
    kind, function = found[1], known.get(found[1].lower())
    is_so = inspect.isclass(known.get(kind)) and inspect.isfunction(function)
    return (kind, kind.lower()) if is_so else None


def _last(trace: TracebackType) -> TracebackType:
    while trace.tb_next:
        trace = trace.tb_next
    return trace


def _named_nearly(name: str, trace: TracebackType) -> list[str]:
    """The name that may have been meant, of those that are known where it was read."""
    trace = _last(trace)
    known = {**trace.tb_frame.f_globals, **trace.tb_frame.f_locals}
    by_small = {n.lower(): n for n in known if not n.startswith("__")}
    near = difflib.get_close_matches(name.lower(), by_small, n=1, cutoff=0.75)
    return [by_small[one] for one in near]


IN_A_STAND_IN = "check.why.stand-in"
"""How it is told that an error is none of the stranger's own."""

OTHER_ARGUMENTS = "check.why.other arguments"
"""Why what cannot be called as the book calls it gives nothing."""

ARGUMENTS = re.compile(r"\(\) (takes|missing|got an unexpected)")


def encode(value: object) -> dict:
    """A number or array as JSON can hold it.

    Raises:
        Problem: if it is neither, or too large.
    """
    if isinstance(value, NotLoaded):
        raise Problem("check.why.not found", name=value.__name__)
    array = np.asarray(value)
    if array.dtype == object and any(element is None for element in array.ravel()):
        raise Problem("check.why.none")
    if array.dtype == bool:
        array = array.astype(int)
    if array.dtype.kind not in "iuf":
        raise Problem("check.why.no numbers", type=type(value).__name__)
    if array.size > LARGEST:
        raise Problem("check.why.large", shape=array.shape)
    array = np.ascontiguousarray(array, dtype=float)
    data = base64.b64encode(array.tobytes()).decode()
    dtype = np.asarray(value).dtype.name
    return {"shape": list(np.asarray(value).shape), "dtype": dtype, "data": data}


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
        if isinstance(error, TypeError) and not own and ARGUMENTS.search(str(error)):
            error = Problem(OTHER_ARGUMENTS, error=str(error))
        answers.write(
            kind="failed",
            subject=subject,
            quantity=quantity,
            why=error,
            line=own[-1].lineno if own else None,
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

    @wraps(function)
    def call(*arguments: object) -> object:
        arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
        before = [array.copy() for array in arrays]
        value = function(*arguments)
        unchanged(answers, subject, quantity, before, arrays)
        return value

    return call
