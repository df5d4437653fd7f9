"""The picture of the bench."""

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from experiments.report.plots.style import BLUE, GREY, ORANGE, STYLE, panels

AGAINST = {
    "batch": "update, by images in the batch",
    "hidden": "update, by hidden units",
    "samples": "accuracy, by images",
    "seeds": "XOR update, by stacked seeds",
}
"""What grows, in the picture."""


@mpl.rc_context(STYLE)
def bench(table: pd.DataFrame, ours: str, limit: str) -> Figure:
    """Median times of all contestants, a panel per precision and number of cores, with spreads."""
    settings = list(table.groupby(["dtype", "cores"], sort=False))
    figure, axes = panels(1, len(settings), (4 * len(settings), 4.6), squeeze=False)
    for panel, ((dtype, cores), rows) in zip(axes[0], settings, strict=True):
        rows = rows.sort_values("seconds", ascending=False)
        colours = [{ours: BLUE, limit: GREY}.get(name, ORANGE) for name in rows.contestant]
        spread = [rows.seconds - rows.fastest, rows.slowest - rows.seconds]
        panel.barh(rows.contestant, rows.seconds, color=colours, xerr=spread, height=0.7)
        for place, row in enumerate(rows.itertuples()):
            panel.text(row.slowest, place, f" {row.to_ours:.2f}×", va="center", fontsize=8)
        panel.set_title(f"{dtype}, {cores} core{'s' * (cores != 1)}")
        panel.set_xlabel("seconds (× ours)")
        panel.margins(x=0.18)
        panel.grid(visible=False, axis="y")
    return figure


@mpl.rc_context(STYLE)
def growth(points: pd.DataFrame) -> Figure:
    """Time and memory against everything that grows, beside the products alone; logarithmic."""
    growing = list(points.groupby("against", sort=False))
    figure, axes = panels(1, len(growing), (4 * len(growing), 4.2), squeeze=False)
    for panel, (against, rows) in zip(axes[0], growing, strict=True):
        panel.loglog(rows["size"], rows.seconds * 1000, "o-", color=BLUE, label="time (ms)")
        panel.loglog(rows["size"], rows.products * 1000, "s--", color=GREY, label="products (ms)")
        panel.loglog(rows["size"], rows.megabytes, "^:", color=ORANGE, label="memory (MB)")
        panel.set_title(AGAINST[str(against)])
        panel.set_xlabel("size")
    axes[0][0].legend()
    return figure
