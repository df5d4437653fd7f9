"""Pictures of a trained image classifier: hidden units, sample digits, confusion."""

import base64
from math import isqrt

import matplotlib as mpl
import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from experiments.record.results import HIDDEN_UNITS, ImageViews
from experiments.report.plots.style import GREY, STYLE, VERMILION, Labels, panels

SHADES = 15
"""Of the weights' colours: enough to see them, and few enough for a small picture."""


@mpl.rc_context(STYLE)
def hidden_units(label: Labels, views: ImageViews) -> Figure:
    """The weights into every hidden unit as images, side by side on one symmetric scale."""
    percent = np.frombuffer(base64.b64decode(views.units), np.int8)
    shown = min(views.all_units, HIDDEN_UNITS)
    side = isqrt(len(percent) // shown)
    units = percent.reshape(shown, side, side) * (views.largest / 100)
    columns, gap = min(10, shown), max(side // 9, 1)
    rows = -(-len(units) // columns)
    tile = side + gap
    mosaic = np.full((rows * tile, columns * tile), np.nan)
    for number, unit in enumerate(units):
        top, left = tile * (number // columns), tile * (number % columns)
        mosaic[top : top + side, left : left + side] = unit
    limit = views.largest
    figure, axes = panels(1, 1, (9.0, 0.85 * rows + 0.6))
    image = axes.imshow(
        mosaic,
        cmap=mpl.colormaps["RdBu_r"].resampled(SHADES),
        norm=TwoSlopeNorm(0, -limit, limit),
        interpolation="none",
    )
    axes.axis("off")
    figure.colorbar(image, ax=axes, shrink=0.9, label=label("weight"), aspect=30)
    return figure


@mpl.rc_context(STYLE)
def samples(label: Labels, views: ImageViews) -> Figure:
    """Test digits with both sides' decisions: a row decided rightly, a row wrongly."""
    rows = views.right, views.wrong
    figure, grid = panels(2, max(map(len, rows)), (9.0, 3.9), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    cells = [pair for row in zip(grid, rows, strict=True) for pair in zip(*row, strict=False)]
    for axes, sample in cells:
        axes.axis("on")
        axes.imshow(np.reshape(sample.pixels, (28, 28)), cmap="gray", interpolation="none")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(visible=False)
        right = sample.scratch == sample.true
        says = (
            f"{sample.scratch}"
            if sample.scratch == sample.keras
            else (f"{sample.scratch} | {sample.keras}")
        )
        axes.set_title(f"{sample.true} → {says}", color="#222222" if right else VERMILION)
        for spine in axes.spines.values():
            spine.set_visible(True)
            spine.set_color(GREY if right else VERMILION)
    return figure


@mpl.rc_context(STYLE)
def confusion(label: Labels, views: ImageViews) -> Figure:
    """Confusion matrix on the test images: counts, rows true, columns decided."""
    counts = np.array(views.confusion["scratch"])
    figure, axes = panels(1, 1, (6.4, 5.4))
    axes.grid(visible=False)
    errors = np.where(np.eye(10, dtype=bool), 0, counts)
    axes.imshow(errors, cmap="Oranges", vmin=0, vmax=max(errors.max(), 1) * 1.3)
    for (true, decided), count in np.ndenumerate(counts):
        axes.annotate(
            f"{count:,}",
            (decided, true),
            ha="center",
            va="center",
            fontsize=8,
            fontweight="bold" if true == decided else "normal",
            color="#bbbbbb" if count == 0 else "black",
        )
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel(label("decided"))
    axes.set_ylabel(label("true digit"))
    return figure
