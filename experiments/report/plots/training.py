"""Pictures of a training: losses, weights, accuracies, seeds, and decision surfaces."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from experiments.record.results import (
    Ensemble,
    JudgedFigure,
    LossCurve,
    Measured,
    Surface,
    TrainingResult,
    WeightDrift,
)
from experiments.report.plots.style import (
    BLUE,
    CYCLE,
    GREY,
    KERAS,
    ORANGE,
    SCRATCH,
    STYLE,
    VERMILION,
    panels,
    thousands,
)


@mpl.rc_context(STYLE)
def loss(name: str, curve: LossCurve) -> Figure:
    """Loss of both sides against updates, and below it their difference on a log scale."""
    step, scratch, keras = map(np.array, (curve.step, curve.scratch, curve.keras))
    figure, (top, bottom) = panels(
        2, 1, (7.2, 5.2), sharex=True, gridspec_kw={"height_ratios": [2, 1.2]}
    )
    top.plot(step, scratch, **SCRATCH)
    top.plot(step, keras, **KERAS)
    if scratch.max() > 10 * scratch.min():
        top.set_yscale("log")
    per_pass = "" if curve.updates_per_point == 1 else ", mean of each pass"
    top.set_ylabel("loss")
    top.set_title(f"Loss{per_pass}: {name}")
    top.legend()

    floor = 1e-18
    difference = np.abs(keras - scratch)
    bottom.plot(
        step,
        np.maximum(difference, floor),
        ".",
        color=GREY,
        markersize=3,
        label="|keras − scratch|",
    )
    if residuals := curve.without_epsilon:
        bottom.plot(
            residuals.step,
            np.maximum(np.abs(residuals.difference), floor),
            "o",
            color=VERMILION,
            markersize=4,
            label="the same without the sources' ε in log(y + ε)",
        )
    bottom.set_yscale("log")
    bottom.minorticks_off()
    bottom.set_ylim(floor / 2, max(10 * difference.max(), 1e-14))
    bottom.set_ylabel("difference\n(0 drawn at $10^{-18}$)")
    bottom.set_xlabel("updates")
    bottom.legend(loc="center right", fontsize=8.5)
    thousands(bottom)
    return figure


@mpl.rc_context(STYLE)
def weight_difference(name: str, weights: WeightDrift) -> Figure:
    """‖Δθ‖ / ‖θ‖ of every parameter against updates, both axes logarithmic, and its bound."""
    figure, axes = panels(1, 1, (7.2, 3.8))
    for color, (parameter, series) in zip(CYCLE, weights.relative.items(), strict=False):
        axes.loglog(
            weights.step,
            np.maximum(series, 1e-18),
            "o-",
            color=color,
            markersize=4,
            linewidth=1.3,
            label=parameter,
        )
        allowed = weights.allowed[parameter]
        axes.loglog(weights.step[: len(allowed)], allowed, ":", color=color, linewidth=1.3)
    axes.plot([], [], ":", color=GREY, label="bounds, from shadows")
    axes.minorticks_off()
    axes.set_ylim(bottom=5e-19)
    axes.set_xlabel("updates")
    axes.set_ylabel("‖scratch − keras‖ / ‖scratch‖\n(0 drawn at $10^{-18}$)")
    axes.set_title(f"Relative difference of the weights along training: {name}")
    figure.legend(ncols=5, loc="outside lower center")
    return figure


@mpl.rc_context(STYLE)
def accuracy(training: TrainingResult, figures: Sequence[JudgedFigure]) -> Figure:
    """Training and test accuracy of both sides, with the printed values and the seeds' range."""
    figure, grid = panels(2, 2, (9.6, 6.6), sharey="row", sharex=True)
    late: list[float] = []
    of = "images" if training.images else "samples"
    for column, split in zip(grid.T, ("train", "test"), strict=True):
        quantity = f"{split}_accuracy"
        rows = training.rows(quantity)
        late += [row.scratch for row in rows.values()]
        printed = {
            judged.figure.measures.step or 0: judged
            for judged in figures
            if judged.figure.measures.quantity == quantity
            and judged.figure.part == training.spec.name
        }
        for axes in column:
            _accuracy_panel(axes, rows, printed)
        column[0].set_title({"train": f"training {of}", "test": f"test {of}"}[split])
        column[1].set_xlabel("updates")
    grid[0, 0].set_ylabel("accuracy")
    grid[0, 0].set_ylim(0, 1)
    grid[1, 0].set_ylabel("accuracy, enlarged")
    grid[1, 0].set_ylim(np.quantile(late, 0.15) - 0.01, max(late) + 0.01)
    grid[0, 1].legend(loc="best")
    return figure


