import numpy as np
import pytest

from keras_ref import gates
from keras_ref.runtime import use_dtype

TABLES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0)}


@pytest.mark.parametrize("gate", TABLES)
def test_truth_table(gate):
    use_dtype("float64")
    answers = getattr(gates, gate)(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    assert tuple(answers) == TABLES[gate]
