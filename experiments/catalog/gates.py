"""Perceptron gates with the printed weights, and XOR made of them (source 000)."""

import numpy as np

from experiments.spec import Evaluation, Experiment, Package

GATES = ("AND", "OR", "NAND", "XOR")
X1, X2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])


def truth_tables(package: Package) -> dict[str, np.ndarray]:
    """Answers to (0,0), (0,1), (1,0), (1,1)."""
    return {gate: getattr(package("gates"), gate)(X1, X2) for gate in GATES}


def planes(package: Package) -> dict[str, np.ndarray]:
    """Answers over the plane, where a gate's line can be seen; no point lies on a line."""
    grid = np.linspace(-0.51, 1.49, 41)
    x1, x2 = np.meshgrid(grid, grid)
    answers = {gate: getattr(package("gates"), gate)(x1, x2) for gate in GATES}
    return {"x": grid} | answers


def lines_tried(package: Package) -> dict[str, int]:
    """How many of many lines w1 x1 + w2 x2 = θ give a gate's truth table."""
    step = np.linspace(-1.02, 1.02, 41)
    w1, w2, theta = (a[..., np.newaxis] for a in np.meshgrid(step, step, step))
    answers = np.where(w1 * X1 + w2 * X2 > theta, 1, 0)
    counts = {}
    for gate in GATES:
        table = getattr(package("gates"), gate)(X1, X2)
        counts[gate] = int(np.all(answers == table, axis=-1).sum())
    return counts | {"lines": answers[..., 0].size}


EXPERIMENT = Experiment(
    name="gates",
    lesson=10,
    title="Perceptron gates",
    title_ko="퍼셉트론: AND, OR, NAND, XOR 게이트",
    sources=("000",),
    evaluations=(
        Evaluation(name="truth tables", compute=truth_tables),
        Evaluation(name="over the plane", compute=planes, picture="planes"),
        Evaluation(name="one line", compute=lines_tried),
    ),
    discussion="""
A perceptron answers 1 where w₁x₁ + w₂x₂ > θ: on one side of a straight line. AND, OR and NAND have
such a line. XOR has none. It would need θ ≥ 0 for (0,0), w₁ > θ and w₂ > θ for (1,0) and (0,1), so
w₁ + w₂ > 2θ ≥ θ, and then (1,1) would be answered with 1 as well. Of
{{ "{:,}".format(m["one line"]["lines"]) }} lines tried on a grid of weights and thresholds
{{ "{:,}".format(m["one line"]["AND"]) }} give AND, {{ "{:,}".format(m["one line"]["OR"]) }} OR,
{{ "{:,}".format(m["one line"]["NAND"]) }} NAND and {{ m["one line"]["XOR"] }} XOR. Two layers do
it: AND of OR and NAND, whose region is the strip between two lines.

The twins are Dense layers with a step activation, XOR a Sequential of two of them.
""",
)
