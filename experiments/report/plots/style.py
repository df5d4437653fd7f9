"""How the pictures of a report look.

Scratch is a broad pale line and Keras a thin dark dashed one on top of it, so that both can be
seen where they coincide. Colours are Okabe and Ito's, which colour-blind readers can tell apart.
"""

import io
import re
from html import escape, unescape
from typing import Any

import matplotlib as mpl
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


REFERRED = re.compile(r'(?:url\(#|href="#)([\w-]+)')
TAG = re.compile(r"<[^>]+>")
LONG_DECIMALS = re.compile(r"(-?\d+\.\d\d)\d+")
TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")


def to_svg(figure: Figure, name: str, labels: Labels) -> str:
    """The figure as an SVG element for an HTML page, every label in both languages.

    Text stays text, so that the browser's own fonts show it; CSS hides one language.

    Args:
        figure: what was drawn.
        name: a word that no other figure of the page has, before all ids.
        labels: by which it was labelled.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, dpi=90, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    opening = rf'<svg viewBox="\1" role="img" aria-labelledby="{name}-caption">'
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', opening, svg, count=1)
    referred = set(REFERRED.findall(svg))
    svg = re.sub(
        r' id="([\w.-]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in referred else "", svg
    )
    svg = re.sub(r"(url\(#|href=\"#)", rf"\1{name}-", svg)
    svg = TAG.sub(lambda tag: LONG_DECIMALS.sub(r"\1", tag[0]), svg)
    svg = re.sub(r" ?font-family: [^;\"]*;?", "", svg)
    return TEXT.sub(lambda m: _in_both(m[1], m[2], labels), re.sub(r"\n\s*", "\n", svg))


def _in_both(attributes: str, english: str, labels: Labels) -> str:
    korean = labels.korean.get(unescape(english))
    if korean is None or korean == unescape(english):
        return f"<text{attributes}>{english}</text>"
    return (
        f'<text lang="en"{attributes}>{english}</text>'
        f'<text lang="ko"{attributes}>{escape(korean)}</text>'
    )


def panels(rows: int, columns: int, size: tuple[float, float], **kwargs: Any) -> tuple:  # noqa: ANN401
    """A figure and its axes."""
    figure = Figure(figsize=size)
    return figure, figure.subplots(rows, columns, **kwargs)


def thousands(axes: Axes) -> None:
    """Numbers of updates with their commas."""
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
