"""Runs in a process of its own: loads a stranger's file and writes down what its code computes.

Started as `python -m experiments.check.inside.worker REQUEST ANSWERS`. Knows nothing of the judge.
"""

import builtins
import contextlib
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from experiments import subjects
from experiments.check.inside.faces import PARAMETERS, Functions, is_net
from experiments.check.inside.loading import (
    REMOVED,
    NotNeeded,
    StandIns,
    installed,
    keep_files_as_they_are,
    load,
)
from experiments.check.inside.nets import check_net
from experiments.check.inside.protocol import HELPED, SWAPPED, Answers, ask, watch
from experiments.subjects.subject import Given, Subject


def main(request_file: str, answers_file: str) -> None:
    """Answer one request."""
    request = json.loads(Path(request_file).read_text("utf-8"))
    given = dict(np.load(request["probes"]))
    answers = Answers(answers_file)
    by_name = subjects.load()  # now: a file to be checked may have the name of one of ours
    meant = {
        name: tuple(by_name[ours] for ours in possible)
        for name, possible in request["known"].items()
    }
    training, helpers = _needed_early(request["text"], meant)
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
    builtins.input = lambda *_: (_ for _ in ()).throw(EOFError)
    for name, kind in REMOVED.items():
        if name not in np.__dict__:
            setattr(np, name, kind)
    keep_files_as_they_are(Path(request["scratch"]).resolve())
    namespace = load(request["text"], path, answers.write, request["hanging"])
    answers.write(kind="stood in", names=stand_ins.used)
    _ask_all(answers, request, namespace, meant, given, training, helpers)
    answers.write(kind="done")


def _needed_early(
    text: str, meant: Mapping[str, tuple[Subject, ...]]
) -> tuple[ModuleType | None, ModuleType | None]:
    """What asks training loops, and callers of helpers, if a file may have any.

    It is imported before the file is loaded, which may have the name of one of ours.
    """
    has_training = any(of[0].is_training for name, of in meant.items() if name in text)
    has_callers = any(mark in text for mark in ("class ", "XOR", "gradient_descent"))
    room = "experiments.check.inside"
    return (
        import_module(f"{room}.training") if has_training else None,
        import_module(f"{room}.helpers") if has_callers else None,
    )


def _ask_all(
    answers: Answers,
    request: dict,
    namespace: dict,
    meant: Mapping[str, tuple[Subject, ...]],
    given: dict[str, np.ndarray],
    training: ModuleType | None,
    helpers: ModuleType | None,
) -> None:
    """Ask everything that is known of a loaded file; what calls helpers once more with right ones.

    Args:
        answers: where to.
        request: what the worker was asked for.
        namespace: of the file.
        meant: what may be meant by its names.
        given: inputs.
        training: `inside.training`, if the file may have a training loop.
        helpers: `inside.helpers`, if it may have such callers.
    """
    path = request["path"]
    found = list(known(namespace, meant, path, request["helpers"]))
    about = {name: subject.name for name, subject, _, _ in found}

    def with_right_helpers(name: str, thing: type | Callable, again: Callable[[str], None]) -> None:
        if helpers and (used := helpers.helpers_of(thing, about, namespace)):
            answers.write(kind="helpers", subject=name, names=used)
            with helpers.right_ones(used, about, namespace):
                again(HELPED + name)

    for name, subject, thing, file in found:
        answers.write(kind="subject", subject=name, about=subject.name, file=file)
        if subject.is_training:
            module = training or import_module("experiments.check.inside.training")  # by a star
            module.check_training(answers, file, name, thing, given)
            continue
        questions = partial(ask_questions, answers, file, subject, given)
        questions(thing, name)
        if subject.targets_may_come_first:
            questions(partial(swapped, thing), SWAPPED + name)
        with_right_helpers(name, thing, partial(questions, thing))
    probe = {name: given[f"net_{name}"] for name in PARAMETERS}
    with contextlib.suppress(LookupError):
        first, *others = Functions(namespace, probe).names
        answers.write(kind="helpers", subject=first, names=others)
        check_net(answers, path, first, lambda *_: Functions(namespace, probe), given)
    for name in request["classes"]:
        new = namespace.get(name)
        if isinstance(new, type) and is_net(new) and name not in about:
            check_net(answers, path, name, new, given)
            again = partial(check_net, answers, path, new=new, given=given)
            with_right_helpers(name, new, again)


def swapped(function: Callable, first: object, second: object) -> object:
    """A function of two arguments, given the other way round."""
    return function(second, first)


def ask_questions(
    answers: Answers, file: str, subject: Subject, given: Given, thing: Callable, name: str
) -> None:
    """All that is asked of a function or layer, written down under a name."""
    for quantity, question in subject.questions(given).items():
        watched = thing
        if inspect.isfunction(thing) and not subject.changes_its_argument:
            watched = watch(answers, name, quantity, thing)
        ask(answers, file, name, quantity, partial(question, watched))


def known(
    namespace: dict, meant: Mapping[str, tuple[Subject, ...]], path: str, helpers: str
) -> Iterator[tuple[str, Subject, Callable, str]]:
    """What is known of a namespace: name, subject, the thing itself, and the file it is from.

    Functions and layers of the file itself, and those that it imports from files beside it.
    """
    for name in [name for name in namespace if name in meant]:  # in the order of the file
        possible, thing = meant[name], namespace[name]
        if not (inspect.isclass(thing) if possible[0].is_class else inspect.isfunction(thing)):
            continue
        module = sys.modules.get(thing.__module__)
        file = path if thing.__module__ == "checked" else getattr(module, "__file__", None)
        if file is None or file.startswith(helpers) or installed(file):
            continue
        subject = possible[0]
        if len(possible) > 1:
            count = len(inspect.signature(thing).parameters)
            subject = next((s for s in possible if s.arguments == count), subject)
        yield name, subject, thing, file


def _limit(memory: int) -> None:
    """Keep the process from taking all memory, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
