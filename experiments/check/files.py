"""One file, or many: read, run apart, judged, explained."""

import ast
import difflib
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np

from experiments import subjects, words
from experiments.check.apart import Outcome, run_apart
from experiments.check.checked import GOES_BACK, GOES_FORTH, Checked
from experiments.check.explain import Explanation, explain
from experiments.check.finding import FINE, Assessment, Finding
from experiments.check.findings import findings_of
from experiments.check.inside import landlock
from experiments.check.inside.descending import with_slopes
from experiments.check.inside.loading import REMOVED
from experiments.check.judge import probes
from experiments.check.kept import say_once
from experiments.check.keras_program.explain import explain_program
from experiments.check.keras_program.judge import Judged, judge_program
from experiments.check.keras_program.program import KerasProgram, of_sessions, uses_keras
from experiments.check.keras_program.program import run as run_keras
from experiments.check.names import (
    Meant,
    also_meant,
    may_be_functions_of_a_net,
    nearly_known,
    with_others,
)
from experiments.check.processes import Processes
from experiments.check.source import Line, Source, SourceError, classes_of, read_source
from experiments.check.stops import stops
from experiments.words import Problem, Words

AT_ONCE = 2
"""Strangers' processes at the same time."""

NEIGHBOURS = 3
"""Lines between two statements that are not run and are told together."""

NOT_TOLD = (*FINE, Assessment.ONE_SAMPLE)
"""Verdicts that need not be told of what a file only imports."""

NOTHING_THERE, OF_A_FRAMEWORK = "check.source.nothing there", "check.source.framework"
"""What is said of plots and snippets, and of programs that leave the net to a framework."""

FRAMEWORKS = {"tensorflow", "keras", "torch", "tf", "chainer", "mxnet", "jax"}

SHOWING = {"numpy", "matplotlib", "PIL", *sys.stdlib_module_names}
"""What plots and snippets import."""

LOADING = re.compile(
    r"_?(load|down|read|convert|init_mnist|save|change|to_one_hot|get_data|(img_|filter_)?show|plot)"
)
"""What the functions of a file are called that only brings images in, or shows them."""

OF_OTHERS = ("venv", "env", "site-packages", "node_modules", "__pycache__")
"""Folders of a project in which nothing is its author's."""

SUFFIXES = (".py", ".ipynb")


def files_under(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and of folders all scripts and notebooks in them."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            found += sorted(
                p
                for p in inside
                if not any(q[0] == "." or q in OF_OTHERS for q in p.relative_to(path).parts)
            )
        else:
            found.append(path)
    return found


def check_files(
    paths: Sequence[Path],
    languages: Sequence[str] = ("en",),
    others: Mapping[str, str] | None = None,
    processes: Processes | None = None,
) -> Iterator[dict[str, Checked]]:
    """Check files one after the other, their processes a few at a time.

    Args:
        paths: scripts and notebooks.
        languages: of the explanations.
        others: the book's names by other names (`--map`).
        processes: that run them, if there are some already.

    Yields:
        What became of a file, by language.

    Raises:
        Problem: if no file defines one of the other names.
    """
    known = with_others(others or {})
    # here: Python 3.11 parses in one thread only
    sources = [_read(path, known) for path in paths]
    read = [source.defined for source in sources if isinstance(source, Source)]
    nowhere = [name for name in others or () if not any(name in defined for defined in read)]
    if read and nowhere:
        raise Problem("error.map of nothing", names=", ".join(nowhere))
    if not landlock.version():
        say_once("check.no landlock")
    own = nullcontext(processes) if processes else Processes()
    with ThreadPoolExecutor(AT_ONCE) as pool, own as running:
        if any(isinstance(source, Source) and uses_keras(source) for source in sources):
            pool.submit(import_module, "keras_ref.runtime")  # while the first ones are running
        outcomes = pool.map(partial(_outcome, running, known), sources)
        for path, source, outcome in zip(paths, sources, outcomes, strict=True):
            try:
                told = list(_told(path, source, outcome, languages))
            except ImportError:  # a package of ours is not what it should be: so it is for all
                raise
            except Exception as error:  # ours: the other files' answers are not lost for it
                why = _place_of(error)
                told = [Checked(path, error=words.of(language)("check.fault", why=why),
                                language=language) for language in languages]  # fmt: skip
            yield dict(zip(languages, told, strict=True))


