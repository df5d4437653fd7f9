"""Pictures of a training: losses, weights, accuracies, seeds, and decision surfaces."""

from collections.abc import Sequence

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
    Surface,
    TrainingResult,
)
from experiments.report.plots.style import (
    BLUE,
    GREEN,
    KERAS,
    SCRATCH,
    STYLE,
    VERMILION,
    Labels,
    panels,
    thousands,
)

FEW = 9
"""So many accuracies or fewer are not joined by lines: they are no curve."""

PRINTED = {GREEN: "x", BLUE: "+"}
"""The marks of printed values: of training and of test samples."""

AVERAGED = 15
"""Points of a loss curve of single batches over which its running mean is taken."""


@mpl.rc_context(STYLE)
def loss(label: Labels, curve: LossCurve) -> Figure:
    """Loss of both sides against updates: every point pale, the running mean dark."""
    step, scratch, keras = map(np.array, (curve.step, curve.scratch, curve.keras))
    figure, axes = panels(1, 1, (7.2, 3.9))
    axes.plot(step, scratch, color=BLUE, linewidth=0.8, alpha=0.45)
    one = len(step) < 2 * AVERAGED
    weights = np.ones(1 if one else AVERAGED)
    middle = slice(len(weights) // 2, len(step) - len(weights) // 2)
    for values, style in ((scratch, SCRATCH), (keras, KERAS)):
        axes.plot(step[middle], np.convolve(values, weights / len(weights), "valid"), **style)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(label("updates"))
    axes.set_ylabel(label("loss" if curve.updates_per_point == 1 else "loss of a pass"))
    axes.legend()
    thousands(axes)
    return figure


@mpl.rc_context(STYLE)
def accuracy(label: Labels, training: TrainingResult, figures: Sequence[JudgedFigure]) -> Figure:
    """Accuracies on training and test samples, with the printed values and the seeds' range.

    On the left all of it, on the right the upper end enlarged.
    """
    figure, (whole, end) = panels(1, 2, (9.6, 4.0))
    late: list[float] = []
    for split, colour in (("train", GREEN), ("test", BLUE)):
        quantity = f"{split}_accuracy"
        rows = training.rows(quantity)
        late += [row.scratch for row in rows.values()]
        printed = {
            judged.figure.measures.step or 0: judged
            for judged in figures
            if judged.figure.measures.quantity == quantity
            and judged.figure.part == training.spec.name
        }
        for axes in (whole, end):
            few = {} if len(rows) > FEW else {"linestyle": ""}
            ours = {"color": colour, "label": label(f"{split} NumPy"), "marker": "o"}
            theirs = {"label": label("keras both") if split == "test" else "", "marker": "."}
            axes.plot(list(rows), [r.scratch for r in rows.values()], **SCRATCH | ours | few)
            axes.plot(list(rows), [r.keras for r in rows.values()], **KERAS | theirs | few)
            _printed(axes, label(f"{split} printed"), printed, colour)
    for axes in (whole, end):
        axes.set_xlabel(label("updates"))
        thousands(axes)
    whole.set_ylabel(label("accuracy"))
    whole.set_ylim(0, 1)
    end.set_title(label("enlarged"))
    end.set_ylim(np.quantile(late, 0.2) - 0.01, max(late) + 0.01)
    whole.legend(loc="lower right")
    return figure


def _printed(axes: Axes, label: str, printed: dict[int, JudgedFigure], colour: str) -> None:
    """The values that a source prints, and the range of the seeds there."""
    ranged = {step: f.judgement for step, f in printed.items() if f.judgement.low is not None}
    if ranged:
        low, high = ([getattr(j, end) for j in ranged.values()] for end in ("low", "high"))
        if len(ranged) > 1:
            axes.fill_between(list(ranged), low, high, color=colour, alpha=0.22, linewidth=0)
        else:
            axes.vlines(list(ranged), low, high, color=colour, alpha=0.3, linewidth=10)
    if printed:
        values = [float(f.figure.printed) for f in printed.values()]
        axes.plot(
            list(printed),
            values,
            PRINTED[colour],
            color=VERMILION,
            markersize=7,
            markeredgewidth=1.6,
            label=label,
            zorder=5,
        )


@mpl.rc_context(STYLE)
def seeds(
    label: Labels, figures: Sequence[JudgedFigure], ensemble: Ensemble, names: Sequence[tuple]
) -> Figure:
    """Where each counting printed value lies among the seeds, one panel per scale of values.

    Args:
        label: gives the labels.
        figures: the printed values.
        ensemble: the values over the seeds.
        names: what to call the printed values, in English and Korean.
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
        axes.plot(
            *(values, height, "o"),
            color=BLUE,
            alpha=alpha,
            markersize=size,
            mew=0,
            rasterized=len(values) > 100,
        )
        axes.plot(printed, 0, "x", color=VERMILION, markersize=9, mew=2)
        axes.set_yticks([0], [label.pair(*name)])
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_ylim(-0.6, 0.6)
    handles = [
        Line2D([], [], color=VERMILION, marker="x", linestyle="", mew=2, label=label("printed")),
        Line2D([], [], color=BLUE, marker="o", linestyle="", label=label("one seed")),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


STILL = 1e-14
"""Outputs nearer to ½ are alike: 21 levels between them could not be told apart in float64."""


@mpl.rc_context(STYLE)
def surface(label: Labels, field: Surface) -> Figure:
    """Outputs over the plane of the two inputs, with the four targets; Keras beside it, small."""
    grid = np.array(field.grid)
    figure, row = panels(1, 2, (7.4, 4.2), width_ratios=[3, 1.4])
    # A net that hardly moves from ½ gets a scale of its own, or nothing could be seen; one that
    # does not move at all has none.
    reach = np.abs(np.array(field.scratch) - 0.5).max()
    half = reach if STILL < reach <= 0.25 else 0.5
    levels = np.linspace(0.5 - half, 0.5 + half, 21)
    sides = ((field.scratch, "NumPy"), (field.keras, "Keras"))
    for axes, (answers, title) in zip(row, sides, strict=True):
        axes.grid(visible=False)
        values = np.array(answers)
        image = axes.contourf(grid, grid, values, levels=levels, cmap="cividis", extend="both")
        image.set_rasterized(True)
        if values.min() < 0.5 < values.max():
            axes.contour(grid, grid, values, levels=[0.5], colors="white", linewidths=2)
        axes.set_title(title)
        axes.set_aspect("equal")
        axes.xaxis.set_major_locator(MaxNLocator(4))
    for (x1, x2), target in zip(((0, 0), (0, 1), (1, 0), (1, 1)), field.targets, strict=True):
        row[0].plot(x1, x2, "o", markersize=19, color="white", markeredgecolor="black")
        row[0].annotate(f"{target:.0f}", (x1, x2), ha="center", va="center")
        row[1].plot(x1, x2, "o", markersize=5, color="white", markeredgecolor="black")
    row[0].set_xlabel("x₁")
    row[0].set_ylabel("x₂")
    row[1].set_xlabel(label("same within", difference=f"{field.largest_difference:.0e}"))
    row[1].set_xticks([])
    row[1].set_yticks([])
    figure.colorbar(
        image, ax=row[0], label=label("output"), ticks=levels[::4], shrink=0.85, format="%.2f"
    )
    return figure
