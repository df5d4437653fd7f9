"""Data sets, seeded starts and batch orders: made once, given to both sides."""

from experiments.data.dataset import DataError, Dataset, load

__all__ = ["DataError", "Dataset", "load"]
