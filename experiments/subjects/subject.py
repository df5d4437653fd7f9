"""The subject: one thing that a program of the course may define."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.subjects.formulas import Formulas

Given = Mapping[str, np.ndarray]
"""Inputs by name; see `inputs`."""

Ask = Callable[[Callable], object]
"""Calls a stranger's function or class for one quantity."""

Questions = Mapping[str, Ask]
"""By the name of the quantity."""


@dataclass(frozen=True)
class Mistake:
    """What goes wrong in hand-written nets, as the formulas put in place of the right ones.

    Injected one at a time, mistakes prove that the comparisons catch them; replayed, they name a
    student's bug. Their words stand under "mistake".

    Attributes:
        id: its name.
        rung: of the ladder, where it must be caught first.
        formulas: by the name of the quantity.
        convention: whether it is another way of writing things, and no mistake at all.
    """

    id: str
    rung: str
    formulas: Formulas = field(hash=False)
    convention: bool = False


def mistakes(
    rung: str, formulas: Mapping[str, Formulas], conventions: Collection[str] = ()
) -> tuple[Mistake, ...]:
    """Mistakes of one rung, by their names; those of `conventions` are none."""
    return tuple(
        Mistake(name, rung, exchanged_formulas, convention=name in conventions)
        for name, exchanged_formulas in formulas.items()
    )


def exchanged(
    formula: str, functions: Mapping[str, Callable], conventions: Collection[str] = ()
) -> tuple[Mistake, ...]:
    """Mistakes of something that is asked for alone: other functions in one formula's place."""

    def in_its_place(function: Callable) -> Formulas:
        return {formula: lambda v: function}

    return mistakes("values", {name: in_its_place(f) for name, f in functions.items()}, conventions)


@dataclass(frozen=True)
class Family:
    """A net with the mistakes that it can have.

    Attributes:
        name: of the family.
        model: as `Training.model` has it.
        parameters: names of its parameters.
        formulas: of the right model.
        mistakes: that apply to it.
        traces: what the line that computes a quantity is likely to contain.
        methods: in which method of a net a formula is.
    """

    name: str
    model: str
    parameters: tuple[str, ...]
    formulas: Formulas
    mistakes: tuple[Mistake, ...]
    traces: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Epoch:
    """An epoch of on-line learning, judged by the weights that it leaves.

    Attributes:
        model: as `Training.model` has it.
        options: further arguments of the model.
        weights: the parameter that each quantity is.
        formulas: of the right net and loop.
        mistakes: that it may have.
    """

    model: str
    options: dict[str, bool | str]
    weights: Mapping[str, str]
    formulas: Formulas
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Twin:
    """What Keras offers to a subject: the files of `keras_ref`, its layers and losses, the inputs.

    Attributes:
        functions: `keras_ref.functions`.
        gates: `keras_ref.gates`.
        gradients: `keras_ref.gradients`.
        layers: `keras.layers`.
        losses: `keras.losses`.
        optimizers: `keras_ref.optimizers`.
        convolution: `keras_ref.convolution`.
        given: the inputs.
        cubes: the function of `inputs.cubes` in TensorFlow.
    """

    functions: Any
    gates: Any
    gradients: Any
    layers: Any
    losses: Any
    optimizers: Any
    convolution: Any
    given: Mapping[str, Any]
    cubes: Callable

    def back(
        self, f: Callable, *inputs: np.ndarray, dout: np.ndarray | None = None
    ) -> list[np.ndarray]:
        """The gradient Σ dout ∂f / ∂(each input), by automatic differentiation."""
        one = np.ones((), self.given["scores"].dtype)
        return self.gradients.pulled_back(f, inputs, one if dout is None else dout)[1]

    def slope(self, f: Callable) -> Callable:
        """The derivative of a function that works element by element."""
        return lambda a: self.back(f, a, dout=np.ones_like(a))[0]

    def delta(self, error: Callable) -> np.ndarray:
        """−∂E/∂a at a sigmoid's net input a, which is what source 002 calls delta."""
        targets, a = self.given["note_D"], self.given["note_a"]
        return -self.back(lambda net: error(targets, self.functions.sigmoid(net)), a)[0]


@dataclass(frozen=True)
class Subject:
    """A function, gate, layer, epoch or training loop.

    Attributes:
        name: our name of it.
        names: by which the book's readers call it.
        questions: how it is called for each quantity, from the inputs.
        formulas: of its quantities, and of the functions they are computed by.
        twin: the formulas that Keras computes by its own means; the others it shares.
        mistakes: that it may have.
        of_batches: quantities that the book's first version, made for one sample, does not give.
        optional: quantities that it need not give.
        traces: what the line that computes a formula is likely to contain.
        methods: in which method of a layer a formula is.
        arguments: how many it takes, where that tells subjects of one name apart.
        is_vague: whether its names say little: what equals nothing known is another thing.
        is_class: whether it is a layer.
        is_training: whether it is a training loop, which is run on a net of ours.
        changes_its_argument: whether the book's version does.
        targets_may_come_first: whether its two arguments may come as (targets, outputs).
        by_strangers: formulas that bound a stranger's version, where it may round otherwise.
        epoch: what it is judged by, if it is an epoch.
        parts: of a quantity that works element by element: how it is written, and the arrays that
            it is made of, by the names that they have there.
    """

    name: str
    names: tuple[str, ...]
    questions: Callable[[Given], Questions] = lambda given: {}
    formulas: Formulas = field(default_factory=dict)
    twin: Callable[[Twin], Formulas] = lambda keras: {}
    mistakes: tuple[Mistake, ...] = ()
    of_batches: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    traces: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    arguments: int | None = None
    is_vague: bool = False
    is_class: bool = False
    is_training: bool = False
    changes_its_argument: bool = False
    targets_may_come_first: bool = False
    by_strangers: Formulas = field(default_factory=dict)
    epoch: Epoch | None = None
    parts: Callable[[Given], Mapping[str, tuple[str, Given]]] = lambda given: {}
