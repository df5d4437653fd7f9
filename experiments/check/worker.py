"""Runs in a process of its own: loads a stranger's file and writes down what its code computes.

Started as `python -m experiments.check.worker REQUEST ANSWERS`. Knows nothing of the judge.
"""

import builtins
import inspect
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from experiments.check.calls import LAYERS, check_net, function_calls, is_net
from experiments.check.loading import (
    REMOVED,
    NotNeeded,
    StandIns,
    installed,
    keep_files_as_they_are,
    load,
)
from experiments.check.protocol import Answers, ask, watch
from experiments.check.training import check_training

CHANGING = ("gradient_descent",)
"""Functions that move what they are given in the book as well."""


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
    keep_files_as_they_are(Path(request["scratch"]).resolve())
    namespace = load(request["text"], path, answers.write, request["hanging"])
    answers.write(kind="stood in", names=stand_ins.used)
    calls = function_calls(given)
    for name, about, thing, file in known(namespace, request["known"], path, request["helpers"]):
        answers.write(kind="subject", subject=name, about=about, file=file)
        if about == "train":
            check_training(answers, file, name, thing, given)
            continue
        for quantity, call in calls[about]:
            watched = thing
            if inspect.isfunction(thing) and about not in CHANGING:
                watched = watch(answers, name, quantity, thing)
            ask(answers, file, name, quantity, lambda c=call, f=watched: c(f))
    for name in request["classes"]:
        new = namespace.get(name)
        if is_net(new):
            check_net(answers, path, name, new, given)
    answers.write(kind="done")


def known(
    namespace: Mapping[str, object], names: Mapping[str, str], path: str, helpers: str
) -> Iterator[tuple[str, str, object, str]]:
    """What is known of a namespace: name, our name, the thing itself, and the file it is from.

    Functions and layers of the file itself, and those that it imports from files beside it.
    """
    for name, about in names.items():
        thing = namespace.get(name)
        if not (inspect.isclass(thing) if about in LAYERS else inspect.isfunction(thing)):
            continue
        module = sys.modules.get(thing.__module__)
        file = path if thing.__module__ == "checked" else getattr(module, "__file__", None)
        if file is None or file.startswith(helpers) or installed(file):
            continue
        if about == "unit_output" and len(inspect.signature(thing).parameters) == 3:
            about = "net_output"
        yield name, about, thing, file


def _limit(memory: int) -> None:
    """Keep the process from taking all memory, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