def _accuracy_panel(
    axes: Axes, rows: dict[int, Measured], printed: dict[int, JudgedFigure]
) -> None:
    ranged = {step: f.judgement for step, f in printed.items() if f.judgement.low is not None}
    if ranged:
        low, high = ([getattr(j, end) for j in ranged.values()] for end in ("low", "high"))
        label = f"range of {next(iter(ranged.values())).seeds} seeds"
        band: dict[str, Any] = {"color": ORANGE, "alpha": 0.35, "label": label}
        if len(ranged) > 1:
            axes.fill_between(list(ranged), low, high, linewidth=0, **band)
        else:
            axes.vlines(list(ranged), low, high, linewidth=12, **band)
    axes.plot(list(rows), [row.scratch for row in rows.values()], **SCRATCH)
    axes.plot(list(rows), [row.keras for row in rows.values()], **KERAS)
    if printed:
        axes.plot(
            list(printed),
            [float(f.figure.printed) for f in printed.values()],
            "x",
            color=VERMILION,
            markersize=6,
            markeredgewidth=1.6,
            label="printed in the source",
            zorder=5,
        )
    thousands(axes)


@mpl.rc_context(STYLE)
def seeds(figures: Sequence[JudgedFigure], ensemble: Ensemble, names: Sequence[str]) -> Figure:
    """Where each counting printed value lies among the seeds, one panel per scale of values.

    Args:
        figures: the printed values.
        ensemble: the values over the seeds.
        names: what to call the printed values.
    """
    printed_values = [float(judged.figure.printed) for judged in figures]
    figure, grid = panels(
        len(figures),
        1,
        (7.6, 0.6 + 0.85 * len(figures)),
        squeeze=False,
        sharex=max(printed_values) < 2 * min(printed_values),
    )
    for axes, judged, printed, name in zip(grid[:, 0], figures, printed_values, names, strict=True):
        values = np.sort(ensemble.values(judged.figure.measures))
        # A fixed pattern spreads the dots: equal values stay apart and every run looks the same.
        height = 0.3 * np.sin(np.arange(len(values)) * 2.4)
        size, alpha = (5, 0.8) if len(values) < 100 else (3, 0.35)
        axes.plot(values, height, "o", color=BLUE, alpha=alpha, markersize=size, mew=0)
        axes.plot(printed, 0, "x", color=VERMILION, markersize=9, mew=2)
        axes.set_yticks([0], [name.replace(", ", ",\n")])
        axes.set_ylim(-0.6, 0.6)
    handles = [
        Line2D([], [], color=VERMILION, marker="x", linestyle="", mew=2, label="printed"),
        Line2D([], [], color=BLUE, marker="o", linestyle="", label="one seed of the scratch model"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


@mpl.rc_context(STYLE)
def surface(name: str, field: Surface) -> Figure:
    """Outputs over the plane of the two inputs, one panel per side, with the four targets."""
    grid = np.array(field.grid)
    figure, row = panels(1, 2, (8.6, 4.2), sharey=True)
    # A net that hardly moves from ½ gets a scale of its own, or nothing could be seen.
    reach = np.abs(np.array(field.scratch) - 0.5).max()
    half = 0.5 if reach > 0.25 else reach
    levels = np.linspace(0.5 - half, 0.5 + half, 21)
    sides = ((field.scratch, "scratch (NumPy)"), (field.keras, "tf.keras"))
    for axes, (answers, title) in zip(row, sides, strict=True):
        axes.grid(visible=False)
        values = np.array(answers)
        image = axes.contourf(grid, grid, values, levels=levels, cmap="cividis", extend="both")
        if values.min() < 0.5 < values.max():
            axes.contour(grid, grid, values, levels=[0.5], colors="white", linewidths=2)
        for (x1, x2), target in zip(((0, 0), (0, 1), (1, 0), (1, 1)), field.targets, strict=True):
            axes.plot(x1, x2, "o", markersize=19, color="white", markeredgecolor="black")
            axes.annotate(f"{target:.0f}", (x1, x2), ha="center", va="center")
        axes.set_title(title)
        axes.set_xlabel("x₁")
        axes.set_aspect("equal")
        axes.xaxis.set_major_locator(MaxNLocator(4))
    row[0].set_ylabel("x₂")
    figure.colorbar(image, ax=row, label="output y", ticks=levels[::4], shrink=0.85, format="%.2f")
    figure.suptitle(
        f"{name}: output over the plane, targets in circles, white line y = ½\n"
        f"largest difference between the panels {field.largest_difference:.1e}",
        fontsize=10,
    )
    return figure
