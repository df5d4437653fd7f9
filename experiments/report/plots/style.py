"""How the pictures of a report look.

Scratch is a broad pale line and Keras a thin dark dashed one on top of it, so that both can be
seen where they coincide. Colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

import io
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY = (
    "#56B4E9",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#777777",
)
SCRATCH = dict[str, Any](color=BLUE, linewidth=4, solid_capstyle="round", label="scratch (NumPy)")
KERAS = dict[str, Any](color="#222222", linewidth=1.1, linestyle=(0, (4, 3)), label="tf.keras")
CYCLE = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, GREY)
STYLE = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "axes.formatter.useoffset": False,
}


def to_png(figure: Figure) -> bytes:
    """The figure as PNG bytes, the same on every run."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def panels(rows: int, columns: int, size: tuple[float, float], **kwargs: Any) -> tuple:  # noqa: ANN401
    """A figure and its axes."""
    figure = Figure(figsize=size)
    return figure, figure.subplots(rows, columns, **kwargs)


def thousands(axes: Axes) -> None:
    """Numbers of updates with their commas."""
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
