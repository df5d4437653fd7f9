"""Pictures of an evaluation's values: curves, planes, digits."""

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from experiments.report.plots.style import KERAS, ORANGE, SCRATCH, STYLE, panels

Values = Mapping[str, Mapping[str, Any]]
"""By name and side."""


@mpl.rc_context(STYLE)
def curves(values: Values) -> Figure:
    """Functions of the value called x: both sides, a panel for each."""
    x = np.array(values["x"]["scratch"])
    names = [name for name in values if name != "x"]
    figure, row = panels(1, len(names), (2.9 * len(names) + 0.6, 3.1), squeeze=False)
    for axes, name in zip(row[0], names, strict=True):
        axes.plot(x, values[name]["scratch"], **SCRATCH)
        axes.plot(x, values[name]["keras"], **KERAS)
        axes.set_title(name)
    row[0, 0].legend(loc="best", fontsize=8)
    return figure


@mpl.rc_context(STYLE)
def planes(values: Values) -> Figure:
    """Answers 0 or 1 over the plane of two inputs, with the answers at the four corners."""
    grid = np.array(values["x"]["scratch"])
    names = [name for name in values if name != "x"]
    figure, gates = panels(1, len(names), (2.6 * len(names), 3.0), sharey=True)
    for axes, name in zip(gates, names, strict=True):
        axes.grid(visible=False)
        answers = np.array(values[name]["scratch"])
        axes.contourf(grid, grid, answers, levels=[-0.5, 0.5, 1.5], colors=["#dddddd", ORANGE])
        axes.contour(grid, grid, answers, levels=[0.5], colors="black", linewidths=1.2)
        for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
            column, row = (int(np.abs(grid - c).argmin()) for c in corner)
            axes.plot(*corner, "o", markersize=17, color="white", markeredgecolor="black")
            axes.annotate(str(answers[row, column]), corner, ha="center", va="center")
        axes.set_title(name)
        axes.set_xlabel("x₁")
        axes.set_aspect("equal")
        axes.set_xticks([0, 1])
        axes.set_yticks([0, 1])
    gates[0].set_ylabel("x₂")
    return figure


@mpl.rc_context(STYLE)
def digits(values: Values) -> Figure:
    """Images in a row, titled by their names."""
    figure, row = panels(1, len(values), (9.6, 1.5))
    for axes, (name, sides) in zip(row, values.items(), strict=True):
        axes.imshow(np.array(sides["scratch"]), cmap="gray_r")
        axes.axis("off")
        axes.set_title(name.partition(": ")[2] or name, fontsize=10)
    return figure
