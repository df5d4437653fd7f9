"""The pictures of a report, each drawn from numbers of the record."""

from collections.abc import Callable

from matplotlib.figure import Figure

from experiments.report.plots.images import confusion, hidden_units, samples
from experiments.report.plots.style import Labels, to_png
from experiments.report.plots.svg import to_svg
from experiments.report.plots.training import accuracy, loss, seeds, surface
from experiments.report.plots.values import curves, descent, digits, line, planes, times, valley

DRAW: dict[str, Callable[..., Figure]] = {
    "surface": surface,
    "accuracy": accuracy,
    "seeds": seeds,
    "loss": loss,
    "hidden-units": hidden_units,
    "samples": samples,
    "confusion": confusion,
    "curves": curves,
    "planes": planes,
    "digits": digits,
    "descent": descent,
    "valley": valley,
    "line": line,
    "times": times,
}
"""What draws a picture, by its kind."""

__all__ = ["DRAW", "Labels", "to_png", "to_svg"]
