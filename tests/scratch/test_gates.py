import itertools

import pytest

from scratch import gates

TABLES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}


@pytest.mark.parametrize("gate", TABLES)
def test_truth_table(gate):
    answers = [int(getattr(gates, gate)(*inputs)) for inputs in itertools.product((0, 1), repeat=2)]
    assert tuple(answers) == TABLES[gate]
