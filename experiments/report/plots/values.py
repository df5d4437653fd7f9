"""Pictures of an evaluation's values: curves, planes, digits, a descent, a line, times."""

from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from experiments import words
from experiments.report.environment import Phrases
from experiments.report.plots.style import (
    BLUE,
    GREY,
    KERAS,
    ORANGE,
    SCRATCH,
    STYLE,
    VERMILION,
    Labels,
    panels,
)

Values = Mapping[str, Mapping[str, Any]]
"""By name and side."""

PHRASES = [Phrases(words.of(language)) for language in words.LANGUAGES]

SCALES = {"sigmoid": (-0.1, 1.1), "step": (-0.1, 1.1)}
"""As source 000 draws them."""


@mpl.rc_context(STYLE)
def curves(label: Labels, values: Values) -> Figure:
    """Functions of the value called x: both sides, a panel for each."""
    x = np.array(values["x"]["scratch"])
    names = [name for name in values if name != "x"]
    figure, row = panels(1, len(names), (2.5 * len(names) + 0.6, 2.8), squeeze=False)
    for axes, name in zip(row[0], names, strict=True):
        axes.plot(x, values[name]["scratch"], **SCRATCH)
        axes.plot(x, values[name]["keras"], **KERAS)
        axes.set_title(label(f"function {name}"))
        axes.set_xlabel("x")
        if name in SCALES:
            axes.set_ylim(*SCALES[name])
    row[0, -1].legend(loc="best")
    return figure


@mpl.rc_context(STYLE)
def descent(label: Labels, values: Values) -> Figure:
    """The parabola with the points that gradient descent visits, the last and the lowest marked."""
    points, losses = (np.array(values[name]["scratch"]) for name in ("point", "loss"))
    figure, axes = panels(1, 1, (7.2, 3.9))
    x = np.linspace(-1, 10.5, 100)
    axes.plot(x, (x - 3) ** 2 + 10, color=GREY, linewidth=1.2)
    axes.plot(points, losses, "o", color=BLUE, markersize=5, label="NumPy")
    keras = (np.array(values[name]["keras"]) for name in ("point", "loss"))
    axes.plot(*keras, ".", color="#222222", markersize=2, label="Keras")
    for place, key, colour, at in (
        (points[-1], "end", VERMILION, (0.0, 40)),
        (3.0, "lowest", ORANGE, (3.0, 7)),
    ):
        axes.plot(place, (place - 3) ** 2 + 10, "o", color=colour, markersize=9)
        axes.annotate(
            label(key, x=f"{place:.4g}"),
            (place, (place - 3) ** 2 + 10),
            xytext=at,
            ha="left" if key == "end" else "center",
            va="center",
            color=colour,
            arrowprops={"arrowstyle": "-", "color": colour},
        )
    axes.set_xlabel("x")
    axes.set_ylabel("y = (x − 3)² + 10")
    axes.set_ylim(4, 66)
    axes.legend()
    return figure


@mpl.rc_context(STYLE)
def valley(label: Labels, values: Values) -> Figure:
    """f(x, y) = x²/20 + y² by its contours, with the points that every optimizer visits."""
    names = [name for name in values if np.ndim(values[name]["scratch"]) == 2]
    figure, rows = panels(2, 2, (7.4, 4.6), sharex=True, sharey=True)
    x, y = np.meshgrid(np.linspace(-8, 8, 120), np.linspace(-2.6, 2.6, 60))
    height, levels = x**2 / 20 + y**2, np.arange(0.2, 2.7, 0.4) ** 2
    for axes, name in zip(rows.flat, names, strict=True):
        axes.grid(visible=False)
        axes.contour(x, y, height, levels=levels, colors=GREY, linewidths=0.7)
        scratch, keras = (np.array(values[name][side]) for side in ("scratch", "keras"))
        axes.plot(*scratch.T, "o-", color=BLUE, markersize=4, linewidth=1.2, label="NumPy")
        axes.plot(*keras.T, ".", color="#222222", markersize=2, label="Keras")
        axes.plot(0, 0, "+", color=ORANGE, markersize=10, mew=2)
        axes.set_title(name)
    for axes in rows[-1]:
        axes.set_xlabel("x")
    for axes in rows[:, 0]:
        axes.set_ylabel("y")
    rows[0, 0].legend(loc="upper right")
    return figure


@mpl.rc_context(STYLE)
def line(label: Labels, values: Values) -> Figure:
    """The samples, and the line through them by both sides and in closed form."""
    x, t = (np.ravel(values[name]["scratch"]) for name in ("x", "t"))
    figure, axes = panels(1, 1, (7.2, 3.9))
    axes.plot(x, t, "o", color=GREY, markersize=4, alpha=0.7, label=label("samples"))
    ends = np.array([x.min(), x.max()])
    for side, style in (("scratch", SCRATCH), ("keras", KERAS)):
        slope, intercept = (values[name][side] for name in ("slope", "intercept"))
        axes.plot(ends, slope * ends + intercept, **style)
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    axes.legend()
    return figure


@mpl.rc_context(STYLE)
def planes(label: Labels, values: Values) -> Figure:
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
def digits(label: Labels, values: Values) -> Figure:
    """Images in a row, titled by their names."""
    figure, row = panels(1, len(values), (9.6, 1.5))
    for axes, (name, sides) in zip(row, values.items(), strict=True):
        axes.imshow(np.array(sides["scratch"]), cmap="gray", interpolation="none")
        axes.axis("off")
        axes.set_title(name.partition(": ")[2] or name)
    return figure


@mpl.rc_context(STYLE)
def times(label: Labels, seconds: Mapping[str, float], *marks: tuple[str, float]) -> Figure:
    """Durations on a logarithmic axis, by what was timed, and printed ones to hold them to."""
    figure, axes = panels(1, 1, (7.2, 0.5 * len(seconds) + 1.2))
    names = [label(f"time {name}") for name in seconds]
    bars = axes.barh(names, list(seconds.values()), color=BLUE, height=0.6)
    axes.set_xscale("log")
    told = [[phrases.duration(s) for phrases in PHRASES] for s in seconds.values()]
    plain = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axes.bar_label(bars, [label.pair(*both) for both in told], padding=4, bbox=plain)
    for printed, place in marks:
        axes.axvline(place, color=VERMILION, linewidth=1.5)
        where = {"xytext": (4, 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(printed, (place, -0.62), color=VERMILION, **where)
    axes.set_xlim(right=12 * max(seconds.values()))
    axes.set_xlabel(label("seconds axis"))
    axes.set_ylim(len(seconds) - 0.5, -0.9)
    axes.grid(visible=False, axis="y")
    return figure
