"""Data sets, seeded starts and batch orders: made once, given to both sides."""

from experiments.data.dataset import DataError, Dataset, kind_of, load

__all__ = ["DataError", "Dataset", "kind_of", "load"]
