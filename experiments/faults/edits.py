"""The second engine of faults: edits of scratch's own source text.

It knows nothing of the registry of formulas, so that neither is its own judge. An edited package is
run beside the right one; it is compared with Keras like any scratch side.
"""

import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

import scratch
from experiments import catalog
from experiments.data import Dataset, load
from experiments.faults.ground import (
    Ground,
    conv_ground,
    image_ground,
    long_ground,
    norm_ground,
    small_ground,
)
from experiments.faults.record import Edited
from experiments.judge.ladder import Arrays
from experiments.judge.rungs import RUNGS
from experiments.pair.sides import Scratch
from experiments.spec import Training

SOURCE = Path(scratch.__path__[0])
TWO_LAYERS = ("W1", "b1", "W2", "b2")


@dataclass(frozen=True)
class Edit:
    """One edit.

    Attributes:
        ground: where it is tried: a key of `GROUNDS`.
        file: of `scratch`.
        old: what it is put in place of, wherever that stands.
        new: the text.
        also: further pairs of old and new.
        rung: where it must be caught first; empty if it is right.
        by_dtype: what is said otherwise of a precision: a rung, or why it cannot be seen there.
    """

    ground: str
    file: str
    old: str
    new: str
    also: tuple[tuple[str, str], ...]
    rung: str
    by_dtype: dict[str, str]

    def belongs(self, dtype: str) -> str:
        """The rung where it must be caught first in a precision; empty if nothing may be."""
        found = self.by_dtype.get(dtype, self.rung)
        return found if found in RUNGS else ""

    def unseen(self, dtype: str) -> str:
        """Why it cannot be seen in a precision; empty if it can, or is right."""
        found = self.by_dtype.get(dtype, "")
        return "" if found in RUNGS else found


def small(model: str, *names: str, **options: bool | str) -> Callable[[str], Ground]:
    """A ground on the probe's samples."""
    return lambda dtype: small_ground(model, names, dtype, options)


def _xor(dtype: str) -> Ground:
    (training,) = catalog.load()["xor-mlp-6"].trainings
    return long_ground(training, dtype, load(training.data, dtype))


GROUNDS: dict[str, Callable[[str], Ground]] = {
    "two-layer-net": small("two_layer_net.TwoLayerNet", *TWO_LAYERS),
    "three-layer-net": small("three_layer_net.ThreeLayerNet", *TWO_LAYERS, "W3", "b3"),
    "sigmoid-mlp": small("sigmoid_mlp.SigmoidMLP", *TWO_LAYERS),
    "bias-unit": small("sigmoid_mlp.SigmoidMLP", "W1", "W2", bias_unit=True),
    "mean-squared-error": small("sigmoid_mlp.SigmoidMLP", *TWO_LAYERS, error="mean_squared_error"),
    "cross-entropy-of-sigmoids": small(
        "sigmoid_mlp.SigmoidMLP", *TWO_LAYERS, error="binary_cross_entropy_error"
    ),
    "delta-rule": small("delta_rule.DeltaRule", "W"),
    "linear-regression": small("linear_regression.LinearRegression", "W", "b"),
    "images": image_ground,
    "conv-net": conv_ground,
    "batch-norm-net": norm_ground,
    "xor-mlp-6": _xor,
}


GROUND_MODELS = {
    "two-layer-net": "two_layer_net.TwoLayerNet",
    "three-layer-net": "three_layer_net.ThreeLayerNet",
    "images": "two_layer_net.TwoLayerNet",
    "conv-net": "conv_net.ConvNet",
    "batch-norm-net": "batch_norm_net.BatchNormNet",
    "delta-rule": "delta_rule.DeltaRule",
    "linear-regression": "linear_regression.LinearRegression",
} | dict.fromkeys(
    ("sigmoid-mlp", "bias-unit", "mean-squared-error", "cross-entropy-of-sigmoids", "xor-mlp-6"),
    "sigmoid_mlp.SigmoidMLP",
)
"""The model of every ground."""


@cache
def edits() -> tuple[Edit, ...]:
    """All edits, from `edits.toml`."""
    rows = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["edits"]
    return tuple(
        Edit(
            row["ground"],
            row["file"],
            row["old"],
            row["new"],
            tuple((old, new) for old, new in row.get("also", ())),
            row.get("rung", ""),
            {dtype: row[dtype] for dtype in ("float64", "float32") if dtype in row},
        )
        for row in rows
    )


@contextmanager
def edited(edit: Edit) -> Iterator[None]:
    """In the body, importing `scratch` gives the edited package; what is imported already stays.

    Raises:
        ValueError: if the text to be replaced is not there.
    """
    kept = _taken_out()
    try:
        package = _package_of(edit.file, ((edit.old, edit.new), *edit.also))
        sys.modules |= package
        yield
        package |= _taken_out()
    finally:
        sys.modules |= kept


@lru_cache(maxsize=1)
def _package_of(file: str, changes: tuple[tuple[str, str], ...]) -> dict[str, ModuleType]:
    """The modules of an edited package: the edited one, and those that are asked for later."""
    text = (SOURCE / f"{file}.py").read_text("utf-8")
    for old, new in changes:
        if old not in text:
            raise ValueError(f"scratch/{file}.py has no {old!r}")
        text = text.replace(old, new)
    module = module_from_spec(ModuleSpec(f"scratch.{file}", None))
    import_module("scratch")
    sys.modules[module.__name__] = module
    exec(compile(text, f"{file}.py, edited", "exec"), module.__dict__)
    return _taken_out()


def _taken_out() -> dict[str, ModuleType]:
    """The modules of `scratch` that are imported, and are so no longer."""
    names = [name for name in sys.modules if name.partition(".")[0] == "scratch"]
    return {name: sys.modules.pop(name) for name in names}


def edited_side(edit: Edit, training: Training, start: Arrays, data: Dataset) -> Scratch:
    """A scratch side of the edited package."""
    with edited(edit):
        return Scratch(training, data)


def try_edits(ground_name: str, dtype: str) -> list[Edited]:
    """Every edit of a ground, and the first comparison that fails."""
    ground = GROUNDS[ground_name](dtype)
    found = []
    for edit in edits():
        if edit.ground != ground_name:
            continue
        comparisons = []
        for comparison in ground.climb(partial(edited_side, edit)):
            comparisons.append(comparison)
            if not comparison.passed:
                break
        first = None if comparisons[-1].passed else comparisons[-1]
        found.append(
            Edited(
                ground=ground_name,
                file=edit.file,
                old=edit.old,
                new=edit.new,
                dtype=dtype,
                belongs=edit.belongs(dtype),
                unseen=edit.unseen(dtype),
                caught=first.rung if first else "",
                state=first.state if first else "",
                quantity=first.quantity if first else "",
                share=first.share if first else max(c.share for c in comparisons),
                comparisons=len(comparisons),
            )
        )
    return found
