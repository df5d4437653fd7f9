"""Runs in a process of its own: loads a stranger's file and writes down what its code computes.

Started as `python -m experiments.check.inside.worker REQUEST ANSWERS`. Knows nothing of the judge.
"""

import contextlib
import difflib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from experiments import subjects
from experiments.check.inside.faces import is_net
from experiments.check.inside.functions_net import Functions
from experiments.check.inside.loading import SECONDS_PER_CALL, installed, load, time_limit
from experiments.check.inside.nets import check_net
from experiments.check.inside.other_nets import ask_for_own_slopes
from experiments.check.inside.protocol import HELPED, SWAPPED, Answers, ask, watch
from experiments.check.inside.surroundings import enter
from experiments.subjects.subject import Given, Subject

GATES = ("AND", "OR", "NAND", "XOR")
"""Functions that may be objects which are called."""

WAY_BACK = ("backward", "dx", "dy", "dW", "db", "dgamma", "dbeta", "dropped")
"""How the names of quantities end for which a layer has to go back."""


def get_ready() -> None:
    """Import what is otherwise imported where a file needs it."""
    for name in ("helpers", "programs", "running", "stepping", "training"):
        import_module(f"{__package__}.{name}")
    subjects.load()


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
    training, helpers = _needed_early(request["text"], meant, request["lacking"])
    programs = import_module("experiments.check.inside.programs")
    path = request["path"]
    stand_ins = enter(request)
    lacking = helpers.put_in(request["lacking"]) if helpers else {}
    if lacking:
        answers.write(kind="put in", names=list(lacking))
    asking = _Asking(answers, request, meant, given, training, helpers)
    namespace = load(
        request["text"], path, lacking, answers.write, request["hanging"], asking.before_again
    )
    answers.write(kind="stood in", names=stand_ins.used)
    asking.ask_all(namespace)
    classes = [name for name in request["classes"] if name not in asking.nets]
    hanging = request["hanging"]
    programs.check_program(answers, request["text"], path, lacking, given, hanging, classes)
    answers.write(kind="stood in", names=stand_ins.used)
    answers.write(kind="done")


def _needed_early(
    text: str, meant: Mapping[str, tuple[Subject, ...]], lacking: Sequence[str]
) -> tuple[ModuleType | None, ModuleType | None]:
    """What asks training loops, and callers of helpers, if a file may have any.

    It is imported before the file is loaded, which may have the name of one of ours.
    """
    has_training = any(of[0].is_training for name, of in meant.items() if name in text)
    has_callers = lacking or any(m in text for m in ("class ", "XOR", "gradient_descent"))
    room = "experiments.check.inside"
    return (
        import_module(f"{room}.training") if has_training else None,
        import_module(f"{room}.helpers") if has_callers else None,
    )


