"""By which names strangers call what is checked."""

import difflib
from collections.abc import Mapping

from experiments import subjects
from experiments.check.source import Source

Meant = Mapping[str, tuple[str, ...]]
"""Names of the subjects that may be meant, by a name of the file."""


def with_others(others: Mapping[str, str]) -> Meant:
    """Everything that can be checked, by the book's names and others (`--map`).

    Args:
        others: the book's name by a name of the file.
    """
    book = {name: tuple(s.name for s in found) for name, found in subjects.names().items()}
    return book | {theirs: book[name] for theirs, name in others.items()}


def nearly_known(source: Source) -> dict[str, str]:
    """Functions whose names are nearly the book's: the book's name by theirs."""
    known, found = subjects.names(), {}
    for name in source.defined:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        if "." not in name and name not in known and near and near[0] not in source.defined:
            found[name] = near[0]
    return found
