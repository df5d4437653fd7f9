import itertools
from fractions import Fraction

import numpy as np
import pytest

from scratch import gates

TABLES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}


@pytest.mark.parametrize("gate", TABLES)
def test_truth_table(gate):
    answers = [int(getattr(gates, gate)(*inputs)) for inputs in itertools.product((0, 1), repeat=2)]
    assert tuple(answers) == TABLES[gate]


@pytest.mark.parametrize(("gate", "theta"), [("AND", 0.7), ("OR", 0.3), ("NAND", 0.7)])
def test_the_line_between_the_answers_is_the_printed_one(gate, theta):
    """Both weights are 0.5 and the threshold is θ: on either axis the answer changes at 2θ."""
    answer = getattr(gates, gate)
    near = 2 * theta + np.array([-1e-9, 1e-9])
    expected = [1, 0] if gate == "NAND" else [0, 1]
    assert answer(near, np.zeros(2)).tolist() == expected
    assert answer(np.zeros(2), near).tolist() == expected


def test_lines_are_counted_as_by_exact_fractions():
    """The same count by Python's fractions, on a grid of 9 × 9 × 9 lines."""
    step = np.arange(-4, 5)
    w1, w2, theta = (a.ravel() for a in np.meshgrid(step, step, step))
    x1, x2 = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    answers = gates.of_lines(x1, x2, w1, w2, theta)
    tenth = Fraction(1, 10)
    for row, (a, b, c) in zip(answers, zip(w1, w2, theta, strict=True), strict=True):
        exact = [int(a * tenth * i + b * tenth * j > c * tenth) for i in (0, 1) for j in (0, 1)]
        assert row.tolist() == exact
