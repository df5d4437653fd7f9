"""How the pictures of a report look.

Scratch is a broad pale line and Keras a thin dark dashed one on top of it, so that both can be
seen where they coincide. Colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

import io
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments import words

BLUE, ORANGE, GREEN, VERMILION, GREY = (
    "#56B4E9",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#777777",
)
SCRATCH = dict[str, Any](color=BLUE, linewidth=4, solid_capstyle="round", label="NumPy")
KERAS = dict[str, Any](color="#222222", linewidth=1.1, linestyle=(0, (4, 3)), label="Keras")
STYLE = {
    "font.size": 11.5,
    "axes.titlesize": 12,
    "legend.fontsize": 10.5,
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
    figure.set_layout_engine("none")  # it is laid out now: not once more for the page
    return buffer.getvalue()


class Labels:
    """The texts of a picture: drawn in English, with the Korean ones for `to_svg`."""

    def __init__(self) -> None:
        self.korean: dict[str, str] = {}

    def __call__(self, key: str, **values: object) -> str:
        """The English text of a key under "figure"."""
        return self.pair(*(words.of(lang)(f"figure.{key}", **values) for lang in ("en", "ko")))

    def pair(self, english: str, korean: str) -> str:
        """The English text of a pair."""
        self.korean[english] = korean
        return english


def panels(rows: int, columns: int, size: tuple[float, float], **kwargs: Any) -> tuple:  # noqa: ANN401
    """A figure and its axes."""
    figure = Figure(figsize=size)
    return figure, figure.subplots(rows, columns, **kwargs)


def thousands(axes: Axes) -> None:
    """Numbers of updates with their commas."""
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
