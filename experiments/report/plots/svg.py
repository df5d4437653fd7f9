"""A figure as an SVG element of an HTML page: small, and labelled in both languages."""

import io
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, fromstring, tostring

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from experiments.report.plots.style import Labels

INLINE_PNG = "data:image/png;base64,"
IN_TENTHS = ("d", "x", "y")
"""Attributes that hold places, in points: hundredths of one do not show."""


def to_svg(figure: Figure, name: str, labels: Labels) -> str:
    """The figure as an SVG element for an HTML page, every label in both languages.

    Text stays text, so that the browser's own fonts show it; CSS hides one language.

    Args:
        figure: what was drawn.
        name: a word that no other figure of the page has: it salts all ids.
        labels: by which it was labelled.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", transparent=True, dpi=90, metadata={"Date": None})
    drawn = buffer.getvalue()
    referred = set(re.findall(r'(?:url\(#|href="#)([\w-]+)', drawn))
    root = fromstring(drawn[drawn.index("<svg") :])
    [svg] = _lean(root, referred, labels.korean)
    svg.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-labelledby": f"{name}-caption",
    }
    return tostring(svg, encoding="unicode").strip()


def _lean(element: Element, referred: set[str], korean: Mapping[str, str]) -> list[Element]:
    """What stands for an element and what it holds: nothing that does not show."""
    tag = element.tag.rpartition("}")[2]
    if tag == "metadata":
        return []
    held = [kept for child in element for kept in _lean(child, referred, korean)]
    attributes = dict(_attributes(element, referred))
    if tag == "g" and not attributes:
        return held
    if tag == "g":
        _style_once(attributes, held)
    texts = {"": (element.text or "").strip()}
    if tag == "text" and korean.get(texts[""], texts[""]) != texts[""]:
        texts = {"en": texts[""], "ko": korean[texts[""]]}
    lean = []
    for language, text in texts.items():
        lean.append(Element(tag, {"lang": language} | attributes if language else attributes))
        lean[-1].extend(held)
        lean[-1].text, lean[-1].tail = text, "\n"
    return lean


def _attributes(element: Element, referred: set[str]) -> Iterator[tuple[str, str]]:
    for qualified, value in element.attrib.items():
        key = qualified.rpartition("}")[2]
        unused = key == "id" and value not in referred
        if unused or (key == "transform" and value.startswith("rotate(-0 ")):
            continue
        if value.startswith(INLINE_PNG):
            yield key, INLINE_PNG + _with_palette(value.removeprefix(INLINE_PNG))
        elif key == "style":
            yield key, re.sub(r" ?font-family: [^;]*;?", "", value)
        elif key not in ("id", "href", "clip-path"):
            digits = 1 if key in IN_TENTHS else 2
            short = re.sub(rf"(-?\d+\.\d{{{digits}}})\d+", r"\1", value)
            yield key, re.sub(r"\s*([A-Za-z])\s*", r"\1", short) if key == "d" else short
        else:
            yield key, value


def _style_once(attributes: dict[str, str], held: list[Element]) -> None:
    """Markers that look alike: their style on the group that holds them."""
    styles = {one.attrib.get("style") for one in held}
    if "style" not in attributes and len(styles) == 1 and all(one.tag == "use" for one in held):
        attributes["style"] = held[0].attrib["style"]
        for one in held:
            del one.attrib["style"]


def _with_palette(base64: str) -> str:
    """The same pixels as a palette and one byte each, where they have few enough colours."""
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(base64))).convert("RGBA"))
    colours, index = np.unique(np.ascontiguousarray(pixels).view(">u4"), return_inverse=True)
    if len(colours) > 256:
        return base64
    image = Image.fromarray(index.reshape(pixels.shape[:2]).astype(np.uint8), mode="P")
    image.putpalette(colours.tobytes(), rawmode="RGBA")
    buffer = io.BytesIO()
    image.save(buffer, format="png", optimize=True)
    return b64encode(buffer.getvalue()).decode()
