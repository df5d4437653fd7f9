"""Tables, plots and pages from `results.json`, and from nothing else."""

from experiments.report.pages import render

__all__ = ["render"]
