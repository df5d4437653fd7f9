"""The picture of the kill matrix."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.report.plots.style import STYLE, panels


@mpl.rc_context(STYLE)
def kill_matrix(kills: pd.DataFrame, rungs: Sequence[str]) -> Figure:
    """Every fault against every rung: how many times its bound the largest difference is.

    Args:
        kills: one row per injection, with a column for every rung.
        rungs: in the ladder's order.
    """
    faults = list(dict.fromkeys(kills.mistake))
    figure, row = panels(1, 2, (9.0, 0.155 * len(faults) + 1.2), sharey=True)
    colours = mpl.colormaps["inferno_r"].with_extremes(under="#dddddd", bad="white")
    for axes, dtype in zip(row, ("float64", "float32"), strict=True):
        found = kills[kills.dtype == dtype].groupby("mistake")[list(rungs)].max().loc[faults]
        powers = np.log10(np.clip(found.to_numpy(float), 1e-30, 1e16))
        image = axes.imshow(powers, cmap=colours, vmin=1e-9, vmax=16, aspect="auto")
        axes.set_xticks(range(len(rungs)), rungs, rotation=45, ha="left", fontsize=8)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(faults)), faults, fontsize=6.5)
        axes.set_title(dtype)
        axes.grid(visible=False)
    bar = figure.colorbar(image, ax=row, location="bottom", fraction=0.02, pad=0.005)
    bar.set_label("largest difference / bound: power of ten (grey: within the bound)")
    return figure
