"""A check as one self-contained page, and as what a notebook shows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from experiments.check.run import Checked

MARKS = {"right": "✓", "convention": "✓", "wrong": "✗", "unknown": "?", "failed": "–"}
WORDS = {
    "en": {
        "title": "Checked against Keras",
        "skipped": "not run",
        "missing": "missing",
        "map": "Maps: one cell per element, grey where it equals Keras' to rounding; the darker, "
        "the farther off (hover: power of ten of the error bound).",
    },
    "ko": {
        "title": "Keras와 비교한 결과",
        "skipped": "실행하지 않음",
        "missing": "없음",
        "map": "그림: 칸 하나가 원소 하나입니다. 회색은 반올림 오차 안에서 Keras와 같은 값이고, "
        "짙을수록 차이가 큽니다(마우스를 올리면 오차 한계의 10의 거듭제곱).",
    },
}
SHADES = ("#fcffa4", "#fac228", "#f57d15", "#d44842", "#9f2a63", "#65156e", "#280b53", "#000004")
"""From just beyond the bound to 16 powers of ten beyond it."""

WITHIN = "#dddddd"


def _colour(power: float) -> str:
    """Grey within the bound, then darker with every two powers of ten beyond it."""
    return WITHIN if power <= 0 else SHADES[min(int(power / 2), len(SHADES) - 1)]


def to_html(files: Sequence["Checked"], language: str, with_title: bool = True) -> str:
    """The page of a check.

    Args:
        files: what became of every file.
        language: "en" or "ko".
        with_title: whether this is a page of its own, and no cell of a notebook.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("experiments.check"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("checked.html.j2").render(
        files=files,
        language=language,
        words=WORDS[language],
        marks=MARKS,
        colour=_colour,
        with_title=with_title,
    )
