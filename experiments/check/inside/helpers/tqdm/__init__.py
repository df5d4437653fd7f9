"""Stands in for tqdm: what it goes through, without a bar."""

from collections.abc import Iterable, Iterator
from typing import Any, Self


class tqdm:  # noqa: N801 - its own name
    """Goes through something; takes all else that tqdm does."""

    def __init__(self, iterable: Iterable = (), *_: object, **__: object) -> None:
        self._items = iterable

    def __iter__(self) -> Iterator:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return lambda *_, **__: None


def trange(*counted: int, **_: object) -> tqdm:
    """`tqdm(range(...))`."""
    return tqdm(range(*counted))
