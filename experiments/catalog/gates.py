"""Perceptron gates with the printed weights, and XOR made of them (source 000)."""

import numpy as np

from experiments.spec import Evaluation, Experiment, Given, Package

GATES = ("AND", "OR", "NAND", "XOR")
X1, X2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])


def truth_tables(package: Package) -> dict[str, np.ndarray]:
    """Answers to (0,0), (0,1), (1,0), (1,1)."""
    return {gate: getattr(package("gates"), gate)(X1, X2) for gate in GATES}


def planes(package: Package) -> dict[str, np.ndarray | Given]:
    """Answers over the plane, where a gate's line can be seen; no point lies on a line."""
    grid = np.linspace(-0.51, 1.49, 41)
    x1, x2 = np.meshgrid(grid, grid)
    answers = {gate: getattr(package("gates"), gate)(x1, x2) for gate in GATES}
    return {"x": Given(grid)} | answers


def lines_tried(package: Package) -> dict[str, int]:
    """How many of many lines w1 x1 + w2 x2 = θ give a gate's truth table, counted exactly.

    Weights and thresholds are whole numbers: in fractions, rounding would decide where they tie.
    """
    w1, w2, theta = (a.ravel() for a in np.meshgrid(*[np.arange(-20, 21)] * 3))
    answers = package("gates").of_lines(X1, X2, w1, w2, theta)
    tables = {gate: np.asarray(getattr(package("gates"), gate)(X1, X2)) for gate in GATES}
    counts = {gate: int(np.all(answers == table, axis=1).sum()) for gate, table in tables.items()}
    return counts | {"lines": len(answers)}


EXPERIMENT = Experiment(
    name="gates",
    lesson=10,
    sources=("000",),
    shows=("gates._perceptron|gates.perceptrons", "gates.XOR"),
    evaluations=(
        Evaluation(name="truth tables", compute=truth_tables, printed=("XOR",)),
        Evaluation(name="over the plane", compute=planes, picture="planes"),
        Evaluation(name="one line", compute=lines_tried),
    ),
)
