"""A check as one self-contained page, and as what a notebook shows."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import jinja2

from experiments import words
from experiments.check.judge import LOOKS

if TYPE_CHECKING:
    from experiments.check.files import Checked

SHADES = ("#fcffa4", "#fac228", "#f57d15", "#d44842", "#9f2a63", "#65156e", "#280b53", "#000004")
"""From a ten-millionth of the largest element to the largest element itself."""

WITHIN = "#dddddd"


def _colour(relative: float) -> str:
    """Grey within rounding, then darker with every power of ten."""
    if relative == 0:
        return WITHIN
    return SHADES[max(0, min(len(SHADES) - 1, len(SHADES) + math.floor(math.log10(relative))))]


def to_html(files: Sequence["Checked"], language: str, with_title: bool = True) -> str:
    """The page of a check.

    Args:
        files: what became of every file.
        language: "en" or "ko".
        with_title: whether this is a page of its own, and no cell of a notebook.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.check", ""),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        files=files,
        say=words.of(language),
        looks=LOOKS,
        colour=_colour,
        with_title=with_title,
    )
