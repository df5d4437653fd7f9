"""Output that any console can show: a Korean Windows has no ✓, a plain C locale no Hangul."""

import codecs
import sys

LEGIBLE = str.maketrans(
    {"✓": "v", "✗": "x", "△": "!", "●": "*", "–": "-", "—": "-", "−": "-", "…": "...", "·": "*",
     "×": "x", "²": "2", "½": "1/2", "σ": "sigma", "δ": "delta", "ε": "epsilon", "η": "eta",
     "θ": "theta", "Σ": "sum", "ᵀ": ".T", "≥": ">=", "≤": "<=", "∞": "inf", "→": "->"}
)  # fmt: skip
"""What a console writes in place of a character that its encoding does not have."""


def legible(error: UnicodeError) -> tuple[str, int]:
    """An error handler for encoding: a like character, or ? where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(LEGIBLE)
    return text.encode("ascii", "replace").decode(), error.end


def make_output_legible() -> None:
    """Have what standard output and error cannot show written by its likeness, not refused."""
    codecs.register_error("legible", legible)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="legible")
