"""The command line: `twins list | run | report | faults | check | bench`."""

import argparse
import difflib
import json
import logging
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from experiments.legible import make_output_legible

OK, DISAGREED, USAGE, ENVIRONMENT, FAULT, INTERRUPTED = 0, 1, 2, 3, 70, 130

EPILOG = """exit codes: 0 nothing failed, 1 a comparison failed or a printed figure is contradicted,
2 wrong usage, 3 data or environment cannot be used, 70 a fault of this program, 130 interrupted"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="twins",
        description="Nets from scratch and their tf.keras twins, trained side by side and held "
        "against each other and against the printed results of the sources.",
        epilog=EPILOG,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about, epilog=EPILOG)

    listing = add("list", "List the experiments.")
    run = add("run", "Train, compare, judge, and write the report.")
    report = add("report", "Write the report again from results.json, without training.")
    faults = add("faults", "Inject every known fault, and show that the comparisons catch it.")

    bench = add("bench", "Time the loops here beside what one would use instead (ten minutes).")
    bench.add_argument(
        "--steps", type=_positive, default=1200, help="updates of a training (default: 1200)"
    )
    bench.add_argument(
        "--rounds", type=_positive, default=3, help="times that each trains (default: 3)"
    )
    check = add("check", "Check your own file against Keras: what is wrong in it, and why.")

    check.description += (
        " The file is executed, in a process of its own, with limits of time and memory; only what "
        "it defines is run, and nothing of it is changed."
    )
    check.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="scripts, notebooks, or folders of them"
    )
    check.add_argument(
        "--lang", choices=("en", "ko"), help="of the explanations (default: as the locale says)"
    )
    check.add_argument(
        "--out", type=Path, metavar="FILE.html", help="write a page with the evidence as well"
    )
    check.add_argument(
        "--csv", type=Path, metavar="FILE.csv", help="write a table as well, one row per finding"
    )
    check.add_argument(
        "--map",
        action="append",
        default=[],
        type=_renamed,
        metavar="THEIRS=BOOK",
        help="a function's name in the file and the book's name of it, as softmax2=softmax",
    )
    run.add_argument(
        "experiments", nargs="*", metavar="EXPERIMENT", help="which ones (default: all)"
    )
    run.add_argument(
        "--seed", type=_seed, help="instead of each training's own (default: the source's, or 0)"
    )
    run.add_argument(
        "--seeds",
        type=_count,
        metavar="N",
        help="how many seeds judge a printed figure whose seed is unknown (default: 39, or as "
        "the experiment says; with fewer than 19 a value outside their range gets no verdict)",
    )
    run.add_argument(
        "--dtype",
        choices=("float64", "float32"),
        help="default: float64, or as the experiment says",
    )
    for command in (run, bench):
        command.add_argument(
            "--data",
            type=Path,
            metavar="DIR",
            help="folder with MNIST as IDX files, .gz or not, or mnist.npz (default: MNIST_DIR, "
            "data/mnist, Keras' cache, else downloaded)",
        )
    run.add_argument(
        "--weights",
        type=Path,
        metavar="FILE.npz",
        help="your own weights W1, b1, W2, b2, W3, b3 for mnist-inference",
    )
    run.add_argument(
        "--quick",
        action="store_true",
        help="two seeds instead of all (a printed figure outside their range gets no verdict), and "
        "a fortieth of the steps for nets on images",
    )
    run.add_argument(
        "--full",
        action="store_true",
        help="train by numerical gradient to the end, all 10,000 steps (minutes more)",
    )
    run.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="train the seeds on a Dask cluster, as tcp://host:8786 (needs `pip install -e "
        "'.[cluster]'`; its workers need this program and MNIST)",
    )
    run.add_argument("--force", action="store_true", help="train again even what is finished")
    for command in (run, report, faults, bench):
        command.add_argument(
            "--out",
            type=Path,
            default=Path("reports"),
            metavar="DIR",
            help="the report's folder (default: reports)",
        )
    for command in (listing, run, faults, check, bench):
        command.add_argument(
            "--json", action="store_true", help="print the outcome as JSON on standard output"
        )
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text}: a seed is a number from 0 to 4294967295")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1 on is needed")
    return int(text)


def _renamed(text: str) -> tuple[str, str]:
    from experiments.check.names import FUNCTIONS

    theirs, _, book = text.partition("=")
    if book not in FUNCTIONS:
        raise argparse.ArgumentTypeError(f"{text}: the book's names are {', '.join(FUNCTIONS)}")
    return theirs, book


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: a number of seeds is 0 or more")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    make_output_legible()
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        command = {"list": _list, "run": _run, "report": _report}
        command |= {"faults": _faults, "check": _check, "bench": _bench}
        return command[options.command](options)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except OSError as error:
        return _fail(error, ENVIRONMENT)
    except Exception:
        traceback.print_exc()
        return _fail("this is a fault of twins itself; please report it", FAULT)


def _fail(message: object, code: int) -> int:
    print(f"twins: {message}", file=sys.stderr)
    return code


def _list(options: argparse.Namespace) -> int:
    from experiments import catalog, ledger

    experiments = catalog.load().values()
    if options.json:
        print(json.dumps([{"name": e.name, "sources": e.sources} for e in experiments]))
        return OK
    from rich.console import Console

    from experiments.console import list_table

    rows = [
        (e.name, f"{e.title_ko}\n{e.title}", ", ".join(e.sources), str(len(figures) or "–"))
        for e in experiments
        for figures in [ledger.figures(e.name)]
    ]
    Console().print(list_table(rows))
    return OK


def _run(options: argparse.Namespace) -> int:
    from experiments import catalog

    known = catalog.load()
    if unknown := [name for name in options.experiments if name not in known]:
        near = difflib.get_close_matches(unknown[0], known, n=1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        message = f"no experiment {', '.join(unknown)}{meant}; there are {', '.join(known)}"
        return _fail(message, USAGE)
    if code := _cannot_write(options.out):
        return code
    try:
        from experiments import suite
        from experiments.data import DataError
        from experiments.parts import Options
    except ImportError as error:
        return _fail(f"{error}; set up with `make` or `pip install -e .`", ENVIRONMENT)
    from experiments.console import RunProgress
    from experiments.report import render

    if options.cluster and (problem := _unreachable(options.cluster)):
        return _fail(problem, ENVIRONMENT)
    chosen = [known[name] for name in options.experiments] or list(known.values())
    settings = Options(
        out=options.out,
        data=options.data,
        dtype=options.dtype,
        seed=options.seed,
        seeds=options.seeds,
        weights=options.weights,
        force=options.force,
        full=options.full,
        quick=options.quick,
        cluster=options.cluster,
        command=_typed(options),
    )
    done, code = {}, OK
    try:
        with RunProgress() as progress:
            done.update(suite.run(chosen, settings, progress))
    except (DataError, suite.ResultsError) as error:
        code = _fail(error, ENVIRONMENT)
    except ImportError as error:
        code = _fail(f"{error}; set up with `make` or `pip install -e .`", ENVIRONMENT)
    except KeyboardInterrupt:
        left = len(chosen) - len(done)
        message = (
            f"interrupted with {left} of {len(chosen)} experiments unfinished; what is done is kept"
        )
        code = _fail(f"{message}, and the same command goes on from there", INTERRUPTED)
    if not done:
        return code
    done = {name: done[name] for name in known if name in done}
    overview = render(suite.load_results(options.out), options.out)
    return code if code != OK else _conclude(done, overview, options.json)


def _conclude(done: dict[str, dict], overview: Path, as_json: bool) -> int:
    """Print the closing table; returns the exit code."""
    from rich.console import Console

    from experiments.console import verdict_table
    from experiments.judge.summary import summarise

    summaries = {name: summarise(result) for name, result in done.items()}
    if as_json:
        outcome = {
            name: {
                "agrees": s.agrees,
                "failure": s.failure,
                "weight_difference": s.weight_difference,
                "verdicts": s.verdicts,
            }
            for name, s in summaries.items()
        }
        print(json.dumps({"report": str(overview), "experiments": outcome}, ensure_ascii=False))
    else:
        console = Console()
        console.print(verdict_table(done))
        console.print(f"Report: {overview}", highlight=False, soft_wrap=True)
    return OK if all(s.passed for s in summaries.values()) else DISAGREED


def _report(options: argparse.Namespace) -> int:
    from experiments import suite
    from experiments.report import bench, faults, render

    beside = {"faults": faults, "bench": bench}
    try:
        results = suite.load_results(options.out)
        kept = {name: page.load(options.out / name) for name, page in beside.items()}
    except suite.ResultsError as error:
        return _fail(error, ENVIRONMENT)
    for name, found in kept.items():
        if found:
            beside[name].render(found, options.out / name)
    print(f"Report: {render(results, options.out)}")
    return OK


def _faults(options: argparse.Namespace) -> int:
    if code := _cannot_write(options.out):
        return code
    try:
        from experiments.faults import matrix
    except ImportError as error:
        return _fail(f"{error}; set up with `make` or `pip install -e .`", ENVIRONMENT)
    from experiments.console import RunProgress
    from experiments.report import faults

    with RunProgress() as progress:
        results = matrix.run(
            "twins faults", progress("faults: injected, replayed", len(matrix.TASKS))
        )
    return _conclude_page(faults, results, options.out / "faults", options.json)


def _bench(options: argparse.Namespace) -> int:
    if code := _cannot_write(options.out):
        return code
    try:
        from experiments.bench import run
        from experiments.data import DataError
    except ImportError as error:
        return _fail(f"{error}; set up with `make` or `pip install -e .`", ENVIRONMENT)
    from experiments.console import RunProgress
    from experiments.report import bench

    command = f"twins bench --steps {options.steps} --rounds {options.rounds}"
    try:
        with RunProgress() as progress:
            results = run.run(command, options.steps, options.rounds, options.data, progress)
    except DataError as error:
        return _fail(error, ENVIRONMENT)
    return _conclude_page(bench, results, options.out / "bench", options.json)


def _conclude_page(page: ModuleType, results: dict, folder: Path, as_json: bool) -> int:
    """Write a page beside the report and print what it comes to; returns the exit code."""
    written = page.render(results, folder)
    summary = page.summarise(results)
    if as_json:
        print(json.dumps({"report": str(written)} | summary))
    else:
        print(f"{page.in_words(summary)}\nReport: {written}")
    return OK if summary["passed"] else DISAGREED


def _check(options: argparse.Namespace) -> int:
    import locale

    try:
        from experiments import store
        from experiments.check.html import to_html
        from experiments.check.run import check_files, files_under, to_csv
    except ImportError as error:
        return _fail(f"{error}; set up with `make` or `pip install -e .`", ENVIRONMENT)
    from rich.console import Console

    from experiments.console import checked_lines, checked_table

    for path, ours in ((options.out, OUR_PAGE), (options.csv, OUR_TABLE)):
        if path and (why := _would_lose(path, ours)):
            return _fail(why, USAGE)
    if absent := [path for path in options.files if not path.exists()]:
        return _fail(f"{absent[0]} does not exist", USAGE)
    try:
        spoken = locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:  # named in the environment, but not installed here
        spoken = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE", "")
    korean = spoken.startswith("ko")
    language = options.lang or ("ko" if korean else "en")
    paths = files_under(options.files)
    if not paths:
        return _fail(f"no scripts and no notebooks in {options.files[0]}", USAGE)
    console, done = Console(), []
    for checked in check_files(paths, language, dict(options.map)):
        done.append(checked)
        if not options.json:
            for line in checked_lines(checked):
                console.print(line, highlight=False, soft_wrap=True)
    if options.out:
        store.write(options.out, to_html(done, language))
    if options.csv:
        store.write(options.csv, to_csv(done))
    if options.json:
        print(json.dumps([asdict(c) | {"verdict": c.verdict} for c in done], default=str))
    elif len(done) > 1:
        console.print(checked_table(done))
    verdicts = {str(checked.verdict) for checked in done}
    if verdicts & {"wrong", "unknown"}:
        return DISAGREED
    return ENVIRONMENT if "failed" in verdicts else OK


OUR_PAGE, OUR_TABLE = b'<meta name="generator" content="twins check">', b"file,subject,verdict,"
"""What the beginning of a page or table holds that an earlier check has written."""


def _would_lose(path: Path, ours: bytes) -> str:
    """Why an output must not be written there; empty if it may."""
    if path.suffix.lower() in (".py", ".ipynb", ".pyw", ".pyi"):
        return f"{path} has a program's ending; name the file to be written, as check.html or .csv"
    try:
        with path.open("rb") as file:
            if ours in file.read(1000):
                return ""
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"cannot write to {path}: {error.strerror}"
    return f"{path} exists and was not written by twins; name another file"


def _unreachable(cluster: str) -> str:
    """Why a cluster cannot be used; empty if it can."""
    from experiments.ensemble import connected

    try:
        with connected(cluster):
            return ""
    except ImportError:
        return "--cluster needs Dask: pip install -e '.[cluster]'"
    except (OSError, ValueError) as error:
        return f"no Dask scheduler answers at {cluster}: {error}"


def _cannot_write(folder: Path) -> int:
    """The exit code if nothing can be written here, said now and not after minutes; else 0."""
    from experiments.store import ForeignFolderError, ReportFolder

    try:
        ReportFolder(folder).claim()
    except ForeignFolderError as error:
        return _fail(error, USAGE)
    except OSError as error:
        return _fail(f"cannot write to {folder}: {error.strerror}", ENVIRONMENT)
    return OK


def _typed(options: argparse.Namespace) -> str:
    """The command for the record, without folders: they say nothing about the result."""
    words = ["twins run", *options.experiments]
    given = vars(options)
    words += [f"--{n} {given[n]}" for n in ("dtype", "seed", "seeds") if given[n] is not None]
    words += [f"--{name}" for name in ("quick", "full") if given[name]]
    return " ".join(words)
