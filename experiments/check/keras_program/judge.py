"""Every model of a Keras program: what does not fit in it, and whether NumPy computes the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from experiments.check.finding import Assessment
from experiments.check.keras_program.net import against_numpy, chain_of, last_dense
from experiments.check.keras_program.program import KerasProgram, Model
from experiments.check.keras_program.remarks import Remark, of_model
from experiments.judge.ladder import Comparison
from experiments.words import Problem


@dataclass(frozen=True)
class Judged:
    """A model, judged.

    Attributes:
        model: as its program made it.
        remarks: what is to be said of it.
        twin: its outputs, loss and gradient against NumPy's, or why they were not compared.
    """

    model: Model
    remarks: tuple[Remark, ...]
    twin: tuple[Comparison, ...] | Problem

    @property
    def apart(self) -> list[str]:
        """Quantities in which NumPy differs."""
        if isinstance(self.twin, Problem):
            return []
        return [compared.quantity for compared in self.twin if not compared.passed]

    @property
    def verdict(self) -> Assessment:
        """The verdict on the model."""
        if any(remark.is_wrong for remark in self.remarks):
            return Assessment.WRONG
        if self.model.own or not last_dense(self.model):
            return Assessment.FAILED
        return Assessment.UNKNOWN if self.apart else Assessment.RIGHT


def judge_program(program: KerasProgram) -> Iterator[Judged]:
    """All models that a program compiles."""
    for model in program.models:
        twin: tuple[Comparison, ...] | Problem
        try:
            twin = tuple(against_numpy(model, chain_of(model)))
        except Problem as problem:
            twin = problem
        yield Judged(model, tuple(of_model(model)), twin)