def _outcome(
    running: Processes, known: Meant, source: Source | Problem
) -> tuple[Outcome, KerasProgram | None] | Problem:
    """What a file gave when it was run, and when it was run with its trainings stood in for."""
    if isinstance(source, Problem):
        return source
    meant = {**known, **also_meant(source, known)}
    try:
        outcome = run_apart(running, source, meant, classes_of(source), probes())
        return outcome, run_keras(running, source) if uses_keras(source) else of_sessions(source)
    except Problem as problem:
        return problem
    except OSError as error:  # as a full disk
        return Problem(
            "check.why.no room", folder=tempfile.gettempdir(), why=error.strerror or error
        )
    except Exception as error:  # ours: the other files' answers are not lost for it
        return Problem("check.fault", why=_place_of(error))


def _place_of(error: Exception) -> str:
    """An error of this program, and where it was raised."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"


def _told(
    path: Path,
    source: Source | Problem,
    run: tuple[Outcome, KerasProgram | None] | Problem,
    languages: Sequence[str],
) -> Iterator[Checked]:
    """What became of a file, in one language after the other."""
    if isinstance(run, Problem):
        for language in languages:
            yield Checked(
                path,
                error=run.told(words.of(language)),
                has_nothing=run.key in (NOTHING_THERE, OF_A_FRAMEWORK),
                language=language,
            )
    elif isinstance(source, Source):
        outcome, program = run
        outcome, findings, open_loops = findings_of(outcome, source)
        keras = (program, list(judge_program(program))) if program else None
        for language in languages:
            yield _checked(source, outcome, keras, findings, open_loops, words.of(language))


def _read(path: Path, known: Meant) -> Source | Problem:
    """The file, or why nothing in it can be checked."""
    try:
        source = read_source(path)
    except SourceError as error:
        return error
    except OSError as error:
        return Problem("check.source.unreadable", path=path, why=error.strerror)
    meant = {**known, **also_meant(source, known)}
    if meant.keys() & source.defined.keys():
        return source
    if classes_of(source):
        return source if _computes(source) else Problem(NOTHING_THERE, file=path.name)
    loops = any(isinstance(node, ast.For | ast.While) for node in ast.walk(source.tree))
    known_by_role = may_be_functions_of_a_net(source) or with_slopes(source.defined)
    if loops or known_by_role or uses_keras(source) or of_sessions(source):
        return source
    if _uses_a_framework(source):
        return Problem(OF_A_FRAMEWORK, file=path.name)
    if not source.defined and _only_shows(source):
        return Problem(NOTHING_THERE, file=path.name)
    if not _imported(source) <= SHOWING:  # it may train or test what it imports
        return source
    options = [f"--map {theirs}={book}" for theirs, book in nearly_known(source).items()]
    hint = Problem("check.source.meant", options=" ".join(options)) if options else ""
    return Problem("check.source.nothing known", file=path.name, hint=hint)


def _only_shows(source: Source) -> bool:
    """Whether a file that defines nothing only computes and plots.

    It imports nothing of its own or of a framework, and changes nothing in a loop.
    """
    return _imported(source) <= SHOWING and not _changes_in_a_loop(source)


def _changes_in_a_loop(source: Source) -> bool:
    loops = (node for node in ast.walk(source.tree) if isinstance(node, ast.For | ast.While))
    inside = (inner for loop in loops for inner in ast.walk(loop))
    return any(isinstance(inner, ast.AugAssign) for inner in inside)


COMPUTING = (ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
"""Signs that texts have no use for."""


def _computes(source: Source) -> bool:
    """Whether a file does anything that may be a computation: it calculates, or imports."""
    signs = (node.op for node in ast.walk(source.tree) if isinstance(node, ast.BinOp))
    return bool(_imported(source)) or any(isinstance(sign, COMPUTING) for sign in signs)


def _imported(source: Source) -> set[str]:
    """The packages that a file imports."""
    return {name.partition(".")[0] for name in _imported_names(source)}


def _uses_a_framework(source: Source) -> bool:
    """Whether a file has more of a framework than its data sets."""
    return any(
        name.partition(".")[0] in FRAMEWORKS and not re.search(r"\.(datasets|utils)\b", name)
        for name in _imported_names(source)
    )


def _imported_names(source: Source) -> Iterator[str]:
    """All that a file imports, with the modules it is from."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def _removed_names(source: Source, say: Words) -> tuple[tuple[str, str], ...]:
    """np.int and its like: (name, place) of the first use of each."""
    found: dict[str, str] = {}
    for number, line in enumerate(source.text.split("\n"), 1):
        for name in re.findall(r"\bnp\.(int|float|object|str)\b", line.partition("#")[0]):
            found.setdefault(f"np.{name}", source.place(number).told(say))
    return tuple(found.items())


