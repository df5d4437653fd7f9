"""One file per experiment; a file in this folder is the registration."""

import pkgutil
from functools import cache
from importlib import import_module

from experiments.spec import Experiment


@cache
def load() -> dict[str, Experiment]:
    """All experiments by name, in the order of the course."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    experiments = sorted((m.EXPERIMENT for m in modules), key=lambda e: e.lesson)
    return {experiment.name: experiment for experiment in experiments}
