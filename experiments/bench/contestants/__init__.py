"""Who trains the book's net: a file in this folder is the registration."""

import pkgutil
from functools import cache
from importlib import import_module

from experiments.bench.contestant import Contestant


@cache
def load() -> dict[str, Contestant]:
    """All contestants by name."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return {module.CONTESTANT.name: module.CONTESTANT for module in modules}