class _Asking:
    """Asks everything that is known of a file; what calls helpers once more with right ones.

    Args:
        answers: where to.
        request: what the worker was asked for.
        meant: what may be meant by the file's names.
        given: inputs.
        training: `inside.training`, if the file may have a training loop.
        helpers: `inside.helpers`, if it may have callers of helpers.

    Attributes:
        nets: names of the classes that could be asked as nets of one hidden layer.
    """

    def __init__(
        self,
        answers: Answers,
        request: dict,
        meant: Mapping[str, tuple[Subject, ...]],
        given: dict[str, np.ndarray],
        training: ModuleType | None,
        helpers: ModuleType | None,
    ) -> None:
        self._answers, self._request, self._given = answers, request, given
        self._meant, self._training, self._helpers = meant, training, helpers
        self._asked: list[object] = []
        self.nets: set[str] = set()

    def before_again(self, namespace: dict, name: str, line: int) -> None:
        """Ask what is there already, before one of it is defined anew: others may call it."""
        self._ask_known(namespace, {name: f"{name}:{line}"})

    def ask_all(self, namespace: dict) -> None:
        """Ask everything that a whole file defines."""
        about = self._ask_known(namespace, {})
        answers, given, path = self._answers, self._given, self._request["path"]
        with contextlib.suppress(LookupError):
            first, *others = Functions(namespace, given).names
            answers.write(kind="helpers", subject=first, names=others)
            check_net(
                answers, path, first, lambda *sizes: Functions(namespace, given, sizes[-1]), given
            )
        for name in (*self._request["classes"], *self._nets_to_test(namespace)):
            new = namespace.get(name)
            if isinstance(new, type) and is_net(new) and name not in about:
                again: Callable = partial(check_net, answers, path, new=new, given=given)
                if again(name):
                    self.nets.add(name)
                else:
                    again = partial(ask_for_own_slopes, answers, path, new=new)
                    again(name)
                self._with_right_helpers(name, new, about, namespace, again)

    def _nets_to_test(self, namespace: dict) -> list[str]:
        """Nets of other files whose gradients the file tests by differences."""
        if "numerical_gradient(" not in self._request["text"]:
            return []
        own = self._request["classes"]
        return [n for n, value in namespace.items() if is_net(value) and n not in own]

    def _ask_known(self, namespace: dict, called: Mapping[str, str]) -> dict[str, str]:
        """Ask known functions and layers that were not asked yet.

        Args:
            namespace: of the file.
            called: other names for some of them.

        Returns:
            Our names of all that are known, by the file's.
        """
        answers = self._answers
        found = list(known(namespace, self._meant, self._request["path"], self._request["helpers"]))
        about = {name: subject.name for name, subject, _, _ in found}
        for own_name, subject, thing, file in found:
            if any(thing is asked for asked in self._asked):
                continue
            self._asked.append(thing)
            name = called.get(own_name, own_name)
            answers.write(kind="subject", subject=name, about=subject.name, file=file)
            if subject.is_training:
                module = self._training or import_module("experiments.check.inside.training")
                module.check_training(answers, file, name, thing, self._given)
                continue
            questions = partial(ask_questions, answers, file, subject, self._given)
            questions(thing, name)
            if subject.targets_may_come_first:
                questions(partial(swapped, thing), SWAPPED + name)
            again = partial(questions, thing)
            self._with_right_helpers(name, thing, about, namespace, again)
        return about

    def _with_right_helpers(
        self,
        name: str,
        thing: type | Callable,
        about: Mapping[str, str],
        namespace: dict,
        again: Callable[[str], object],
    ) -> None:
        helpers = self._helpers
        if helpers and (used := helpers.helpers_of(thing, about, namespace)):
            self._answers.write(kind="helpers", subject=name, names=used)
            with helpers.right_ones(used, about, namespace):
                again(HELPED + name)


def swapped(function: Callable, first: object, second: object) -> object:
    """A function of two arguments, given the other way round."""
    return function(second, first)


def ask_questions(
    answers: Answers, file: str, subject: Subject, given: Given, thing: Callable, name: str
) -> None:
    """All that is asked of a function or layer, written down under a name.

    A layer that has no way back, under no name like that, is asked for its way forth only.
    """
    questions = subject.questions(given)
    if subject.is_class and not difflib.get_close_matches("backward", dir(thing), cutoff=0.75):
        of_the_way_back = {name for name in questions if name.split()[-1] in WAY_BACK}
        questions = {name: ask for name, ask in questions.items() if name not in of_the_way_back}
        if of_the_way_back:
            answers.write(kind="missing", subject=name, quantity="backward")
    for quantity, question in questions.items():
        watched = thing
        if inspect.isroutine(thing) and not subject.changes_its_argument:
            watched = watch(answers, name, quantity, thing)
        ask(answers, file, name, quantity, partial(question, watched))


def known(
    namespace: dict, meant: Mapping[str, tuple[Subject, ...]], path: str, helpers: str
) -> Iterator[tuple[str, Subject, Callable, str]]:
    """What is known of a namespace: name, subject, the thing itself, and the file it is from.

    Functions and layers of the file itself, and those that it imports from files beside it.
    """
    held: dict[str, object] = {}
    methods = {name: made for name in meant if (made := _method(namespace, name, held))}
    own = {name: namespace[name] for name in namespace if name in meant}  # in the file's order
    for name, thing in (own | methods).items():
        possible = meant[name]
        is_gate = possible[0].name in GATES and callable(thing) and not inspect.isclass(thing)
        is_function = inspect.isroutine(thing) or is_gate  # a gate may be an object that is called
        if not (inspect.isclass(thing) if possible[0].is_class else is_function):
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


def _method(namespace: dict, name: str, held: dict[str, object]) -> Callable | None:
    """A method by the names of its class and itself, of an object that is made of nothing.

    Args:
        namespace: of the file.
        name: as "Class.method".
        held: the objects by their class's name, those that are made here among them.
    """
    kind, _, own = name.rpartition(".")
    of = namespace.get(kind)
    if not isinstance(of, type) or own not in vars(of):
        return None
    if kind not in held:
        held[kind] = object.__new__(of)
        with contextlib.suppress(BaseException), time_limit(SECONDS_PER_CALL):
            held[kind] = of()
    found = inspect.getattr_static(of, own)
    bound = found.__get__(held[kind], of) if hasattr(found, "__get__") else None
    return bound if inspect.isroutine(bound) else None


if __name__ == "__main__":
    main(*sys.argv[1:])
