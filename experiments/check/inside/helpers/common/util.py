"""Stands in for the book's `common.util`."""

from scratch.convolution import columns as im2col
from scratch.convolution import images as col2im

__all__ = ["col2im", "im2col"]
