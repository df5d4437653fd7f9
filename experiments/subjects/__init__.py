"""What a program of the course may define, one file per subject, found by listing.

A file has a `SUBJECT` (a function, gate, layer, epoch or training loop), a `FAMILY` (a net), or
neither: then it is a part of others.
"""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from experiments.subjects.formulas import Formulas
from experiments.subjects.subject import Family, Mistake, Subject


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))


@cache
def load() -> dict[str, Subject]:
    """All functions, gates, layers, epochs and training loops, by our name."""
    found = (m.SUBJECT for m in _modules() if hasattr(m, "SUBJECT"))
    return {subject.name: subject for subject in found}


@cache
def families() -> dict[str, Family]:
    """All nets by name."""
    found = (module.FAMILY for module in _modules() if hasattr(module, "FAMILY"))
    return {family.name: family for family in found}


@cache
def names() -> dict[str, tuple[Subject, ...]]:
    """The subjects that may be meant by a name of the book's readers."""
    found: dict[str, tuple[Subject, ...]] = {}
    for subject in load().values():
        for name in subject.names:
            found[name] = (*found.get(name, ()), subject)
    return found


@cache
def formulas() -> Formulas:
    """The formulas of everything that can be asked for alone."""
    return {name: f for subject in load().values() for name, f in subject.formulas.items()}


@cache
def quantities() -> tuple[str, ...]:
    """The names of what is compared of it."""
    return tuple(name for name in formulas() if "_" not in name)


@cache
def mistakes() -> tuple[Mistake, ...]:
    """Every mistake of what can be asked for alone."""
    return tuple(mistake for subject in load().values() for mistake in subject.mistakes)


@cache
def traces() -> dict[str, str]:
    """What the line that computes a formula is likely to contain."""
    owners: tuple[Family | Subject, ...] = (*families().values(), *load().values())
    return {name: trace for owner in owners for name, trace in owner.traces.items()}


@cache
def methods() -> dict[str, str]:
    """In which method of a net or layer a formula is."""
    owners: tuple[Family | Subject, ...] = (*families().values(), *load().values())
    return {name: method for owner in owners for name, method in owner.methods.items()}
