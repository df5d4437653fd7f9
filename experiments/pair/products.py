"""The products of matrices that a computation cannot do without, and what they alone take."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

TIMED = 0.02
"""Seconds for which a product is timed."""

Product = tuple[tuple[int, ...], tuple[int, ...]]
"""The shapes of two matrices."""


class Noted(np.ndarray):
    """An array that notes the products of matrices in which it, or what is made of it, takes part.

    Attributes:
        products: their shapes.
    """

    products: list[Product]

    def __array_finalize__(self, made_of: object) -> None:
        self.products = getattr(made_of, "products", [])

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:  # noqa: ANN401
        plain = [np.asarray(one) if isinstance(one, Noted) else one for one in inputs]
        if ufunc is np.matmul:
            self.products.append((np.shape(plain[0]), np.shape(plain[1])))
        if "out" in named:
            named["out"] = tuple(map(np.asarray, named["out"]))
        return _noted(getattr(ufunc, method)(*plain, **named), self.products)


def _noted(found: Any, products: list[Product]) -> Any:  # noqa: ANN401 - arrays and numbers
    if not isinstance(found, np.ndarray):
        return found
    noted = found.view(Noted)
    noted.products = products
    return noted


def products_of(work: Callable[[np.ndarray], object], x: np.ndarray) -> Counter[Product]:
    """The products of matrices that some work on an array does, and how often."""
    products: list[Product] = []
    work(_noted(x, products))
    return Counter(products)


def core_seconds_of(products: Mapping[Product, int], dtype: str, cores: int) -> float:
    """Core-seconds of some products alone, while so many cores do the same."""
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as pool:
        return sum(
            count * float(np.mean(list(pool.map(partial(_timed, pair), [dtype] * cores))))
            for pair, count in products.items()
        )


def _timed(pair: Product, dtype: str) -> float:
    """Core-seconds of one product."""
    rng = np.random.default_rng(0)
    one, other = (rng.random(shape).astype(dtype) for shape in pair)
    began, count = time.thread_time(), 0
    while not count or time.thread_time() - began < TIMED:
        np.matmul(one, other)
        count += 1
    return (time.thread_time() - began) / count
