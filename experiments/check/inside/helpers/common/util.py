"""Stands in for the book's `common.util`."""

from experiments.check.inside.loading import NotLoaded
from scratch.convolution import columns as im2col  # noqa: F401 (they are what the file imports)
from scratch.convolution import images as col2im  # noqa: F401


def __getattr__(name: str) -> NotLoaded:
    """What else the book's module has is stood in for."""
    if name.startswith("__"):
        raise AttributeError(name)
    return NotLoaded(f"common.util.{name}")
