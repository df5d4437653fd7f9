"""The rules that keep the house in order."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def imports(package):
    """(file, imported top-level name or experiments module) for every import in a package."""
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            else:
                continue
            for name in names:
                yield path.relative_to(ROOT), name


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("scratch", {"keras_ref", "experiments", "tensorflow", "keras", "pandas", "matplotlib"}),
        ("keras_ref", {"scratch", "experiments"}),
        ("experiments", {"tensorflow", "keras"}),
    ],
)
def test_who_knows_whom(package, forbidden):
    found = [(str(p), name) for p, name in imports(package) if name.split(".")[0] in forbidden]
    assert not found


def test_only_the_runtime_imports_tensorflow():
    users = {p.name for p, name in imports("keras_ref") if name.split(".")[0] == "tensorflow"}
    assert users == {"runtime.py"}


def test_judging_touches_no_file_and_no_clock():
    allowed = {"numpy", "scipy", "math", "dataclasses", "collections", "enum"}
    allowed |= {
        "experiments.spec",
        "experiments.sources.ledger",
        "scratch.functions",
        "typing",
        "itertools",
    }
    allowed |= {f"experiments.judge.{file}" for file in ("bounds", "ladder", "published")}
    names = {name for _, name in imports("experiments/judge")}
    others = {name for name in names if not name.startswith("experiments.judge")}
    assert {n for n in others if n not in allowed and n.split(".")[0] not in allowed} == set()


ROOMS = (
    "words",
    "spec",
    "data",
    "sources",
    "judge",
    "catalog",
    "record",
    "pair",
    "report",
    "suite",
    "subjects",
    "faults",
    "bench",
    "check",
    "compare",
    "corpus",
    "export",
    "commands",
    "__main__",
)
"""From the lowest to the highest."""


def modules(package):
    """Every module of a package by its dotted name, and the modules of the package it imports."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / package).rglob("*.py")
    }
    for name, path in files.items():
        wanted = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & files.keys()
                wanted |= inside or {node.module}
        yield name, wanted & files.keys()


def test_nothing_imports_upwards():
    for name, wanted in modules("experiments"):
        if name == "experiments":
            continue
        floor = ROOMS.index(name.split(".")[1])
        above = [other for other in wanted if ROOMS.index(other.split(".")[1]) > floor]
        assert not above, f"{name} imports {above}"


def test_no_circle_inside_or_between_rooms():
    graph = dict(modules("experiments"))
    while leaves := {name for name, wanted in graph.items() if not wanted & graph.keys()}:
        graph = {name: wanted for name, wanted in graph.items() if name not in leaves}
    assert not graph


def functions():
    """Every function of `experiments`: where it stands, its lines, and its branches."""
    branching = (ast.If, ast.For, ast.While, ast.Try, ast.ExceptHandler, ast.match_case)
    for path in (ROOT / "experiments").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                branches = sum(isinstance(inner, branching) for inner in ast.walk(node))
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(ROOT)}: {node.name}", lines, branches


def test_functions_have_one_job():
    long = [(where, lines) for where, lines, _ in functions() if lines > 60]
    forked = [(where, branches) for where, _, branches in functions() if branches > 12]
    assert (long, forked) == ([], [])


def test_few_files_lie_loose_in_experiments():
    loose = {path.name for path in (ROOT / "experiments").glob("*.py")}
    assert loose == {"__init__.py", "__main__.py", "spec.py"}


def test_every_scratch_file_has_its_twin_and_both_their_tests():
    files = {path.name for path in (ROOT / "scratch").glob("[a-z]*.py")}
    own = {"runtime.py", "weights.py", "layers.py", "dense_net.py"}
    twins = {path.name for path in (ROOT / "keras_ref").glob("[a-z]*.py")} - own
    quicker = {"fast.py", "data_parallel.py"}
    assert twins == files - quicker - {"network.py"}  # which Keras brings along
    for folder, expected in (("scratch", files), ("keras_ref", twins | own)):
        tested = {path.name.removeprefix("test_") for path in (ROOT / "tests" / folder).glob("*")}
        assert expected <= tested


def test_the_lock_pins_by_hash_and_names_no_index():
    lock = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"https?://|file://|--index|--extra-index|--find-links|--trusted", lock)
    pins = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(pins) > 30
    assert all("--hash=sha256:" in pin for pin in pins)