def _misspelt(source: Source, say: Words) -> tuple[tuple[str, str, str], ...]:
    """NumPy names that there are not, with the place and what may be meant."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        name = node.attr
        if node.value.id not in ("np", "numpy") or hasattr(np, name) or name in REMOVED:
            continue
        near = difflib.get_close_matches(name, dir(np), n=1, cutoff=0.8)
        if near:
            place = source.place(node.lineno).told(say)
            found.setdefault(f"{node.value.id}.{name}", (place, f"{node.value.id}.{near[0]}"))
    return tuple((name, *rest) for name, rest in found.items())


def _skipped(source: Source, outcome: Outcome, say: Words) -> Iterator[tuple[str, str]]:
    """Where top-level code was not run, and why; neighbours together."""
    runs: list[tuple[int, int, str]] = []
    for first, last, problem in outcome.skipped:
        why = problem.told(say)
        if runs and runs[-1][2] == why and first - runs[-1][1] <= NEIGHBOURS:
            runs[-1] = (runs[-1][0], last, why)
        else:
            runs.append((first, last, why))
    for first, last, why in runs:
        start, end = (source.place(line).told(say) for line in (first, last))
        yield start if first == last else f"{start} – {end}", why


def _explained(
    findings: Sequence[Finding], source: Source, outcome: Outcome, say: Words
) -> Iterator[Explanation]:
    """All findings of the file itself, and what is wrong in what it uses of other files."""
    own = source.path.resolve()
    mentioned = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    for finding in findings:
        found = outcome.subjects.get(finding.subject)
        if found is None or found.file == own:
            yield explain(finding, source, say)
        elif finding.verdict not in NOT_TOLD and finding.subject in mentioned:
            name = os.path.relpath(found.file, own.parent)
            try:
                other = read_source(found.file)
            except (SourceError, OSError):  # imported without its text
                other = Source(found.file, "", (Line(0),))
            places = tuple(replace(place, file=name) for place in other.places)
            yield explain(finding, replace(other, places=places), say, name)


def _checked(
    source: Source,
    outcome: Outcome,
    keras: tuple[KerasProgram, Sequence[Judged]] | None,
    findings: Sequence[Finding],
    loops: Sequence[int],
    say: Words,
) -> Checked:
    explanations = tuple(_explained(findings, source, outcome, say))
    program = keras[0] if keras else None
    if keras and program:
        explanations += tuple(explain_program(program, keras[1], source, say))
        outcome = replace(outcome, skipped=program.skipped, stood_in=(), put_in=())
    used = {name for finding in findings for name in finding.uses}
    asked = used | {f.subject for f in findings if f.verdict is not Assessment.FAILED}
    not_checked = {n: why.told(say) for n, why in outcome.not_checked.items() if n not in asked}
    early = outcome.stopped or (program.stopped if program else None)
    stopped = early.told(say) if early else ""
    itself = () if program and explanations else _itself(source, outcome, say)
    error, is_nothing = "", False
    if not explanations:
        unbuilt = "; ".join(f"{name}: {why}" for name, why in not_checked.items())
        fails = say("check.aside.stops", a=itself[0], b=itself[1]) if itself else ""
        none, is_nothing = _of_nothing(source, outcome, program is not None, bool(loops), say)
        error = stopped or fails or unbuilt or none
    changed = (
        name if name in outcome.subjects else f"{name}.{method}" for name, method in outcome.changed
    )
    nearly = nearly_known(source).items()
    told = {e.subject for e in explanations} | not_checked.keys() | outcome.subjects.keys()
    told |= used
    told |= {name for names in outcome.helpers.values() for name in names}
    told |= {name.partition(".")[0] for name in outcome.subjects}
    unasked = tuple(n for n in source.defined if "." not in n and n not in told)
    return Checked(
        source.path,
        explanations,
        skipped=() if itself else tuple(_skipped(source, outcome, say)),
        missing=tuple(f"{name}.{method}" for name, method in outcome.missing),
        changed=tuple(dict.fromkeys(changed)),
        nearly=tuple(f"--map {t}={b}" for t, b in nearly if t not in outcome.subjects),
        not_found=outcome.stood_in,
        put_in=outcome.put_in,
        misspelt=_misspelt(source, say),
        removed=_removed_names(source, say),
        not_checked=tuple(not_checked.items()),
        unasked=() if is_nothing else unasked,
        loops=tuple((source.called(n), source.place(n).told(say)) for n in loops),
        goes_back=_has_to_be_asked(source, {*unasked, *not_checked}, findings),
        stops=itself,
        stopped=stopped,
        error=error,
        has_nothing=is_nothing and not stopped and not itself,
        language=say.language,
    )


def _of_nothing(
    source: Source, outcome: Outcome, is_keras: bool, has_loops: bool, say: Words
) -> tuple[str, bool]:
    """What is said of a file in which nothing was found, and whether there is nothing to find.

    Args:
        source: the file.
        outcome: of its run.
        is_keras: whether it is a Keras program.
        has_loops: whether it has loops of which it is not known what they train.
        say: the words of the language.
    """
    own = {name for name in source.defined if "." not in name}
    if own and all(map(LOADING.match, own)):
        return say("check.source.loader"), True
    if is_keras or (_uses_a_framework(source) and not _has_to_be_asked(source, own, ())):
        return say(OF_A_FRAMEWORK, file=source.path.name), True
    if own or has_loops or outcome.skipped or outcome.stood_in or _changes_in_a_loop(source):
        return say("check.source.nothing loaded"), False
    return say(NOTHING_THERE, file=source.path.name), True


def _itself(source: Source, outcome: Outcome, say: Words) -> tuple[str, ...]:
    """Where and how the program itself fails; empty if it does not.

    Not to be asked of a Keras program whose model is known: what stands in for `fit` lacks much.
    """
    failed = None if outcome.stood_in or outcome.put_in else stops(source, outcome.skipped)
    return (source.place(failed[0]).told(say), failed[1].told(say)) if failed else ()


def _has_to_be_asked(source: Source, unsaid: set[str], findings: Sequence[Finding]) -> bool:
    """Whether something goes back of which nothing is said, or forth in a file without a net."""
    no_nets = all(finding.about in subjects.load() for finding in findings)
    return any(
        GOES_BACK.search(name.rpartition(".")[2]) or (name in GOES_FORTH and no_nets)
        for name in source.defined
        if name.partition(".")[0] in unsaid
    )
